/**
 * Which payments fall short, in SQL: more is due than was taken and kept (`shortfall`), nothing more comes of it, and nobody has
 * written it off. As the index `payments_falling_short` has it.
 */
export function fallsShort(payment: string): string {
  const p = payment;
  return `${p}.due > ${p}.captured_amount - ${p}.refunded_amount + LEAST(${p}.goodwill, ${p}.refunded_amount)
    AND ${p}.written_off_at IS NULL
    AND ${p}.state IN ('captured', 'capture-failed', 'refunded', 'released', 'declined', 'failed')`;
}
