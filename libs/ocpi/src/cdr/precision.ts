import { type Decimal, divideRounded, formatDecimal, round } from '@chargemesh/money';

/**
 * How exact volumes and prices are in a CDR: four decimals, which are OCPI's usual ones (types, number), or nine where
 * four would change a total; then with prices that are no finite decimals rounded up, where nine would still do so.
 */
export const PRECISIONS = ['4', '9', '9-up'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** Decimal places of amounts. */
const PLACES = 4;

/** To four decimals, half away from zero. */
export function rounded(value: Decimal): number {
  return Number(formatDecimal(round(value, PLACES)));
}

/** The decimal places of volumes and prices. */
export function placesOf(precision: Precision): number {
  return precision === '4' ? PLACES : 9;
}

/** A quotient of whole numbers that are not negative. */
export function quotient(numerator: bigint, denominator: bigint, precision: Precision = '4'): number {
  const places = placesOf(precision);
  const scaled = numerator * 10n ** BigInt(places);
  const whole = precision === '9-up' ? (scaled + denominator - 1n) / denominator : divideRounded(scaled, denominator);
  return Number(whole) / 10 ** places;
}
