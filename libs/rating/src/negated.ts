import type { RatingResult } from './result.js';

/** What a credit says: volumes and prices as they were, amounts with the other sign. */
export function negated(result: RatingResult): RatingResult {
  const { energy, time, parking, flat, reservation } = result.totals;
  return {
    ...result,
    totalBeforeTaxes: negatedAmount(result.totalBeforeTaxes),
    totalInclTaxes: negatedAmount(result.totalInclTaxes),
    exactBeforeTaxes: negatedAmount(result.exactBeforeTaxes),
    exactInclTaxes: negatedAmount(result.exactInclTaxes),
    taxes: result.taxes.map((tax) => ({ ...tax, amount: negatedAmount(tax.amount) })),
    totals: {
      energy: withNegatedAmounts(energy),
      time: withNegatedAmounts(time),
      parking: withNegatedAmounts(parking),
      flat: withNegatedAmounts(flat),
      reservation: withNegatedAmounts(reservation),
    },
    lines: result.lines.map(withNegatedAmounts),
  };
}

/** Of a line, or of the total of a component. */
export function withNegatedAmounts<T extends { amountBeforeTaxes: string; amountInclTaxes: string }>(owner: T): T {
  const { amountBeforeTaxes, amountInclTaxes } = owner;
  return {
    ...owner,
    amountBeforeTaxes: negatedAmount(amountBeforeTaxes),
    amountInclTaxes: negatedAmount(amountInclTaxes),
  };
}

/** A decimal with the other sign; as text, so that the digits are those of what is credited. */
export function negatedAmount(amount: string): string {
  if (/^-?[0.]+$/.test(amount)) return amount;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}
