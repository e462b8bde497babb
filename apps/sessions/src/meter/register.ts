import type { MeterSample, SampledValue } from '@chargemesh/contracts';

const IMPORTED = 'Energy.Active.Import.Register';
/** What went to the car less what came from it. */
export const NET = 'Energy.Active.Net';
/** What flowed since the reading before. */
export const INTERVAL = 'Energy.Active.Import.Interval';
const READ = new Set([IMPORTED, NET, INTERVAL]);
/** Where else than at the outlet the same energy is measured, the nearest first; the car's own figure is no register. */
const ELSEWHERE = ['Cable', 'Body', 'Inlet', 'Upstream'];
const OUTLET = 'Outlet';
const PLACES = [OUTLET, ...ELSEWHERE];
const PHASES_MAX = 3;
const PHASES = new Set(['L1', 'L2', 'L3', 'L1-N', 'L2-N', 'L3-N']);

/** A register that begins below this may count each session from 0, and lies within any other one then. */
export const ANEW_WH = 100;

/** What the station said of energy in a unit that nobody knows, or in none of energy. */
export const UNIT_UNKNOWN = 'unit-unknown';
/** The register of another place than the outlet counts. */
export const REGISTER_ELSEWHERE = 'register-elsewhere';

/**
 * What a register counts: the measurand, the place and the phases that were added up, such as `import`, `import/L1+L2+L3`
 * or `net/Inlet`. Only readings of one series can be subtracted from each other, whatever they were read for.
 */
export type Series = string;

/** Energy from the grid at the outlet, over all phases: what OCPP 1.6 says at begin and end. */
export const PLAIN: Series = 'import';

/** A register of a moment, in Wh, and what it was read for. */
export interface Register {
  readonly series: Series;
  readonly wh: number;
  readonly context: string | undefined;
  /** What is said of the same as well. */
  readonly higherWh?: number;
}

/** The registers that the values of one moment amount to, and what is to be said of them. */
export interface Registers {
  /** One for each series and context, or the highest and the lowest where several are said. */
  readonly registers: readonly Register[];
  /** What flowed since the reading before: of several ways the first, for each context; of several values the lowest. */
  readonly intervals: readonly Register[];
  readonly flags: readonly string[];
}

/**
 * The registers however the station says them: as a total, phase by phase, as net energy, or of another place. Never a
 * number under another unit than Wh.
 */
export function registersIn(values: readonly SampledValue[]): Registers {
  const energy = values.filter(({ measurand }) => isRegister(measurand));
  if (energy.length === 0) return { registers: [], intervals: [], flags: [] };
  const readable = energy.filter(({ unit }) => unit === undefined || unit === 'Wh');
  const flags = readable.length < energy.length ? [UNIT_UNKNOWN] : [];
  const contexts = [...new Set(readable.map(({ context }) => context))];
  const [registers, intervals]: [Register[], Register[]] = [[], []];
  for (const context of contexts) {
    const own = readable.filter((value) => value.context === context);
    const said = [...seriesIn(own, IMPORTED, PLAIN, context), ...seriesIn(own, NET, 'net', context)];
    const [interval, ...others] = seriesIn(own, INTERVAL, 'interval', context);
    if ([said[0], interval].some((first) => first && isElsewhere(first.series))) flags.push(REGISTER_ELSEWHERE);
    registers.push(...said);
    const lowest = others.find(({ series }) => series === interval?.series);
    if (interval) intervals.push(lowest ? { ...lowest, higherWh: interval.wh } : interval);
  }
  return { registers, intervals, flags: [...new Set(flags)] };
}

/** What is energy and was not sold: it went back, or is another figure of power, of the cable, of the site or of a wish. */
const OTHER_ENERGY = /export|reactive|apparent|loss|generation|setpoint|request|display/i;

/** Whether a station means what it sold, by a word of its own. */
function isEnergyByOtherWord({ measurand, unit }: SampledValue): boolean {
  return !READ.has(measurand) && !OTHER_ENERGY.test(measurand) && (/energy/i.test(measurand) || unit === 'Wh');
}

/**
 * The energy that a message says where none of it makes a register: by a word that OCPP does not have, between two phases, or
 * of the car alone, or in an unknown unit. What is 0 tells nothing.
 */
export function unusedIn(samples: readonly MeterSample[]): SampledValue[] {
  const all = samples.flatMap(({ values }) => values);
  if (all.some(makesRegister)) return [];
  return all.filter((value) => value.value !== 0 && (isRegister(value.measurand) || isEnergyByOtherWord(value)));
}

/** Whether `registersIn` makes something of a value, whatever it stands beside. */
function makesRegister({ measurand, unit, location = OUTLET, phase }: SampledValue): boolean {
  return (
    isRegister(measurand) &&
    (unit === undefined || unit === 'Wh') &&
    PLACES.includes(location) &&
    (phase === undefined || PHASES.has(phase))
  );
}

/** Whether it is energy that a session is billed by. */
export function isRegister(measurand: string): boolean {
  return READ.has(measurand);
}

/** Whether a series counts what the car gives back as well: such a register falls, and may be below nothing. */
export function isNet(series: Series | undefined): boolean {
  return series === 'net' || series?.startsWith('net/') === true;
}

/** What a series counts and where, over whichever phases. */
export function meterOf(series: Series): string {
  return series
    .split('/')
    .filter((part) => !part.startsWith('L'))
    .join('/');
}

/** Whether a series is of fewer phases than another one. */
export function isOfFewer(series: Series, other: Series): boolean {
  return phasesOf(series) < phasesOf(other);
}

/** Whether another series of the same meter is of a phase that a series lacks; a total lacks none. */
export function isOfOtherPhase(series: Series, other: Series): boolean {
  const own = linesOf(series);
  return own.length > 0 && meterOf(series) === meterOf(other) && linesOf(other).some((line) => !own.includes(line));
}

/** Over how many phases; a total is over all. */
function phasesOf(series: Series): number {
  return linesOf(series).length || PHASES_MAX;
}

function linesOf(series: Series): readonly string[] {
  const phases = series.split('/').find((part) => part.startsWith('L'));
  return phases ? phases.split('+') : [];
}

/** Of two series the one that says more nearly what is sold: from the grid, at the outlet, in total. */
export function preferred(a: Series, b: Series): Series {
  const [x, y] = [rankOf(a), rankOf(b)];
  return x < y || (x === y && a <= b) ? a : b;
}

/** The place of a series among the places, and after them whether it is of phases. */
function rankOf(series: Series): number {
  const [measurand, ...rest] = series.split('/');
  const place = PLACES.findIndex((one) => rest.includes(one));
  const isOfPhases = rest.some((part) => part.startsWith('L'));
  // Of phases, the more the better.
  return (measurand === PLAIN ? 0 : 1_000) + 10 * (place + 1) + (isOfPhases ? PHASES_MAX + 1 - phasesOf(series) : 0);
}

function isElsewhere(series: Series): boolean {
  return ELSEWHERE.some((place) => series.split('/').includes(place));
}

/** The series of a measurand, at the outlet first; of one place the total and the sum of the phases. */
function seriesIn(
  values: readonly SampledValue[],
  measurand: string,
  name: string,
  context: string | undefined,
): Register[] {
  const own = values.filter((value) => value.measurand === measurand);
  const places = new Set(own.map(({ location = OUTLET }) => location));
  return PLACES.filter((place) => places.has(place)).flatMap((place) => {
    const at = own.filter(({ location = OUTLET }) => location === place);
    const named = place === OUTLET ? name : `${name}/${place}`;
    return totalsOf(at).map(({ phases, wh }): Register => ({ series: [named, ...phases].join('/'), wh, context }));
  });
}

/** The total, and the sum of the phases, which is a register of its own; of several for one the highest and the lowest. */
function totalsOf(values: readonly SampledValue[]): { phases: string[]; wh: number }[] {
  const totals = values.filter(({ phase }) => phase === undefined).map(({ value }) => value);
  const lines = new Map<string, number[]>();
  for (const { phase, value } of values) {
    const line = phase?.slice(0, 2);
    if (phase !== undefined && line && PHASES.has(phase)) lines.set(line, [...(lines.get(line) ?? []), value]);
  }
  const sumOf = (one: (...of: number[]) => number) => [...lines.values()].reduce((sum, of) => sum + one(...of), 0);
  const named = [...lines.keys()].sort().join('+');
  return [
    ...(totals.length > 0 ? bounds(Math.max(...totals), Math.min(...totals)).map((wh) => ({ phases: [], wh })) : []),
    ...(lines.size > 0 ? bounds(sumOf(Math.max), sumOf(Math.min)).map((wh) => ({ phases: [named], wh })) : []),
  ];
}

function bounds(highest: number, lowest: number): number[] {
  return highest === lowest ? [highest] : [highest, lowest];
}
