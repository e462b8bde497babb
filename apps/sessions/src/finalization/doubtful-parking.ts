import type { ChargingPeriod } from '@chargemesh/contracts';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import type { Reading } from './dividing.js';
import { firstAfter } from './in-order.js';

/** Said of a session of which energy may have flowed while it was parking: a word may be lost, or the register was not read anew. */
export const PARKING_DOUBTFUL = 'parking-doubtful';

/** A register that is rounded rises by as much at once; where a message is missing that does not excuse it. */
const ROUNDED_WH = 100;

interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** How much may flow while it parks, and at most while it charges; and how far the register may be off. */
interface Bounds {
  readonly powerW: number;
  readonly mostW: number;
  readonly resolutionWh: number;
  readonly hasGap: boolean;
  /** Whether the station says that it charges, all the while between two moments. */
  readonly isSaidToCharge: (from: number, to: number) => boolean;
}

/**
 * Whether more than a trickle flowed between two readings while it was parking: too little, or too evenly, to show when
 * it charged, so that it is billed as parking. Or whether the register rose after it by more than its connector delivers.
 * @param consumed in the order of time
 */
export function isParkingDoubtful(
  periods: readonly ChargingPeriod[],
  consumed: readonly Reading[],
  bounds: Bounds,
): boolean {
  return parkedIn(periods).some(
    (stretch) => hasRisen(stretch, consumed, bounds) || isCaughtUp(stretch, consumed, bounds),
  );
}

function hasRisen(stretch: TimeSpan, consumed: readonly Reading[], bounds: Bounds): boolean {
  const [first, last] = endsWithin(stretch, consumed);
  return (
    first !== undefined &&
    last !== undefined &&
    isMore(first, last, bounds.powerW, bounds.hasGap ? 0 : roundedWh(bounds))
  );
}

/** A meter that is not read anew says the same for a while, and all that flowed meanwhile at once. */
function isCaughtUp({ from, to }: TimeSpan, consumed: readonly Reading[], bounds: Bounds): boolean {
  const next = firstAfter(consumed, to);
  const [before, after] = [consumed[next - 1], consumed[next]];
  if (before === undefined || after === undefined) return false;
  return (
    isMore(before, after, bounds.mostW, roundedWh(bounds)) ||
    (bounds.isSaidToCharge(from, to) && isAllAtOnce(from, [before, after], consumed, bounds))
  );
}

/** What flows at once after a time in which nothing did is far more than before it, */
const FAR_MORE = 1.75;
/** and as much as if it had flowed all the while, but for so large a part. */
const AS_MUCH = 0.25;

/** Whether it rose by as much as if it had gone on as before all the while: a car that takes little never reaches what its connector delivers. */
function isAllAtOnce(
  from: number,
  [before, after]: [Reading, Reading],
  consumed: readonly Reading[],
  bounds: Bounds,
): boolean {
  const index = firstAfter(consumed, from) - 1;
  const [earlier, start] = [consumed[index - 1], consumed[index]];
  if (!start || !earlier || start.at <= earlier.at) return false;
  const usualW = ((start.energyWh - earlier.energyWh) * MS_PER_HOUR) / (start.at - earlier.at);
  const overallW = ((after.energyWh - start.energyWh) * MS_PER_HOUR) / (after.at - start.at);
  return isMore(before, after, FAR_MORE * usualW, roundedWh(bounds)) && Math.abs(overallW - usualW) <= AS_MUCH * usualW;
}

function isMore(first: Reading, last: Reading, powerW: number, offWh: number): boolean {
  return last.energyWh - first.energyWh > (powerW * (last.at - first.at)) / MS_PER_HOUR + offWh;
}

function roundedWh({ resolutionWh }: Bounds): number {
  return Math.max(ROUNDED_WH, resolutionWh);
}

/**
 * The first and the last reading in a stretch: read at the very moment of a word, or far enough from it that the clocks within a
 * station do not matter.
 */
function endsWithin({ from, to }: TimeSpan, consumed: readonly Reading[]): (Reading | undefined)[] {
  const [atFrom, atTo] = [consumed[firstAfter(consumed, from, true)], consumed[firstAfter(consumed, to) - 1]];
  const first = consumed[firstAfter(consumed, from + CLOCKS_APART_MS, true)];
  const last = consumed[firstAfter(consumed, to - CLOCKS_APART_MS) - 1];
  const inner = first && last && first.at <= last.at ? [first, last] : [];
  const ends = [...inner, ...[atFrom, atTo].filter((one) => one?.at === from || one?.at === to)] as Reading[];
  const inOrder = ends.sort((a, b) => a.at - b.at);
  return [inOrder[0], inOrder.at(-1)];
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
