import type { Sample } from '../meter/sample.js';
import type { Whole } from '../transactions/settle.js';
import type { Choice } from './series.js';

/** Said of a session whose energy is the sum of what its station said of each interval. */
export const INTERVALS_SUMMED = 'intervals-summed';

/** What a session is billed by: a series, and what was measured in the order of time as that has it. */
export interface Billed {
  readonly choice: Choice;
  readonly measured: readonly Sample[];
  /** Whether it is summed up from intervals. */
  readonly summed?: true;
}

/**
 * Where a station says no register at all but what flowed since the reading before, that makes one: it begins at 0 and is
 * the sum so far at each reading. Of the two series, by the session and by the clock, the one that tells of more counts:
 * the other may be its last rest only.
 */
export function intervalsOf(session: Whole, measured: readonly Sample[]): Billed | undefined {
  const [own, aligned] = [summed(session, measured, 'intervalWh'), summed(session, measured, 'alignedWh')];
  const series = aligned.sumWh > own.sumWh || own.count === 0 ? aligned : own;
  if (series.count === 0) return undefined;
  const endWh = session.endClaimedAt === null ? null : series.sumWh;
  return { choice: { series: 'interval', beginWh: 0, endWh, mixed: false }, measured: series.measured, summed: true };
}

function summed({ startedAt }: Whole, measured: readonly Sample[], column: 'intervalWh' | 'alignedWh') {
  let [sumWh, count] = [0, 0];
  const rows = measured.map((sample): Sample => {
    const flowed = sample[column];
    // What is said at the start or before was of another time.
    if (flowed === null || sample.at <= startedAt) return sample;
    [sumWh, count] = [sumWh + flowed, count + 1];
    return { ...sample, energyWh: sumWh };
  });
  return { sumWh, count, measured: rows };
}
