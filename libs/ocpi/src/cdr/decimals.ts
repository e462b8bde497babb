/** Decimal places of numbers in OCPI objects. OCPI 2.3.0 §16.4. */
const PLACES = 4;
/** Decimal places that our contracts may have. */
const EXACT = 18;
const UNIT = 10n ** BigInt(EXACT);
const STEP = 10n ** BigInt(EXACT - PLACES);

/** An exact decimal, in units of 10⁻¹⁸. */
export type Exact = bigint;

export function exact(decimal: string): Exact {
  const [, sign, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (sign === undefined || fraction.length > EXACT) throw new RangeError(`${decimal} is not a decimal of ours`);
  const units = BigInt(whole) * UNIT + BigInt(fraction.padEnd(EXACT, '0'));
  return sign === '-' ? -units : units;
}

/** A whole number of parts, e.g. seconds of an hour, as an exact decimal; what is beyond 10⁻¹⁸ is cut off. */
export function ratio(numerator: bigint, denominator: bigint): Exact {
  return (numerator * UNIT) / denominator;
}

/** To four decimals, half away from zero. */
export function rounded(value: Exact): number {
  const magnitude = value < 0n ? -value : value;
  const steps = (magnitude + STEP / 2n) / STEP;
  return Number(value < 0n ? -steps : steps) / 10 ** PLACES;
}
