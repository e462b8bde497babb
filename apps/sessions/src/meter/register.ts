import type { SampledValue } from '@chargemesh/contracts';

const IMPORTED = 'Energy.Active.Import.Register';
/** What went to the car less what came from it. */
const NET = 'Energy.Active.Net';
/** What flowed since the reading before. */
export const INTERVAL = 'Energy.Active.Import.Interval';
const READ = new Set([IMPORTED, NET, INTERVAL]);
/** Where else than at the outlet the same energy is measured, the nearest first; the car's own figure is no register. */
const ELSEWHERE = ['Cable', 'Body', 'Inlet', 'Upstream'];
const PHASES = new Set(['L1', 'L2', 'L3', 'L1-N', 'L2-N', 'L3-N']);

/** What the station said of energy in a unit that nobody knows, or in none of energy. */
export const UNIT_UNKNOWN = 'unit-unknown';
/** The register of another place than the outlet counts. */
export const REGISTER_ELSEWHERE = 'register-elsewhere';

/** The registers that the values of one moment amount to, each read for one purpose, and what is to be said of them. */
export interface Registers {
  /** In Wh, over all phases, one for each context. */
  readonly registers: readonly SampledValue[];
  /** What flowed since the reading before, by the same rules. */
  readonly intervals: readonly SampledValue[];
  readonly flags: readonly string[];
}

/**
 * The register however the station says it: as a total, phase by phase, as net energy, or of another place; of several
 * ways the first counts. Never a number under another unit than Wh.
 */
export function registersIn(values: readonly SampledValue[]): Registers {
  const energy = values.filter(({ measurand }) => READ.has(measurand));
  if (energy.length === 0) return { registers: [], intervals: [], flags: [] };
  const readable = energy.filter(({ unit }) => unit === undefined || unit === 'Wh');
  const flags = readable.length < energy.length ? [UNIT_UNKNOWN] : [];
  const contexts = [...new Set(readable.map(({ context }) => context))];
  const said = (as: string, ...measurands: string[]): SampledValue[] =>
    contexts.flatMap((context) => {
      const own = readable.filter((value) => value.context === context);
      const found = firstOf(measurands, (measurand) => registerOf(own, measurand));
      if (found?.place) flags.push(REGISTER_ELSEWHERE);
      return found ? [valueOf(as, found.energyWh, context)] : [];
    });
  const [registers, intervals] = [said(IMPORTED, IMPORTED, NET), said(INTERVAL, INTERVAL)];
  return { registers, intervals, flags: [...new Set(flags)] };
}

function firstOf<From, To>(from: readonly From[], find: (one: From) => To | undefined): To | undefined {
  for (const one of from) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The total of a measurand: at the outlet, or where that is not said at the next place that is. */
function registerOf(
  values: readonly SampledValue[],
  measurand: string,
): { energyWh: number; place: string | undefined } | undefined {
  const own = values.filter((value) => value.measurand === measurand);
  for (const place of [undefined, ...ELSEWHERE]) {
    const total = totalOf(own.filter(({ location = 'Outlet' }) => location === (place ?? 'Outlet')));
    if (total !== undefined) return { energyWh: total, place };
  }
  return undefined;
}

function totalOf(values: readonly SampledValue[]): number | undefined {
  const totals = values.filter(({ phase }) => phase === undefined);
  // Of two the higher, as of two that come in messages of their own.
  if (totals.length > 0) return Math.max(...totals.map(({ value }) => value));
  const phases = new Map<string, number>();
  for (const { phase, value } of values) {
    const line = phase?.slice(0, 2);
    if (phase !== undefined && line && PHASES.has(phase)) phases.set(line, Math.max(value, phases.get(line) ?? value));
  }
  return phases.size === 0 ? undefined : [...phases.values()].reduce((sum, value) => sum + value, 0);
}

function valueOf(measurand: string, value: number, context: string | undefined): SampledValue {
  return { measurand, value, unit: 'Wh', ...(context === undefined ? {} : { context }) };
}
