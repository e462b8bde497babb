import type { Flowed, Sample } from '../meter/sample.js';
import type { Whole } from '../transactions/settle.js';
import type { Reading } from './dividing.js';
import type { Choice } from './series.js';

/** Said of a session whose energy is the sum of what its station said of each interval. */
export const INTERVALS_SUMMED = 'intervals-summed';
/** Said of one of these of which a message never came: what flowed by then is in no sum. */
export const INTERVAL_MISSING = 'interval-missing';

/** What a session is billed by: a series, and what was measured in the order of time as that has it. */
export interface Billed {
  readonly choice: Choice;
  readonly measured: readonly Sample[];
  /** The lowest that was said of the last moment that was read, where messages of it differ. */
  readonly lowest?: Reading;
  /** Where it is summed up from intervals: what other values of the same moments would add to the highest. */
  readonly summed?: { readonly doubtfulWh: number };
}

/**
 * Where a station says no register at all but what flowed since the reading before, that makes one: it begins at 0 and is
 * the sum so far at each reading. Of the two series, by the session and by the clock, the one that tells of more counts:
 * the other may be its last rest only. Of two values of one moment nobody knows whether one follows the other or mends it: the
 * higher counts, and what the other would add is in doubt.
 */
export function intervalsOf(session: Whole, measured: readonly Sample[]): Billed | undefined {
  const [own, aligned] = [summed(session, measured, 'intervalWh'), summed(session, measured, 'alignedWh')];
  const series = aligned.sumWh > own.sumWh || own.count === 0 ? aligned : own;
  if (series.count === 0) return undefined;
  const endWh = session.endClaimedAt === null ? null : series.sumWh;
  const choice = { series: 'interval', beginWh: 0, endWh, mixed: false };
  return { choice, measured: series.measured, summed: { doubtfulWh: series.doubtfulWh } };
}

function summed({ startedAt }: Whole, measured: readonly Sample[], column: Flowed['as']) {
  let [sumWh, count, doubtfulWh] = [0, 0, 0];
  const rows = measured.map((sample): Sample => {
    const flowed = sample[column];
    // What is said at the start or before was of another time.
    if (flowed === null || sample.at <= startedAt) return sample;
    [sumWh, count, doubtfulWh] = [sumWh + flowed, count + 1, doubtfulWh + othersIn(sample, column)];
    return { ...sample, energyWh: sumWh };
  });
  return { sumWh, count, doubtfulWh, measured: rows };
}

/** A value that differs by its rounding only is the same one. */
const ROUNDED_WH = 1;

function othersIn(sample: Sample, column: Flowed['as']): number {
  const highest = sample[column] ?? 0;
  const own = (sample.intervals ?? []).filter(({ as, wh }) => as === column && highest - wh > ROUNDED_WH);
  return own.reduce((sum, { wh }) => sum + wh, 0);
}
