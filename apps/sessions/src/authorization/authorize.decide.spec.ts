import { describe, expect, it } from '@jest/globals';
import type { Token } from '../tokens/token.entity.js';
import type { BegunStart } from '../start-requests/start-requests.store.js';
import { type AuthorizationRequest, authorize as decided } from './authorize.decide.js';

const now = new Date('2026-03-02T10:00:00Z');

function token(more: Partial<Token> = {}): Token {
  return {
    ...{ operatorId: 'o', uid: 'CARD1', countryCode: 'DE', partyId: 'ABC', version: 1, type: 'RFID' },
    ...{ contractId: 'C1', issuer: 'I', groupId: null, visualNumber: null, valid: true, whitelist: 'ALWAYS' },
    ...{ expiresAt: null, partnerId: null },
    ...more,
  };
}
/** Of tokens that were made for no start. */
const authorize = (request: Pick<AuthorizationRequest, 'tokens' | 'now' | 'chargingElsewhere'>) =>
  decided({ start: undefined, shownAt: { stationId: 'CS-1' }, ...request });
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

  it.each([
    ['ALWAYS', true, 'Accepted'],
    ['ALWAYS', false, 'Blocked'],
    ['ALLOWED', true, 'Accepted'],
    ['ALLOWED', false, 'Blocked'],
    ['ALLOWED_OFFLINE', true, 'Accepted'],
    ['ALLOWED_OFFLINE', false, 'Blocked'],
    ['NEVER', true, 'Invalid'],
    ['NEVER', false, 'Blocked'],
  ] as const)('of a partner that nobody asks, with %s and valid %s: %s', (whitelist, valid, status) => {
    const tokens = [token({ partnerId: 'p', whitelist, valid })];
    expect(authorize({ tokens, now, chargingElsewhere: false })).toEqual({ status });
  });

  it('that the operator entered needs nobody to be asked', () => {
    expect(authorize({ tokens: [token({ whitelist: 'NEVER' })], now, chargingElsewhere: false }).status).toBe(
      'Accepted',
    );
  });

  it('that charges elsewhere may not where that is not allowed', () => {
    expect(authorize({ tokens: [token()], now, chargingElsewhere: true })).toEqual({ status: 'ConcurrentTx' });
  });

  it('that a payment terminal vouches for may charge, once at a time, unless somebody has entered it otherwise', () => {
    const about = { start: undefined, shownAt: { stationId: 'CS-1' }, now, isDirect: true };
    expect(decided({ ...about, tokens: [], chargingElsewhere: false })).toEqual({ status: 'Accepted' });
    expect(decided({ ...about, tokens: [], chargingElsewhere: true })).toEqual({ status: 'ConcurrentTx' });
    const blocked = [token({ valid: false })];
    expect(decided({ ...about, tokens: blocked, chargingElsewhere: false })).toEqual({ status: 'Blocked' });
  });

  it('that may not charge at all is not called concurrent', () => {
    expect(authorize({ tokens: [], now, chargingElsewhere: true })).toEqual({ status: 'Unknown' });
  });
});

describe('a token that was made for a start', () => {
  const made = token({ type: 'AD_HOC_USER', expiresAt: tomorrow });
  const start: BegunStart = {
    ...{ requestId: 'r', operatorId: 'o', stationId: 'CS-1', evseId: 1, tokenUid: 'CARD1', expiresAt: tomorrow },
    ...{ agreedPrice: { tariffId: 't', tariffVersion: 1 }, withdrawnAt: null, sessionId: null, transactionId: null },
    ...{ chargingLimit: null, supportedLimits: null },
  };
  const begun = { ...start, sessionId: 's', transactionId: 'T1' };
  const over = { ...made, expiresAt: yesterday };
  const here = { stationId: 'CS-1', evseId: 1 };

  const chargingLimit = { maxCost: '47.50', maxEnergyWh: 80_509 };
  it.each([
    ['to the cost, where the station has not said what it can', null, { maxCost: '47.50' }],
    ['to the cost, where the station can', ['maxenergy', 'maxcost'], { maxCost: '47.50' }],
    ['to the energy, where the station knows no cost', ['maxenergy', 'maxtime'], { maxEnergyWh: 80_509 }],
    ['to nothing that the station cannot', ['maxtime'], undefined],
  ])('is held %s', (_, supportedLimits, limit) => {
    const shownAt = { ...here, transactionId: 'T1' };
    const asked = { tokens: [made], start: { ...start, chargingLimit, supportedLimits }, shownAt, now };
    expect(authorize({ ...asked, chargingElsewhere: false }).limit).toEqual(limit);
    const begunBy = { ...asked, tokens: [over], start: { ...asked.start, ...{ sessionId: 's', transactionId: 'T1' } } };
    expect(authorize({ ...begunBy, chargingElsewhere: false })).toMatchObject({ status: 'Accepted' });
    const elsewhere = { ...asked, shownAt: { ...here, evseId: 2 } };
    expect(authorize({ ...elsewhere, chargingElsewhere: false }).limit).toBeUndefined();
  });

  it.each([
    ['may charge at its EVSE', made, start, here, 'Accepted'],
    ['may charge at its station, where no EVSE is named', made, start, { stationId: 'CS-1' }, 'Accepted'],
    ['may not at another EVSE', made, start, { ...here, evseId: 2 }, 'NotAtThisLocation'],
    ['may not at another station', made, start, { ...here, stationId: 'CS-2' }, 'NotAtThisLocation'],
    ['may not begin when its time is over', over, start, here, 'Expired'],
    ['may not begin once it was withdrawn', { ...made, valid: false }, start, here, 'Blocked'],
    ['may go on when its time is over', over, begun, { ...here, transactionId: 'T1' }, 'Accepted'],
    ['may not begin again', made, begun, { ...here, transactionId: 'T2' }, 'Expired'],
    [
      'may not go on once it was withdrawn',
      { ...made, valid: false },
      begun,
      { ...here, transactionId: 'T1' },
      'Blocked',
    ],
  ] as const)('%s', (_, one, of, shownAt, status) => {
    expect(decided({ tokens: [one], start: of, shownAt, now, chargingElsewhere: false }).status).toBe(status);
  });
});
