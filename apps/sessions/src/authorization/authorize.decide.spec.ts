import { describe, expect, it } from '@jest/globals';
import type { Token } from '../tokens/token.entity.js';
import { authorize } from './authorize.decide.js';

const now = new Date('2026-03-02T10:00:00Z');

function token(more: Partial<Token> = {}): Token {
  return {
    ...{ operatorId: 'o', uid: 'CARD1', countryCode: 'DE', partyId: 'ABC', version: 1, type: 'RFID' },
    ...{ contractId: 'C1', issuer: 'I', groupId: null, visualNumber: null, valid: true, whitelist: 'ALWAYS' },
    expiresAt: null,
    ...more,
  };
}
const yesterday = new Date('2026-03-01T10:00:00Z');
const tomorrow = new Date('2026-03-03T10:00:00Z');

describe('a token', () => {
  it.each([
    ['that is valid may charge', [token()], { status: 'Accepted' }],
    ['that nobody has entered is unknown', [], { status: 'Unknown' }],
    ['that is not valid is blocked', [token({ valid: false })], { status: 'Blocked' }],
    ['that is over has expired', [token({ expiresAt: yesterday })], { status: 'Expired', cacheUntil: yesterday }],
    ['ends on the moment', [token({ expiresAt: now })], { status: 'Expired', cacheUntil: now }],
    ['may be cached until it ends', [token({ expiresAt: tomorrow })], { status: 'Accepted', cacheUntil: tomorrow }],
    ['brings its group along', [token({ groupId: 'FLEET' })], { status: 'Accepted', groupId: 'FLEET' }],
    [
      'that is both blocked and over is blocked',
      [token({ valid: false, expiresAt: yesterday })],
      { status: 'Blocked' },
    ],
    ['may charge if one party of several accepts it', [token({ valid: false }), token()], { status: 'Accepted' }],
  ])('%s', (_, tokens, verdict) => {
    expect(authorize({ tokens, now, chargingElsewhere: false })).toMatchObject(verdict);
  });

  it('that charges elsewhere may not where that is not allowed', () => {
    expect(authorize({ tokens: [token()], now, chargingElsewhere: true })).toEqual({ status: 'ConcurrentTx' });
  });

  it('that may not charge at all is not called concurrent', () => {
    expect(authorize({ tokens: [], now, chargingElsewhere: true })).toEqual({ status: 'Unknown' });
  });
});
