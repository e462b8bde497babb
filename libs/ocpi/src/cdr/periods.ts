import type { ChargingPeriod } from '@chargemesh/contracts';
import { type Precision, placesOf, quotient } from './precision.js';

type DimensionType = 'ENERGY' | 'TIME' | 'PARKING_TIME' | 'MIN_POWER' | 'MAX_POWER' | 'MIN_CURRENT' | 'MAX_CURRENT';

export interface OcpiPeriod {
  readonly start_date_time: string;
  readonly dimensions: { type: DimensionType; volume: number }[];
  readonly tariff_id?: string;
}

/** A part of a session in which no price changes; energy may be finer than a watt-hour. */
export interface PricedPeriod extends ChargingPeriod {
  readonly minPowerW?: number;
  readonly maxPowerW?: number;
  readonly minCurrentA?: number;
  readonly maxCurrentA?: number;
}

/** Power is in kW there. Only least and most may stand in a CDR: averages are for Sessions. */
const LOADS = [
  ['MIN_POWER', 'minPowerW', 'powerW', 1_000],
  ['MAX_POWER', 'maxPowerW', 'powerW', 1_000],
  ['MIN_CURRENT', 'minCurrentA', 'currentA', 1],
  ['MAX_CURRENT', 'maxCurrentA', 'currentA', 1],
] as const;

/** The charging periods of a CDR. OCPI 2.2.1 and 2.3.0, mod_cdrs, ChargingPeriod and CdrDimensionType. */
export function ocpiPeriods(periods: readonly PricedPeriod[], precision: Precision, tariffId?: string): OcpiPeriod[] {
  const unit = 10 ** (9 - placesOf(precision));
  let [exact, told] = [0, 0];
  return periods.map((period) => {
    const { startedAt, energyWh } = period;
    exact += Math.round(energyWh * 1e6);
    // What is told until here is rounded, not each part, so that the parts add up to the whole.
    const until = Math.round(exact / unit);
    const energy = (until - told) / 10 ** placesOf(precision);
    told = until;
    return {
      start_date_time: new Date(startedAt).toISOString(),
      dimensions: [{ type: 'ENERGY', volume: energy }, timeOf(period, precision), ...loadsOf(period)],
      ...(tariffId === undefined ? {} : { tariff_id: tariffId }),
    };
  });
}

function timeOf({ startedAt, endedAt, kind }: PricedPeriod, precision: Precision): OcpiPeriod['dimensions'][number] {
  const lengthMs = Date.parse(endedAt) - Date.parse(startedAt);
  const hours = quotient(BigInt(lengthMs), 3_600_000n, precision);
  if (kind !== 'parking') return { type: 'TIME', volume: hours };
  // Parking of no time would read as charging.
  return { type: 'PARKING_TIME', volume: Math.max(hours, 10 ** -placesOf(precision)) };
}

function loadsOf(period: PricedPeriod): OcpiPeriod['dimensions'] {
  if (period.kind === 'parking') return [];
  return LOADS.flatMap(([type, own, mean, factor]) => {
    const value = period[own] ?? period[mean];
    return value === undefined ? [] : [{ type, volume: value / factor }];
  });
}
