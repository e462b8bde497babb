/**
 * Exact amounts as integers over a common denominator: a third of an hour has no finite decimal, so what divides by
 * 3600 or by a tax rate is counted in whole parts and becomes a decimal only where it is shown.
 */

/** numerator / denominator to the nearest integer, half away from zero. The denominator is positive. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const quotient = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -quotient : quotient;
}

/** Makes counts of 1/from into counts of 1/to, each to the nearest integer; reduced once for many of them. */
export function converter(from: bigint, to: bigint): (count: bigint) => bigint {
  const shared = gcd(from, to);
  const [multiplier, divisor] = [(2n * to) / shared, from / shared];
  const whole = 2n * divisor;
  const halfUp = (count: bigint) => (count * multiplier + divisor) / whole;
  return (count) => (count < 0n ? -halfUp(-count) : halfUp(count));
}

/** An integer count of 10^-digits as a plain decimal; all digits when `fixed`, else without trailing zeros. */
export function formatScaled(value: bigint, digits: number, fixed: 'fixed' | 'shortest' = 'shortest'): string {
  if (value === 0n && fixed === 'shortest') return '0';
  const magnitude = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const sign = value < 0n ? '-' : '';
  const whole = magnitude.slice(0, magnitude.length - digits);
  let fraction = magnitude.slice(magnitude.length - digits);
  if (fixed === 'shortest') fraction = withoutTrailingZeros(fraction);
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}

function withoutTrailingZeros(fraction: string): string {
  let end = fraction.length;
  while (end > 0 && fraction.charCodeAt(end - 1) === 48) end--;
  return fraction.slice(0, end);
}

/** Greatest common divisor of two positive integers. */
export function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** Least common multiple of two positive integers. */
export function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b;
}
