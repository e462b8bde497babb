import type { CdrEvent } from '@chargemesh/contracts';
import type { LedgerEntry, TokenKind } from './ledger-entry.entity.js';

/** The operator as a party of OCPI. */
export interface Party {
  readonly countryCode: string;
  readonly partyId: string;
}

/** The entry of a CDR. */
export function entryOf(
  { operatorId, data }: CdrEvent,
  own: Party,
  recorded: { ledgerEntryId: string; recordedAt: Date },
): LedgerEntry {
  return {
    ...recorded,
    operatorId,
    cdrId: data.cdrId,
    cdrNumber: data.number,
    sessionId: data.sessionId,
    stationId: data.stationId,
    tokenKind: kindOf(data.token, own),
    kind: data.kind ?? 'cdr',
    creditReferenceId: data.creditReferenceId ?? null,
    replacesCdrId: data.replacesCdrId ?? null,
    currency: data.currency,
    amount: data.totalInclTaxes,
    issuedAt: new Date(data.issuedAt),
  };
}

function kindOf(token: CdrEvent['data']['token'], own: Party): TokenKind {
  if (!token) return 'none';
  if (token.type === 'AD_HOC_USER') return 'adhoc';
  return token.countryCode === own.countryCode && token.partyId === own.partyId ? 'contract' : 'roaming';
}
