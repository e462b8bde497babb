const LENGTH_MAX = 36;

/** Whether a transaction can be named to a station: a longer id that it made up is kept, but what we send is strict. */
export function isNameable(transactionId: string): boolean {
  return transactionId.length <= LENGTH_MAX;
}
