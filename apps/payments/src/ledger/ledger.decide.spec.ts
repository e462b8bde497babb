import { describe, expect, it } from '@jest/globals';
import type { CdrEvent } from '@chargemesh/contracts';
import { entryOf } from './ledger.decide.js';

const own = { countryCode: 'DE', partyId: 'ABC' };
const recorded = {
  ledgerEntryId: '0190a000-0000-7000-8000-00000000000f',
  recordedAt: new Date('2026-03-01T12:00:01Z'),
};

function cdr(token?: Partial<NonNullable<CdrEvent['data']['token']>>): CdrEvent {
  const data = {
    cdrId: 'c',
    number: 'CDR-000001',
    sessionId: 's',
    stationId: 'CS-1',
    currency: 'EUR',
    totalInclTaxes: '12.30',
    issuedAt: '2026-03-01T12:00:00Z',
    ...(token ? { token: { uid: 'u', type: 'RFID', contractId: 'c', ...own, ...token } } : {}),
  };
  return { operatorId: 'o', data } as CdrEvent;
}

describe('the ledger entry of a CDR', () => {
  it('is due with taxes, to the digit', () => {
    expect(entryOf(cdr(), own, recorded)).toEqual({
      ...recorded,
      operatorId: 'o',
      cdrId: 'c',
      cdrNumber: 'CDR-000001',
      sessionId: 's',
      stationId: 'CS-1',
      tokenKind: 'none',
      kind: 'cdr',
      creditReferenceId: null,
      replacesCdrId: null,
      currency: 'EUR',
      amount: '12.30',
      issuedAt: new Date('2026-03-01T12:00:00Z'),
    });
  });

  it.each([
    ['contract', { type: 'RFID' }],
    ['contract', { type: 'APP_USER' }],
    ['contract', { type: 'EMAID' }],
    ['contract', { type: 'OTHER' }],
    ['roaming', { type: 'RFID', partyId: 'XYZ' }],
    ['roaming', { type: 'EMAID', countryCode: 'NL' }],
    ['adhoc', { type: 'AD_HOC_USER' }],
    ['adhoc', { type: 'AD_HOC_USER', partyId: 'XYZ' }],
    ['none', undefined],
  ] as const)('is paid by %s for the token %j', (kind, token) => {
    expect(entryOf(cdr(token), own, recorded).tokenKind).toBe(kind);
  });
});
