import type { Sample } from '../meter/sample.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import type { Whole } from '../transactions/lifecycle.js';
import type { Reading } from './dividing.js';

/** Said of a session of which readings are stamped outside its time, count for nothing, and would make it more. */
export const READINGS_OUTSIDE = 'readings-outside';

type Over = Whole & { endedAt: Date };

/** Zones are whole quarters of an hour from UTC, and at most fourteen hours. */
const ZONE_STEP_MS = 900_000;
const ZONE_STEPS = 56;
/** Registers are rounded to a Wh. */
const ROUNDED_WH = 1;

/**
 * What was measured, by the station's clock where its meter goes by that of another zone: where neither begin nor end
 * is named and all readings lie outside the session's time, the least offset counts by which all of them lie in it.
 * @param measured in the order of time
 */
export function inItsClock(session: Over, measured: readonly Sample[]): readonly Sample[] {
  if (isAnyNamed(session)) return measured;
  const read = measured.filter(isReading);
  const [first, last] = [read[0], read.at(-1)];
  if (!first || !last || first === last || read.some(({ at }) => sideOf(session, at) === 0)) return measured;
  const isIn = ({ at }: Sample, ms: number): boolean => sideOf(session, moved(at, ms)) === 0;
  const offset = OFFSETS.find((ms) => isIn(first, ms) && isIn(last, ms));
  if (offset === undefined) return measured;
  const row = (sample: Sample): Sample => (isReading(sample) ? { ...sample, at: moved(sample.at, offset) } : sample);
  return measured.map(row).sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** Whether readings of its transaction lie outside its time, and by them it would be more than by those in it. */
export function isReadOutside(
  session: Over,
  outside: readonly Sample[],
  within: readonly Reading[],
  { beginWh, endWh }: { beginWh: number | null; endWh: number | null },
): boolean {
  const [low, high] = [within[0]?.energyWh ?? Infinity, within.at(-1)?.energyWh ?? -Infinity];
  return outside.some(({ at, energyWh }) => {
    const side = sideOf(session, at);
    if (energyWh === null || side === 0) return false;
    return side < 0 ? beginWh === null && energyWh < low - ROUNDED_WH : endWh === null && energyWh > high + ROUNDED_WH;
  });
}

/** Whether a sample tells of energy, besides what was read for the begin and the end. */
export function isReading({ energyWh, intervalWh, alignedWh, intervals, registers }: Sample): boolean {
  const isRead = energyWh !== null || intervalWh !== null || alignedWh !== null || intervals !== null;
  return isRead || (registers ?? []).some(({ as }) => as === 'energyWh');
}

/** Whole hours first: most zones are. */
const OFFSETS = Array.from({ length: ZONE_STEPS }, (_, index) => (index + 1) * ZONE_STEP_MS)
  .flatMap((ms) => [ms, -ms])
  .sort((a, b) => Math.abs(a % (4 * ZONE_STEP_MS)) - Math.abs(b % (4 * ZONE_STEP_MS)) || Math.abs(a) - Math.abs(b));

function isAnyNamed({ roles }: Over): boolean {
  return Object.values(roles).some(({ begin, end }) => begin ?? end);
}

function moved(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}

/** Before the session, in it or after it, as far as the clocks within a station agree. */
function sideOf({ startedAt, endedAt }: Over, at: Date): number {
  if (startedAt.getTime() - at.getTime() > CLOCKS_APART_MS) return -1;
  return at.getTime() - endedAt.getTime() > CLOCKS_APART_MS ? 1 : 0;
}
