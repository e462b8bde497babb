import { type Decimal, divideRounded, formatDecimal, round } from '@chargemesh/money';

/** Decimal places of numbers in OCPI objects. OCPI 2.3.0 §16.4. */
const PLACES = 4;

/** To four decimals, half away from zero. */
export function rounded(value: Decimal): number {
  return Number(formatDecimal(round(value, PLACES)));
}

/** A quotient of whole numbers, to four decimals. */
export function quotient(numerator: bigint, denominator: bigint): number {
  return Number(divideRounded(numerator * 10n ** BigInt(PLACES), denominator)) / 10 ** PLACES;
}
