import { type OcpiCdr, type OcpiChargingPeriod, TOLERANCE_MS, endOf, instant, volumesOf } from './ocpi-cdr.js';
import type { ResultNote } from './result.js';
import { MS_PER_HOUR } from './session.js';

/** OCPI's fourth decimal of a kWh. */
const TOLERANCE_KWH = 0.000_1;

/**
 * Where a CDR contradicts itself in what was used: times that are not those of their period, energy told twice and
 * differently, a total that is not the sum of the periods, a period before the session. It is priced by the periods.
 * @throws OcpiCdrInvalid
 */
export function contradictionsIn(cdr: OcpiCdr): ResultNote[] {
  const periods = cdr.charging_periods.map((period) => ({ period, startMs: instant(period.start_date_time) }));
  periods.sort((a, b) => a.startMs - b.startMs);
  const endMs = instant(endOf(cdr));
  const volumes = periods.some(({ period }, i) =>
    contradicts(period, (periods[i + 1]?.startMs ?? endMs) - (periods[i]?.startMs ?? endMs)),
  );
  const early = (periods[0]?.startMs ?? endMs) < instant(cdr.start_date_time);
  return [
    ...(volumes || isNotSum(cdr) ? (['contradictory-volumes'] as const) : []),
    ...(early ? (['period-before-session'] as const) : []),
  ];
}

function contradicts(period: OcpiChargingPeriod, lengthMs: number): boolean {
  const volumes = volumesOf(period);
  if ([...volumes.values()].some((volume) => volume < 0)) return true;
  const [energy, imported] = [volumes.get('ENERGY'), volumes.get('ENERGY_IMPORT')];
  if (energy !== undefined && imported !== undefined && Math.abs(energy - imported) > TOLERANCE_KWH) return true;
  const times = ['TIME', 'PARKING_TIME', 'RESERVATION_TIME'].flatMap((type) => volumes.get(type) ?? []);
  const missingMs = lengthMs - times.reduce((sum, hours) => sum + hours, 0) * MS_PER_HOUR;
  // Parking alone may share its period with charging, of which only the energy is told.
  const shared = !volumes.has('TIME') && energyOf(volumes) > 0;
  return times.length > 0 && (missingMs < -TOLERANCE_MS || (missingMs > TOLERANCE_MS && !shared));
}

function isNotSum({ charging_periods: periods, ...cdr }: OcpiCdr & { readonly total_energy?: unknown }): boolean {
  const { total_energy: total } = cdr;
  if (typeof total !== 'number') return false;
  const energies = periods.map((period) => energyOf(volumesOf(period)));
  const sum = energies.reduce((all, energy) => all + energy, 0);
  return Math.abs(sum - total) > TOLERANCE_KWH * (energies.length + 1);
}

function energyOf(volumes: ReadonlyMap<string, number>): number {
  return volumes.get('ENERGY') ?? volumes.get('ENERGY_IMPORT') ?? 0;
}
