import type { CompiledTariff } from './compiled-tariff.js';
import { type Slice, cutSession } from './cut.js';
import { formatInstant } from './instant.js';
import { type Period, type Session, UWH_PER_WH, loadOf } from './session.js';

/**
 * The periods of a session cut where its price changes, as OCPI wants them in a CDR, each with the load that its price
 * follows from: to rate them again gives the same price. What costs nothing by a rule of the whole stays uncut.
 * @throws SessionInvalid
 */
export function pricedPeriods(tariff: CompiledTariff, session: Session): Period[] {
  const periods: Period[] = [];
  let before: Slice | undefined;
  for (const slice of cutSession(tariff, session)) {
    const last = periods.at(-1);
    if (last && before && goesOn(before, slice)) {
      const energyWh = last.energyWh + slice.energyUwh / UWH_PER_WH;
      periods[periods.length - 1] = { ...last, endedAt: formatInstant(slice.endMs), energyWh };
    } else periods.push(periodOf(slice));
    before = slice;
  }
  return before ? periods : [...session.periods];
}

function goesOn(before: Slice, { stretch, energy, time, flat, grace }: Slice): boolean {
  return (
    stretch === before.stretch && !flat && energy === before.energy && time === before.time && grace === before.grace
  );
}

function periodOf({ stretch, startMs, endMs, energyUwh }: Slice): Period {
  const load = Object.entries(loadOf(stretch)).filter(([, value]) => Number.isFinite(value));
  const times = { startedAt: formatInstant(startMs), endedAt: formatInstant(endMs) };
  return { ...times, energyWh: energyUwh / UWH_PER_WH, kind: stretch.kind, ...Object.fromEntries(load) };
}
