import type { CdrLine, ChargingPeriod } from '@chargemesh/contracts';
import { divideRounded } from '@chargemesh/money';
import { quotient } from './decimals.js';

export interface OcpiPeriod {
  readonly start_date_time: string;
  readonly dimensions: { type: 'ENERGY' | 'TIME' | 'PARKING_TIME'; volume: number }[];
  readonly tariff_id?: string;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly wh: number;
  readonly kind: ChargingPeriod['kind'];
}

/**
 * The charging periods of a CDR: those that were measured, cut wherever a line of the price begins or ends, as OCPI
 * wants a new period at every moment that matters for the price. Within what was measured, energy is spread evenly.
 */
export function ocpiPeriods(
  cdr: { startedAt: string; endedAt: string; energyWh: number; periods: readonly ChargingPeriod[] },
  lines: readonly CdrLine[],
  tariffId?: string,
): OcpiPeriod[] {
  const whole: ChargingPeriod = { ...cdr, kind: 'charging' };
  const moments = lines.flatMap(({ startedAt, endedAt }) => [Date.parse(startedAt), Date.parse(endedAt)]);
  const cuts = [...new Set(moments)].sort((a, b) => a - b);
  return (cdr.periods.length > 0 ? cdr.periods : [whole])
    .map(({ startedAt, endedAt, energyWh, kind }) => ({
      from: Date.parse(startedAt),
      to: Date.parse(endedAt),
      wh: energyWh,
      kind,
    }))
    .flatMap((stretch) => cut(stretch, cuts))
    .map((period) => ({ ...period, ...(tariffId === undefined ? {} : { tariff_id: tariffId }) }));
}

function cut({ from, to, wh, kind }: Stretch, cuts: readonly number[]): OcpiPeriod[] {
  const bounds = [...cuts.filter((moment) => moment > from && moment < to), to];
  let [start, told] = [from, 0];
  return bounds.map((end) => {
    // Each part is the rounded sum until its end less what was told before, so that the parts add up to the whole.
    const until = end === to ? wh * 10 : tenths(wh, end - from, to - from);
    const period: OcpiPeriod = {
      start_date_time: new Date(start).toISOString(),
      dimensions: [
        { type: 'ENERGY', volume: (until - told) / 10_000 },
        { type: kind === 'parking' ? 'PARKING_TIME' : 'TIME', volume: quotient(BigInt(end - start), 3_600_000n) },
      ],
    };
    [start, told] = [end, until];
    return period;
  });
}

/** A share of watt-hours in tenths of them, which are OCPI's fourth decimal of a kWh. */
function tenths(wh: number, part: number, whole: number): number {
  return Number(divideRounded(BigInt(wh) * BigInt(part) * 10n, BigInt(whole)));
}
