import type { Sample } from '../meter/sample.js';
import type { Whole } from '../transactions/settle.js';

/** Said of a session whose energy is the sum of what its station said of each interval. */
export const INTERVALS_SUMMED = 'intervals-summed';

/** A session, and what was measured in it in the order of time. */
export interface Measured {
  readonly session: Whole;
  readonly measured: readonly Sample[];
}

/**
 * Where a station says no register at all but what flowed since the reading before, that makes one: it begins at 0 and is
 * the sum so far at each reading. Of the two series, by the session and by the clock, the one that tells of more counts:
 * the other may be its last rest only. With a register the very same is returned.
 */
export function withIntervals({ session, measured }: Measured): Measured {
  const hasRegister = session.beginWh !== null || session.endWh !== null || measured.some(tellsRegister);
  if (hasRegister) return { session, measured };
  const [own, aligned] = [summed(session, measured, 'intervalWh'), summed(session, measured, 'alignedWh')];
  const series = aligned.sumWh > own.sumWh || own.count === 0 ? aligned : own;
  if (series.count === 0) return { session, measured };
  const endWh = session.endClaimedAt === null ? null : series.sumWh;
  return { session: { ...session, beginWh: 0, endWh }, measured: series.measured };
}

function tellsRegister({ energyWh, beginWh, endWh }: Sample): boolean {
  return energyWh !== null || beginWh !== null || endWh !== null;
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
