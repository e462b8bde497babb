import { type Decimal, compare, formatDecimal, multiply, parseDecimal, subtract, zero } from '@chargemesh/money';
import { type Register, energyRegister } from './obis.js';
import type { SignedReading } from './ocmf-readings.js';
import type { Reason } from './reasons.js';

/** The energy between two readings of one register. */
export interface BilledEnergy {
  readonly begin: SignedReading;
  readonly end: SignedReading;
  /** Exact decimal, in Wh. */
  readonly energyWh: string;
}

/** What was read of one register of imported energy. */
interface ReadRegister extends Register {
  readonly readings: readonly SignedReading[];
}

interface Candidate extends Register {
  readonly begins: readonly SignedReading[];
  readonly ends: readonly SignedReading[];
}

/** Far more than the 18 digits before and after the point that money counts with. */
const NUMBER_CHARS_MAX = 80;
const ENDS = new Set(['E', 'L', 'R', 'A', 'P']);
const WH_PER_UNIT: Readonly<Record<string, Decimal>> = { wh: parseDecimal('1'), kwh: parseDecimal('1000') };

export function isBegin({ transaction }: SignedReading): boolean {
  return transaction === 'B';
}

export function isEnd({ transaction }: SignedReading): boolean {
  return transaction !== undefined && ENDS.has(transaction);
}

/** Whether a record tells a whole transaction by itself. */
export function tellsWhole({ readings }: { readonly readings: readonly SignedReading[] }): boolean {
  return readings.some(isBegin) && readings.some(isEnd);
}

/**
 * The imported energy of a transaction: of the register that billing goes by, the reading at the end less the one at
 * the begin. Loss-compensated registers come first, totals before the registers of single rates.
 */
export function billedEnergy(readings: readonly SignedReading[]): BilledEnergy | Reason {
  const found = best(candidates(readings)).map(differenceOf);
  const failed = found.find((each) => typeof each === 'string');
  if (failed !== undefined) return failed;
  const [first, ...others] = found.filter((each) => typeof each !== 'string');
  if (!first) return 'energy-missing';
  return others.every(({ energyWh }) => energyWh === first.energyWh) ? first : 'energy-ambiguous';
}

/**
 * By how much the register of imported energy rose over readings, in Wh, whatever they are worth, and whether those of
 * begin and end are among them; undefined where they tell nothing of it.
 */
export function riseOf(readings: readonly SignedReading[]): { energyWh: number; isWhole: boolean } | undefined {
  const rises = best(registersIn(readings)).flatMap(({ readings: of }) => {
    const values = of.flatMap((reading) => wattHours(reading) ?? []).map((value) => Number(formatDecimal(value)));
    const energyWh = Math.max(...values) - Math.min(...values);
    return values.length > 1 ? [{ energyWh, isWhole: tellsWhole({ readings: of }) }] : [];
  });
  return rises.sort((a, b) => b.energyWh - a.energyWh)[0];
}

function registersIn(readings: readonly SignedReading[]): ReadRegister[] {
  const registers = new Set(readings.map(registerOf));
  return [...registers].flatMap((obis) => {
    const of = readings.filter((reading) => registerOf(reading) === obis);
    // A meter with one register need not name it.
    const register = obis === '' ? { preference: Number.MAX_SAFE_INTEGER, total: true } : energyRegister(obis);
    return register ? [{ ...register, readings: of }] : [];
  });
}

function candidates(readings: readonly SignedReading[]): Candidate[] {
  return registersIn(readings)
    .map(({ readings: of, ...register }) => ({ ...register, begins: of.filter(isBegin), ends: of.filter(isEnd) }))
    .filter(({ begins, ends }) => begins.length > 0 && ends.length > 0);
}

function registerOf({ obis = '' }: SignedReading): string {
  return obis.toUpperCase();
}

/** Two of one rank are two counts of the same energy, and must agree. */
function best<Of extends Register>(all: readonly Of[]): readonly Of[] {
  const preference = Math.min(...all.map((register) => register.preference));
  const preferred = all.filter((register) => register.preference === preference);
  const totals = preferred.filter(({ total }) => total);
  return totals.length > 0 ? totals : preferred;
}

function differenceOf({ begins, ends }: Candidate): BilledEnergy | Reason {
  const [begin, end] = [theOnly(begins), theOnly(ends)];
  if (!begin) return 'begin-ambiguous';
  if (!end) return 'end-ambiguous';
  const [from, to] = [wattHours(begin), wattHours(end)];
  if (!from || !to) return 'energy-missing';
  const energy = subtract(to, from);
  return compare(energy, zero) < 0 ? 'energy-negative' : { begin, end, energyWh: formatDecimal(energy) };
}

/** A begin is often told twice: at once, and again together with the end. */
function theOnly([first, ...others]: readonly SignedReading[]): SignedReading | undefined {
  const same = (other: SignedReading): boolean =>
    other.value === first?.value && other.unit === first?.unit && other.at === first?.at;
  return others.every(same) ? first : undefined;
}

function wattHours({ value = '', unit = '' }: SignedReading): Decimal | undefined {
  const factor = WH_PER_UNIT[unit.toLowerCase()];
  const plain = plainDecimal(value);
  if (!factor || plain === undefined) return undefined;
  try {
    return multiply(parseDecimal(plain), factor);
  } catch {
    return undefined;
  }
}

/** A JSON number, or what meters write instead of one, without exponent and padding: `1.5E-3` is `0.0015`. */
function plainDecimal(text: string): string | undefined {
  if (text.length > NUMBER_CHARS_MAX) return undefined;
  const [, sign = '', padded, fraction = '', exponent = '0'] =
    /^\+?(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,2}))?$/i.exec(text) ?? [];
  if (padded === undefined) return undefined;
  const whole = padded.replace(/^0+(?=\d)/, '');
  const shift = Number(exponent);
  const digits = '0'.repeat(Math.max(0, -shift)) + whole + fraction.padEnd(Math.max(0, shift), '0');
  const point = whole.length + Math.max(0, shift);
  return `${sign}${digits.slice(0, point)}${digits.length > point ? `.${digits.slice(point)}` : ''}`;
}
