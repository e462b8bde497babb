const ID_MAX = 2 ** 31 - 1;

/**
 * Whether a number may be a transaction id of OCPP 1.6, which are given out from 1 upwards in 32 bits with a sign. Stations
 * that have none say -1 (errata 3.18), some of them without a sign, or 0.
 */
export function isTransactionId(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= ID_MAX;
}
