const ID_MAX = 2 ** 31 - 1;

/**
 * Whether a number may be a transaction id of OCPP 1.6, which are assigned from 1 upwards in signed 32 bits. Stations
 * that have none say -1 (errata 3.18), some of them without a sign, or 0.
 */
export function isTransactionId(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= ID_MAX;
}
