import type { ChargingPeriod } from '@chargemesh/contracts';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import type { Reading } from './dividing.js';

/** Said of a session of which energy flowed while its station says that the car took nothing: a word may be lost. */
export const PARKING_DOUBTFUL = 'parking-doubtful';

const MS_PER_HOUR = 3_600_000;
/** A register that is rounded rises by as much at once; where a message is missing that does not excuse it. */
const ROUNDED_WH = 100;

interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * Whether more than a trickle flowed between two readings while it was parking: too little, or too evenly, to show when
 * it charged, so that it is billed as parking.
 * @param consumed in the order of time
 */
export function isParkingDoubtful(
  periods: readonly ChargingPeriod[],
  consumed: readonly Reading[],
  { powerW, resolutionWh, hasGap }: { powerW: number; resolutionWh: number; hasGap: boolean },
): boolean {
  const roundedWh = hasGap ? 0 : Math.max(ROUNDED_WH, resolutionWh);
  return parkedIn(periods).some((stretch) => {
    const within = consumed.filter(({ at }) => isWithin(at, stretch));
    const [first, last] = [within[0], within.at(-1)];
    if (!first || !last) return false;
    const trickleWh = (powerW * (last.at - first.at)) / MS_PER_HOUR;
    return last.energyWh - first.energyWh > trickleWh + roundedWh;
  });
}

/** Read at the very moment of the word, or far enough from it that the clocks within a station do not matter. */
function isWithin(at: number, { from, to }: TimeSpan): boolean {
  if (at === from || at === to) return true;
  return at - from >= CLOCKS_APART_MS && to - at >= CLOCKS_APART_MS;
}

function parkedIn(periods: readonly ChargingPeriod[]): TimeSpan[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { kind, startedAt, endedAt } of periods) {
    if (kind !== 'parking') continue;
    const [from, to] = [Date.parse(startedAt), Date.parse(endedAt)];
    const last = stretches.at(-1);
    if (last?.to === from) last.to = to;
    else stretches.push({ from, to });
  }
  return stretches;
}
