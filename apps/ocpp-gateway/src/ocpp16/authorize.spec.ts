import { describe, expect, it } from '@jest/globals';
import { callOf, recordingAbilities } from '../testing/abilities.js';
import { authorize } from './authorize.js';

describe('Authorize 1.6', () => {
  it('asks about the card and says the answer in 1.6 words', async () => {
    const cacheUntil = '2026-04-01T00:00:00.000Z';
    const abilities = recordingAbilities({
      authorization: { status: 'Accepted', by: 'sessions', groupId: 'FLEET', cacheUntil },
    });
    expect(await authorize({ idTag: 'CARD1' }, callOf('1.6'), abilities)).toEqual({
      idTagInfo: { status: 'Accepted', expiryDate: cacheUntil, parentIdTag: 'FLEET' },
    });
    expect(abilities.asked).toEqual([{ idToken: { value: 'CARD1', type: 'ISO14443' } }]);
  });

  it.each([
    ['Blocked', 'Blocked'],
    ['ConcurrentTx', 'ConcurrentTx'],
    ['NoCredit', 'Invalid'],
    ['NotAtThisTime', 'Invalid'],
    ['Unknown', 'Invalid'],
  ] as const)('says %s as %s', async (status, expected) => {
    const abilities = recordingAbilities({ authorization: { status, by: 'sessions' } });
    expect((await authorize({ idTag: 'CARD1' }, callOf('1.6'), abilities)).idTagInfo.status).toBe(expected);
  });

  it('refuses an empty token without asking anybody', async () => {
    const abilities = recordingAbilities();
    expect(await authorize({ idTag: '' }, callOf('1.6'), abilities)).toEqual({ idTagInfo: { status: 'Invalid' } });
    expect(abilities.asked).toEqual([]);
  });

  it('leaves out a group that does not fit an idTag', async () => {
    const abilities = recordingAbilities({
      authorization: { status: 'Accepted', by: 'sessions', groupId: 'x'.repeat(21) },
    });
    expect((await authorize({ idTag: 'CARD1' }, callOf('1.6'), abilities)).idTagInfo).toEqual({ status: 'Accepted' });
  });
});
