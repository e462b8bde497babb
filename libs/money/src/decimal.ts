import { Decimal as Engine } from 'decimal.js';

/** 80 significant digits: products of two amounts of our range (18 digits before and after the point) stay exact. */
const Exact = Engine.clone({ precision: 80, rounding: Engine.ROUND_HALF_UP, toExpNeg: -100, toExpPos: 100 });

const PLAIN = /^-?\d{1,18}(\.\d{1,18})?$/;

/** An exact decimal number, immutable. Made by `parseDecimal`; anything that cannot be written exactly is refused. */
export type Decimal = InstanceType<typeof Engine>;

/** The text or number was no plain decimal with at most 18 digits before and after the point. */
export class DecimalInvalid extends Error {
  override readonly name = 'DecimalInvalid';
}

/**
 * Reads a plain decimal (`-12.50`) from text, or from a JSON number by its shortest spelling, so 0.1 is 0.1.
 * @throws DecimalInvalid for exponents in text, blanks, NaN, infinities and more than 18 digits on either side.
 */
export function parseDecimal(value: string | number): Decimal {
  const text = typeof value === 'number' ? plain(value) : value;
  if (!PLAIN.test(text)) throw new DecimalInvalid(`not a plain decimal of at most 18.18 digits: ${text.slice(0, 40)}`);
  return new Exact(text);
}

/** 1e-7 is how JavaScript spells a small number; it is a plain decimal all the same. */
function plain(value: number): string {
  return Number.isFinite(value) ? new Exact(value).toFixed() : String(value);
}

/** Plain notation without exponent, trailing zeros and negative zero. */
export function formatDecimal(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed();
}

export const zero: Decimal = new Exact(0);

export function add(a: Decimal, b: Decimal): Decimal {
  return Exact.add(a, b);
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return Exact.sub(a, b);
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return Exact.mul(a, b);
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total = zero;
  for (const value of values) total = Exact.add(total, value);
  return total;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Decimal, b: Decimal): number {
  return a.comparedTo(b);
}

/** Rounded to `digits` after the point, half away from zero. */
export function round(value: Decimal, digits: number): Decimal {
  return value.toDecimalPlaces(digits, Engine.ROUND_HALF_UP);
}

export function decimalPlaces(value: Decimal): number {
  return value.decimalPlaces();
}

/** `value` × 10^`digits` as an integer. @throws DecimalInvalid when that is not a whole number. */
export function scaled(value: Decimal, digits: number): bigint {
  if (value.decimalPlaces() > digits) throw new DecimalInvalid(`${value.toFixed()} has more than ${digits} decimals`);
  return BigInt(value.mul(new Exact(10).pow(digits)).toFixed(0));
}
