import { describe, expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { authorize } from './authorize.js';

describe('Authorize 1.6', () => {
  it('asks about the card and says the answer in 1.6 words', async () => {
    const cacheUntil = '2026-04-01T00:00:00.000Z';
    const ports = recordingPorts({
      authorization: { status: 'Accepted', by: 'sessions', groupId: 'FLEET', cacheUntil },
    });
    expect(await authorize({ idTag: 'CARD1' }, contextOf('1.6'), ports)).toEqual({
      idTagInfo: { status: 'Accepted', expiryDate: cacheUntil, parentIdTag: 'FLEET' },
    });
    expect(ports.queries).toEqual([{ idToken: { value: 'CARD1', type: 'ISO14443' } }]);
  });

  it.each([
    ['Blocked', 'Blocked'],
    ['ConcurrentTx', 'ConcurrentTx'],
    ['NoCredit', 'Invalid'],
    ['NotAtThisTime', 'Invalid'],
    ['Unknown', 'Invalid'],
  ] as const)('says %s as %s', async (status, expected) => {
    const ports = recordingPorts({ authorization: { status, by: 'sessions' } });
    expect((await authorize({ idTag: 'CARD1' }, contextOf('1.6'), ports)).idTagInfo.status).toBe(expected);
  });

  it('refuses an empty token without asking anybody', async () => {
    const ports = recordingPorts();
    expect(await authorize({ idTag: '' }, contextOf('1.6'), ports)).toEqual({ idTagInfo: { status: 'Invalid' } });
    expect(ports.queries).toEqual([]);
  });

  it('leaves out a group that does not fit an idTag', async () => {
    const ports = recordingPorts({
      authorization: { status: 'Accepted', by: 'sessions', groupId: 'x'.repeat(21) },
    });
    expect((await authorize({ idTag: 'CARD1' }, contextOf('1.6'), ports)).idTagInfo).toEqual({ status: 'Accepted' });
  });
});
