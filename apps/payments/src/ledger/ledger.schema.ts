import { Currency, DecimalString, Instant, StationId, Uuid, oneOf, text } from '@chargemesh/contracts';
import { PageQuery } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const LedgerEntryView = Type.Object({
  id: Uuid,
  cdrId: Uuid,
  cdrNumber: text(39),
  sessionId: Uuid,
  stationId: StationId,
  /** How it is to be paid: own contract, roaming invoice, ad hoc, or nobody known. */
  tokenKind: oneOf('contract', 'roaming', 'adhoc', 'none'),
  currency: Currency,
  /** Due with taxes. */
  amount: DecimalString,
  issuedAt: Instant,
});
export type LedgerEntryView = Static<typeof LedgerEntryView>;

export const LedgerQuery = Type.Object({
  ...PageQuery,
  sessionId: Type.Optional(Uuid),
  cdrId: Type.Optional(Uuid),
});
export type LedgerQuery = Static<typeof LedgerQuery>;
