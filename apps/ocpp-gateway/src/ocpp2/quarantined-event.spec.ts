import { describe, expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { transactionEventQuarantined } from './quarantined-event.js';

const started = { eventType: 'Started', transactionInfo: { transactionId: 'T-1' } };

describe.each(['2.0.1', '2.1'] as const)('an unreadable TransactionEvent of %s', (version) => {
  it.each([
    ['as it should be', { idToken: { idToken: 'CARD1', type: 'ISO14443' } }],
    ['with other members', { idToken: [{ idtoken: 'CARD1', type: 'ISO14443', vendor: 1 }] }],
  ])('is answered what is said of its token, which is written %s', async (_how, token) => {
    const ports = recordingPorts({ authorization: { status: 'Blocked', by: 'sessions' } });
    const answer = await transactionEventQuarantined({ ...started, ...token }, contextOf(version), ports);
    expect(answer).toEqual({ idTokenInfo: { status: 'Blocked' } });
    expect(ports.queries).toEqual([{ idToken: { value: 'CARD1', type: 'ISO14443' }, transactionId: 'T-1' }]);
  });

  it.each<[string, unknown, object]>([
    ['starts nothing by a token that nobody can read', { ...started, idToken: 7 }, { status: 'Invalid' }],
    ['starts nothing by it, however the start is spelt', { eventType: ' started', idToken: {} }, { status: 'Invalid' }],
  ])('%s', async (_what, payload, idTokenInfo) => {
    const ports = recordingPorts();
    expect(await transactionEventQuarantined(payload, contextOf(version), ports)).toEqual({ idTokenInfo });
    expect(ports.queries).toEqual([]);
  });

  it.each<[unknown]>([[started], [{ ...started, eventType: 'Ended' }], [['text']], [null]])(
    'that names no token is answered without a word of one: %j',
    async (payload) => {
      expect(await transactionEventQuarantined(payload, contextOf(version), recordingPorts())).toEqual({});
    },
  );
});
