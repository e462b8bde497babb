const VAT_PERCENT = 19n;

/** What energy costs in the demo, taxes included: worked out in whole numbers, rounded half up once. */
export function totalInclTaxes(energyWh, centsPerKwh) {
  const exact = centsPerKwh * BigInt(energyWh) * (100n + VAT_PERCENT);
  const cents = (exact + 50_000n) / 100_000n;
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
}
