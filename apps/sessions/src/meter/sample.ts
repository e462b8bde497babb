import type { ChargingState, MeterSample, SampledValue, SignedValue } from '@chargemesh/contracts';

/** What was measured in a session at one moment: one wide row. Base units: Wh, W, A, V, percent. */
export interface Sample {
  sessionId: string;
  operatorId: string;
  at: Date;
  energyWh: number | null;
  powerW: number | null;
  /** Summed over the phases. */
  currentA: number | null;
  voltageV: number | null;
  soc: number | null;
  chargingState: ChargingState | null;
  /** Bit by bit what the register's sample was taken for: 1 begin, 2 end of the transaction. */
  edge: number;
  others: SampledValue[] | null;
  /** Byte for byte. */
  signed: SignedValue[] | null;
}

export const BEGIN = 1;
export const END = 2;

const EDGES: Readonly<Record<string, number>> = { 'Transaction.Begin': BEGIN, 'Transaction.End': END };
const PHASES = new Set(['L1', 'L2', 'L3', 'L1-N', 'L2-N', 'L3-N']);

/** The rows of a fact; a charging state without a measurement makes a row as well. */
export function samplesOf(
  session: { sessionId: string; operatorId: string },
  fact: { at: string; chargingState?: ChargingState | undefined; samples: readonly MeterSample[] },
): Sample[] {
  const rows = fact.samples.map((sample) => ({ ...emptySample(session, sample.at), ...measured(sample) }));
  if (fact.chargingState === undefined) return rows;
  const at = new Date(fact.at).getTime();
  const row = rows.find((one) => one.at.getTime() === at);
  if (row) row.chargingState = fact.chargingState;
  else rows.push({ ...emptySample(session, fact.at), chargingState: fact.chargingState });
  return rows;
}

function emptySample({ sessionId, operatorId }: { sessionId: string; operatorId: string }, at: string): Sample {
  const nothing = { energyWh: null, powerW: null, currentA: null, voltageV: null, soc: null, chargingState: null };
  return { sessionId, operatorId, at: new Date(at), ...nothing, edge: 0, others: null, signed: null };
}

function measured({ values, signed }: MeterSample): Partial<Sample> {
  const register = values.find(isRegister);
  const phases = (measurand: string): SampledValue[] =>
    values.filter((value) => value.measurand === measurand && (value.phase === undefined || PHASES.has(value.phase)));
  const whole = (measurand: string): number | null => {
    const of = phases(measurand);
    const total = of.find(({ phase }) => phase === undefined);
    if (total) return total.value;
    return of.length === 0 ? null : of.reduce((sum, { value }) => sum + value, 0);
  };
  const voltage = values.find(({ measurand }) => measurand === 'Voltage');
  const known = new Set(['Power.Active.Import', 'Current.Import', 'SoC']);
  const others = values.filter((value) => value !== register && value !== voltage && !known.has(value.measurand));
  return {
    energyWh: register?.value ?? null,
    powerW: whole('Power.Active.Import'),
    currentA: whole('Current.Import'),
    voltageV: voltage?.value ?? null,
    soc: values.find(({ measurand }) => measurand === 'SoC')?.value ?? null,
    edge: EDGES[register?.context ?? ''] ?? 0,
    others: others.length > 0 ? others : null,
    signed: signed && signed.length > 0 ? signed : null,
  };
}

/** The register that is billed: energy from the grid, at the outlet, over all phases. */
function isRegister({ measurand, phase, location }: SampledValue): boolean {
  return (
    measurand === 'Energy.Active.Import.Register' &&
    phase === undefined &&
    (location === undefined || location === 'Outlet')
  );
}

/**
 * One row of two for the same moment, the same whichever came first: what only one says is kept, of two registers the
 * higher one.
 */
export function merged(a: Sample, b: Sample): Sample {
  const higher = (x: number | null, y: number | null): number | null =>
    x === null ? y : y === null ? x : Math.max(x, y);
  const longer = <T>(x: T[] | null, y: T[] | null): T[] | null => {
    const [left, right] = [JSON.stringify(x ?? []), JSON.stringify(y ?? [])];
    return left.length > right.length || (left.length === right.length && left >= right) ? x : y;
  };
  const states = [a.chargingState, b.chargingState].filter((state) => state !== null).sort();
  return {
    ...a,
    energyWh: higher(a.energyWh, b.energyWh),
    powerW: higher(a.powerW, b.powerW),
    currentA: higher(a.currentA, b.currentA),
    voltageV: higher(a.voltageV, b.voltageV),
    soc: higher(a.soc, b.soc),
    chargingState: states[0] ?? null,
    edge: a.edge | b.edge,
    others: longer(a.others, b.others),
    signed: longer(a.signed, b.signed),
  };
}
