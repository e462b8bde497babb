import { type Party, type VersionNumber, ocpiCdr } from '@chargemesh/ocpi';
import type { SentRow } from './cdrs.store.js';

/** A CDR as partners see it, listed or sent: the same each time. */
export function objectOf({ cdr, periods, ...row }: SentRow, cpo: Party, version: VersionNumber) {
  return ocpiCdr(cdr, cpo, { version, ...row, periods: periods ?? cdr.periods });
}
