import { CdrKind, Currency, DecimalString, Instant, StationId, Uuid, oneOf, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const LedgerEntryView = Type.Object({
  id: Uuid,
  cdrId: Uuid,
  cdrNumber: text(39),
  sessionId: Uuid,
  stationId: StationId,
  /** How it is to be paid: own contract, roaming invoice, ad hoc, or nobody known. */
  tokenKind: oneOf('contract', 'roaming', 'adhoc', 'none'),
  kind: CdrKind,
  /** Of a credit: the CDR that it takes back. */
  creditReferenceId: Type.Optional(Uuid),
  /** Of a replacement: the credited CDR in whose place it is. */
  replacesCdrId: Type.Optional(Uuid),
  currency: Currency,
  /** Due with taxes; negative for a credit. */
  amount: DecimalString,
  issuedAt: Instant,
});
export type LedgerEntryView = Static<typeof LedgerEntryView>;

nameSchemas({ LedgerEntry: LedgerEntryView });
