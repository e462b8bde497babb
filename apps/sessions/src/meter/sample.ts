import type { ChargingState, MeterSample, SampledValue, SignedValue, UnreadValue } from '@chargemesh/contracts';
import { parseStationTime } from '../transactions/effective-time.js';
import {
  INTERVAL,
  NET,
  PLAIN,
  type Register,
  type Registers,
  type Series,
  isNet,
  isRegister,
  registersIn,
  unusedIn,
} from './register.js';

/** What was measured in a session at one moment: one wide row. Base units: Wh, W, A, V, percent. */
export interface Sample extends Measured {
  sessionId: string;
  operatorId: string;
  at: Date;
  chargingState: ChargingState | null;
  /** Of two states of one moment the one with the higher number counts: its sequence number, or when it came. */
  stateOrder: number | null;
  /** The registers of other series than the plain one, and of the plain one what is lower than another of the moment. */
  registers: SeriesReading[] | null;
  /** What flowed since the reading before, each value that was said of the moment. */
  intervals: Flowed[] | null;
  /** What has no column of its own, and what nobody could read for certain. */
  others: (SampledValue | UnreadValue)[] | null;
  /** Byte for byte. */
  signed: SignedValue[] | null;
}

/** What a register was read for: for nothing but itself, for the begin or for the end. */
export type Role = 'energyWh' | 'beginWh' | 'endWh';

/**
 * What flowed since a reading before, and the column of which it is one value; what was read between two of them, for
 * which it was not yet time, has none.
 */
export interface Flowed {
  readonly as: 'intervalWh' | 'alignedWh' | 'betweenWh';
  readonly wh: number;
}

/** A reading of a register that has no column of its own. */
export interface SeriesReading {
  readonly series: Series;
  readonly as: Role;
  readonly wh: number;
}

/** The usual measurands; without a phase the station's own figure for all of them. */
export interface Measured {
  /** The register that is billed: energy from the grid at the outlet, over all phases. */
  energyWh: number | null;
  /** The same register, read for the begin and for the end of the transaction: a reading of the moment is another one. */
  beginWh: number | null;
  endWh: number | null;
  /** What flowed since the reading before and, as a series of its own, since the one before by the clock. */
  intervalWh: number | null;
  alignedWh: number | null;
  powerW: number | null;
  currentA: number | null;
  currentL1A: number | null;
  currentL2A: number | null;
  currentL3A: number | null;
  voltageV: number | null;
  voltageL1V: number | null;
  voltageL2V: number | null;
  voltageL3V: number | null;
  soc: number | null;
}

/** Columns of the register by what it was read for. */
const ROLES: Readonly<Record<string, Role>> = {
  'Transaction.Begin': 'beginWh',
  'Transaction.End': 'endWh',
};

/** Where what flowed since the reading before is kept; before the begin nothing of it is the session's. */
const SERIES: Readonly<Record<string, Flowed['as'] | undefined>> = {
  'Sample.Clock': 'alignedWh',
  Trigger: 'betweenWh',
  'Interruption.Begin': 'betweenWh',
  'Interruption.End': 'betweenWh',
  'Transaction.Begin': undefined,
};

const REGISTER = 'Energy.Active.Import.Register';

/** Columns by measurand and phase; a value in another unit than the column's has none. */
const COLUMNS: Readonly<Record<string, Readonly<Record<string, keyof Measured>>>> = {
  [REGISTER]: { '': 'energyWh' },
  'Power.Active.Import': { '': 'powerW' },
  'Current.Import': { '': 'currentA', L1: 'currentL1A', L2: 'currentL2A', L3: 'currentL3A' },
  Voltage: {
    ...{ '': 'voltageV', L1: 'voltageL1V', L2: 'voltageL2V', L3: 'voltageL3V' },
    ...{ 'L1-N': 'voltageL1V', 'L2-N': 'voltageL2V', 'L3-N': 'voltageL3V' },
  },
  SoC: { '': 'soc' },
};

const NOTHING: Measured = {
  energyWh: null,
  beginWh: null,
  endWh: null,
  intervalWh: null,
  alignedWh: null,
  powerW: null,
  currentA: null,
  currentL1A: null,
  currentL2A: null,
  currentL3A: null,
  voltageV: null,
  voltageL1V: null,
  voltageL2V: null,
  voltageL3V: null,
  soc: null,
};

/** Units of the measurands that have columns. */
const UNITS: Readonly<Record<string, string>> = {
  [REGISTER]: 'Wh',
  'Power.Active.Import': 'W',
  'Current.Import': 'A',
  Voltage: 'V',
  SoC: 'Percent',
};

/** Said of a session of whose values some are none that anything measures, and are kept beside the others. */
export const OUT_OF_RANGE = 'value-out-of-range';
/** A register was said in a way that may mean several numbers (`1,234`): it is kept beside, and counts for nothing. */
export const REGISTER_UNREADABLE = 'register-unreadable';
/** Energy was told, and none of it in that message makes a register; what another one says may. */
export const REGISTER_UNUSED = 'register-unused';
/** More than all meters together have counted; and single precision ends at 38 places, in both directions. */
const LARGEST = 1e15;
const SMALLEST = 1e-15;

/** The rows of a fact, and what is to be said of how its values were read. */
export interface ReadSamples {
  readonly samples: Sample[];
  readonly flags: readonly string[];
}

type Owner = Pick<Sample, 'sessionId' | 'operatorId'>;
interface Fact {
  readonly at: string;
  readonly receivedAt?: string;
  readonly seqNo?: number | undefined;
  readonly chargingState?: ChargingState | undefined;
  readonly samples: readonly MeterSample[];
}

export function samplesOf(session: Owner, fact: Fact): Sample[] {
  return readSamples(session, fact).samples;
}

/** A charging state without a measurement makes a row as well. */
export function readSamples(session: Owner, fact: Fact): ReadSamples {
  const registers = registersOf(fact.samples);
  const samples = fact.samples.map((sample, index) =>
    measured(emptySample(session, sample.at), sample, registers[index] ?? NO_REGISTERS),
  );
  const absurd = fact.samples.some(({ values }) => values.some((value) => !fits(value) && columnOf(value)));
  const flags = [
    ...new Set(registers.flatMap((own) => own.flags)),
    ...(absurd ? [OUT_OF_RANGE] : []),
    ...(fact.samples.some(isRegisterUnread) ? [REGISTER_UNREADABLE] : []),
    ...(unusedIn(fact.samples).length > 0 ? [REGISTER_UNUSED] : []),
  ];
  if (fact.chargingState === undefined) return { samples, flags };
  const at = parseStationTime(fact.at).getTime();
  let row = samples.find((one) => one.at.getTime() === at);
  if (!row) samples.push((row = emptySample(session, fact.at)));
  row.chargingState = fact.chargingState;
  row.stateOrder = fact.seqNo ?? (fact.receivedAt === undefined ? null : parseStationTime(fact.receivedAt).getTime());
  return { samples, flags };
}

/** What has no digit says nothing: a station without a meter has such words. */
function isRegisterUnread({ unread = [] }: MeterSample): boolean {
  return unread.some(({ measurand, written }) => isRegister(measurand) && /\d/.test(written));
}

function emptySample({ sessionId, operatorId }: Owner, at: string): Sample {
  return {
    sessionId,
    operatorId,
    at: parseStationTime(at),
    ...NOTHING,
    chargingState: null,
    stateOrder: null,
    registers: null,
    intervals: null,
    others: null,
    signed: null,
  };
}

/** A sample as one series has it: what another one says is not a reading of it. */
export function inSeries(sample: Sample, series: Series): Sample {
  if (series === PLAIN) return sample;
  const row: Sample = { ...sample, energyWh: null, beginWh: null, endWh: null };
  for (const { series: of, as, wh } of sample.registers ?? []) if (of === series) row[as] = higher(row[as], wh);
  return row;
}

/** What flowed until a sample that was read between two of its series; of several values the highest. */
export function betweenWhOf({ intervals }: Sample): number | null {
  const values = (intervals ?? []).filter(({ as }) => as === 'betweenWh').map(({ wh }) => wh);
  return values.length > 0 ? Math.max(...values) : null;
}

/** All that a sample says of a series for a role: its own message may have several. */
export function valuesIn(sample: Sample, series: Series, role: Role): number[] {
  const highest = inSeries(sample, series)[role];
  const others = (sample.registers ?? []).filter(
    (one) => one.series === series && one.as === role && one.wh !== highest,
  );
  return highest === null ? [] : [highest, ...others.map(({ wh }) => wh)];
}

/** The series of which a sample has a reading for any of the roles. */
export function seriesOf({ energyWh, beginWh, endWh, registers }: Sample): Series[] {
  const isPlain = energyWh !== null || beginWh !== null || endWh !== null;
  return [...new Set([...(isPlain ? [PLAIN] : []), ...(registers ?? []).map(({ series }) => series)])];
}

/** Whether all registers that a sample says are said over all phases: that of a 1.6 stop may be beside others of its moment. */
function hasTotal({ values }: MeterSample): boolean {
  const own = values.filter(({ measurand }) => isRegister(measurand));
  const totals = new Set(own.filter(({ phase }) => phase === undefined).map(({ measurand }) => measurand));
  return own.length > 0 && own.every(({ measurand }) => totals.has(measurand));
}

const NO_REGISTERS: Registers = { registers: [], intervals: [], flags: [] };

/** The registers of each sample; some stations send one for each phase of a moment, and those are read together. */
function registersOf(samples: readonly MeterSample[]): Registers[] {
  const byMoment = registersByMoment(samples.filter((sample) => !hasTotal(sample)));
  return samples.map(
    (sample) => (hasTotal(sample) ? registersIn(sample.values) : byMoment.get(sample.at)) ?? NO_REGISTERS,
  );
}

function registersByMoment(samples: readonly MeterSample[]): ReadonlyMap<string, Registers> {
  const values = new Map<string, SampledValue[]>();
  for (const { at, values: own } of samples) {
    const known = values.get(at);
    if (known) known.push(...own);
    else values.set(at, [...own]);
  }
  return new Map([...values].map(([at, own]) => [at, registersIn(own)]));
}

/** Fills the row; of two values for one column the first has it. */
function measured(row: Sample, { values, signed, unread = [] }: MeterSample, registers: Registers): Sample {
  fillRegisters(row, registers);
  for (const value of values) {
    const column = fits(value) ? columnOf(value) : undefined;
    if (column !== undefined && row[column] === value.value) continue;
    if (column === undefined || row[column] !== null) (row.others ??= []).push(value);
    else row[column] = value.value;
  }
  if (unread.length > 0) (row.others ??= []).push(...unread);
  if (signed && signed.length > 0) row.signed = signed;
  return row;
}

function fillRegisters(row: Sample, { registers, intervals }: Registers): void {
  for (const { series, wh, context = '' } of registers.filter(isPossible)) {
    const as = roleOf(context);
    if (series === PLAIN) fillPlain(row, as, wh);
    else (row.registers ??= []).push({ series, as, wh });
  }
  for (const { wh, higherWh, context = '' } of intervals.filter(isPossible)) {
    const as = Object.hasOwn(SERIES, context) ? SERIES[context] : 'intervalWh';
    if (as === undefined) continue;
    if (as !== 'betweenWh') row[as] = higher(row[as], wh);
    (row.intervals ??= []).push({ as, wh }, ...(higherWh === undefined ? [] : [{ as, wh: higherWh }]));
  }
}

function fillPlain(row: Sample, as: Role, wh: number): void {
  const known = row[as];
  row[as] = higher(known, wh);
  if (known !== null && known !== wh) (row.registers ??= []).push({ series: PLAIN, as, wh: Math.min(known, wh) });
}

function columnOf({ measurand, unit, phase = '', location, context = '' }: SampledValue): keyof Measured | undefined {
  const place = measurand === 'SoC' ? 'EV' : 'Outlet';
  if (unit !== undefined && unit !== UNITS[measurand]) return undefined;
  const column = location === undefined || location === place ? COLUMNS[measurand]?.[phase] : undefined;
  return column === 'energyWh' ? roleOf(context) : column;
}

function roleOf(context: string): Role {
  return (Object.hasOwn(ROLES, context) ? ROLES[context] : undefined) ?? 'energyWh';
}

/** What a meter has counted is not below nothing: that is a placeholder; but for what the car gave back. */
function isPossible({ wh, series }: Register): boolean {
  return fits({ measurand: isNet(series) ? NET : REGISTER, value: wh });
}

/** Where a counter of 32 bits stops, whether it is signed or not, in Wh and in kWh: what was counted on is not known. */
const STOPPED_AT: ReadonlySet<number> = new Set([2 ** 31 - 1, 2 ** 32 - 1].flatMap((most) => [most, most * 1_000]));

/** Whether the column can hold the value, and something can have measured it. */
export function fits({ value, measurand }: SampledValue): boolean {
  if (measurand === REGISTER && STOPPED_AT.has(value)) return false;
  if (value < 0 && (measurand === REGISTER || measurand === INTERVAL)) return false;
  return value === 0 || (Math.abs(value) <= LARGEST && Math.abs(value) >= SMALLEST);
}

/**
 * One row of two for the same moment, the same whichever came first: what only one says is kept, of two figures the
 * higher one. The store merges rows by the same rule.
 */
export function merged(a: Sample, b: Sample): Sample {
  const row: Sample = {
    ...a,
    ...lastState(a, b),
    registers: union(a.registers, b.registers),
    intervals: union(a.intervals, b.intervals),
    others: union(a.others, b.others),
    signed: union(a.signed, b.signed),
  };
  for (const column of Object.keys(NOTHING) as (keyof Measured)[]) row[column] = higher(a[column], b[column]);
  return row;
}

function higher(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

/** What was said last of a moment; where nothing orders two words, always the same one. */
function lastState(a: Sample, b: Sample): Pick<Sample, 'chargingState' | 'stateOrder'> {
  const { chargingState, stateOrder } = isStatedLater(b, a) ? b : a;
  return { chargingState, stateOrder };
}

function isStatedLater(one: Sample, other: Sample): boolean {
  if (one.chargingState === null || other.chargingState === null) return other.chargingState === null;
  const [order, than] = [one.stateOrder ?? -1, other.stateOrder ?? -1];
  return order === than ? one.chargingState < other.chargingState : order > than;
}

function union<T>(a: T[] | null, b: T[] | null): T[] | null {
  if (a === null || b === null) return a ?? b;
  return [...new Map([...a, ...b].map((item) => [JSON.stringify(item), item])).values()];
}
