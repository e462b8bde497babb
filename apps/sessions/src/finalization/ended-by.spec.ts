import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { OPERATOR_ID, at, available, ended, started } from '../testing/facts.js';
import { finalOf } from '../testing/final-of.js';
import { Play } from '../testing/play.js';
import { referenceData } from '../testing/reference-data.js';

const by = (value: string, more: object = {}) => ({ idToken: { value, type: 'ISO14443' }, ...more });
const refused = { authorization: { status: 'Invalid', by: 'sessions' } };
const start = started(at('10:00'), 1_000);
const stop = ended(at('10:30'), 3_000, by('CARD1'));

describe('a session that another token ends', () => {
  it('is billed, and shown to a person, in any order', () => {
    expect(finalOf(start, ended(at('10:30'), 3_000, by('CARD2')))).toMatchObject({
      ...{ energyWh: 2_000, token: { uid: 'CARD1' }, flags: ['ended-by-another'] },
    });
  });

  it.each<[string, StationEvent[]]>([
    ['its driver ends', [start, stop]],
    ['its driver ends, in other letters', [start, ended(at('10:30'), 3_000, by('card1'))]],
    ['nobody is said to end', [start, ended(at('10:30'), 3_000)]],
    ['a token that may not charge is held to', [start, ended(at('10:30'), 3_000, by('CARD2', refused))]],
    ['a master pass ends', [start, ended(at('10:30'), 3_000, by('CARD2', { stoppedReason: 'MasterPass' }))]],
    ['another token ends before it charged', [start, ended(at('10:01'), 1_000, by('CARD2'))]],
  ])('is not shown where it is one that %s', (_, events) => {
    expect(finalOf(...events)).toMatchObject({ flags: [] });
  });

  it('is not shown where both are of one group, which is of one party', () => {
    const around = referenceData();
    const card = around.tokens.get(`${OPERATOR_ID}/CARD1`);
    if (!card) throw new Error('there is no card');
    const tokens = new Map([
      [`${OPERATOR_ID}/CARD1`, { ...card, groupId: 'FLEET' }],
      [`${OPERATOR_ID}/CARD2`, { ...card, uid: 'CARD2', groupId: 'FLEET' }],
      [`${OPERATOR_ID}/CARD3`, { ...card, uid: 'CARD3', groupId: 'OTHER' }],
      [`${OPERATOR_ID}/CARD4`, { ...card, uid: 'CARD4', groupId: 'FLEET', partyId: 'EMS' }],
    ]);
    const flagsBy = (uid: string) =>
      new Play(at('12:00'), { ...around, tokens })
        .each(start, ended(at('10:30'), 3_000, by(uid)))
        .after(600)
        .session().flags;
    const byAnother = ['ended-by-another'];
    expect([flagsBy('CARD2'), flagsBy('CARD3'), flagsBy('CARD4')]).toEqual([[], byAnother, byAnother]);
  });
});

describe('a second end that names another token', () => {
  const free = available(at('10:31'));
  const other = (energyWh: number) => ended(at('11:45'), energyWh, by('CARD2'));

  it.each<[string, StationEvent[]]>([
    ['more, and nobody knows of its connector', [start, stop, other(6_000)]],
    ['more, after its connector was free', [start, stop, free, other(6_000)]],
    ['less, by a meter that begins anew', [start, stop, free, other(2_000)]],
  ])('and says %s, is of another transaction by its id: the session is held, in any order', (_, events) => {
    for (let round = 0; round < 10; round++) {
      const story = new Play(at('12:00')).each(...(round === 0 ? events : shuffled(events, random(round)))).after(600);
      expect(story.of('session-finalized')).toEqual([]);
      expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['transaction-reused'] } });
    }
  });

  it('holds it also once it is billed', () => {
    const story = new Play(at('10:31')).each(start, stop).after(5).each(other(6_000)).after(3_600);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 2_000 }]);
    expect(story.of('session-held')).toMatchObject([{ reasons: ['transaction-reused'] }]);
  });

  it('and the same register, is that stop told again', () => {
    const first = ended(at('10:30'), 3_000, by('CARD2'));
    expect(finalOf(start, first, free, other(3_000))).toMatchObject({
      ...{ endedAt: at('10:30'), energyWh: 2_000, flags: ['ended-by-another'] },
    });
  });
});
