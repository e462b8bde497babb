import { describe, expect, it } from '@jest/globals';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const card = (value: string, status: 'Accepted' | 'Invalid', more: object = {}) => ({
  ...{
    idToken: { value, type: 'ISO14443' },
    trigger: 'Authorized',
    authorization: { status, by: 'sessions' as const },
  },
  ...more,
});
const plugged = started(at('10:00'), 1_000, { seqNo: 0, idToken: undefined, trigger: 'CablePluggedIn' });
const refused = updated(at('10:01'), null, card('CARD2', 'Invalid', { seqNo: 1 }));
const accepted = updated(at('10:02'), null, card('CARD1', 'Accepted', { seqNo: 2 }));
const inPassing = { trigger: 'MeterValuePeriodic' };
const later = updated(at('10:40'), null, card('CARD2', 'Invalid', { seqNo: 3 }));
const stopped = ended(at('10:30'), 3_000, { seqNo: 3 });

describe('the token of a session', () => {
  it('is the first that may charge, not one that was refused before, in any order', () => {
    const next = random(5);
    for (let round = 0; round < 50; round++) {
      const facts = shuffled([plugged, refused, accepted, stopped, accepted, refused], next);
      const story = new Play(at('12:00')).each(...facts).after(900);
      expect(story.of('session-finalized').at(-1)).toMatchObject({ token: { uid: 'CARD1' }, flags: [] });
    }
  });

  it('stays a refused one that charges all the same, though another one stops it', () => {
    const stop = updated(at('10:29'), null, card('CARD1', 'Accepted', { seqNo: 2, trigger: 'StopAuthorized' }));
    const story = new Play(at('12:00')).each(plugged, refused, stop, stopped).after(0);
    expect(story.of('session-finalized')).toMatchObject([
      { token: { uid: 'CARD2' }, flags: expect.arrayContaining(['not-authorized', 'charged-unauthorized']) },
    ]);
  });

  it('is for nobody to look at where a refused one charges nothing', () => {
    const stop = ended(at('10:01'), 1_010, { seqNo: 2, stoppedReason: 'DeAuthorized' });
    const story = new Play(at('12:00')).each(plugged, refused, stop).after(0);
    expect(story.session()).toMatchObject({ status: 'finalized', flags: ['not-authorized', 'token-unknown'] });
  });
});

describe('a token that was refused before another one was authorized', () => {
  const begin = started(at('10:00'), 1_000, card('CARD2', 'Invalid', { seqNo: 0 }));
  const read = (time: string, wh: number, seqNo: number) => updated(at(time), wh, { seqNo });
  const next = (time: string, seqNo: number, more: object = {}) =>
    updated(at(time), null, card('CARD1', 'Accepted', { seqNo, ...more }));
  const refusedThen = updated(at('10:06'), null, card('CARD2', 'Invalid', { seqNo: 2 }));
  const over = (seqNo: number) => ended(at('12:00'), 25_000, { seqNo });
  const charges = (time: string, seqNo: number) => updated(at(time), null, { seqNo, chargingState: 'Charging' });

  it.each([
    ['a reading', [begin, read('10:25', 9_000, 1), next('10:30', 2), over(3)]],
    ['a reading of that moment', [begin, read('10:30', 9_000, 1), next('10:30', 2), over(3)]],
    ['the word of its station', [begin, charges('10:01', 1), next('10:30', 2), over(3)]],
    [
      'where the same one was refused before the other',
      [
        ...[plugged, updated(at('10:05'), null, card('CARD1', 'Invalid', { seqNo: 1 })), refusedThen],
        ...[read('10:25', 9_000, 3), next('10:30', 4), over(5)],
      ],
    ],
    ['where the other one is named in passing', [begin, read('10:25', 9_000, 1), next('10:30', 2, inPassing), over(3)]],
  ])('is shown where it charged by then, by %s, in any order', (_, facts) => {
    const dice = random(23);
    for (let round = 0; round < 30; round++) {
      const story = new Play(at('13:00')).each(...shuffled(facts, dice)).after(2_000);
      const final = story.of('session-finalized').at(-1);
      expect(final).toMatchObject({ token: { uid: 'CARD1' }, energyWh: 24_000 });
      expect(final?.flags).toContain('charged-unauthorized');
    }
  });

  it('is still shown once that is corrected', () => {
    const story = new Play(at('13:00')).each(begin, read('10:25', 9_000, 1), next('10:30', 2), over(3)).after(0);
    story.each(read('11:00', 15_000, 4)).after(2_000);
    expect(story.session().flags).toContain('charged-unauthorized');
  });

  it('is shown where a process of before kept only when one was refused', () => {
    const story = new Play(at('13:00')).each(begin, read('10:25', 9_000, 1));
    story
      .put({ ...story.session(), refused: {} })
      .each(next('10:30', 2), over(3))
      .after(2_000);
    expect(story.session().flags).toContain('charged-unauthorized');
  });

  it.each([
    ['nothing flowed by then', [begin, read('10:25', 1_050, 1), next('10:30', 2), over(3)]],
    ['it charges with the word that authorizes', [begin, next('10:30', 1, { chargingState: 'Charging' }), over(2)]],
    [
      'it was the same one',
      [
        updated(at('10:00'), null, card('card1', 'Invalid', { seqNo: 1 })),
        ...[
          started(at('10:00'), 1_000, { seqNo: 0, idToken: undefined }),
          read('10:25', 9_000, 2),
          next('10:30', 3),
          over(4),
        ],
      ],
    ],
    ['it was refused after that', [plugged, next('10:05', 1), read('10:25', 9_000, 2), later, over(4)]],
  ])('is not shown where %s', (_, facts) => {
    const story = new Play(at('13:00')).each(...facts).after(2_000);
    expect(story.of('session-finalized').at(-1)).toMatchObject({ token: { uid: 'CARD1' }, flags: [] });
  });
});

describe('two tokens that are named at one moment', () => {
  const by = (value: string, more: object = {}) =>
    started(at('10:00'), 1_000, { ...card(value, 'Accepted'), digest: value, ...more });

  it('hold the session, whichever comes first', () => {
    for (const facts of [
      [by('CARD1'), by('CARD2')],
      [by('CARD2'), by('CARD1')],
      [by('CARD2'), by('CARD1'), by('CARD2')],
    ]) {
      const story = new Play(at('12:00')).each(...facts, ended(at('11:00'), 3_000)).after(5);
      expect(story.session()).toMatchObject({
        ...{ status: 'held', token: { uid: 'CARD1' } },
        hold: { reasons: ['driver-unclear'] },
      });
    }
  });

  it('are two drivers as well where they were named one after the other, in any order', () => {
    const next = random(3);
    const first = by('CARD1', { at: at('09:59') });
    const later = ['CARD2', 'CARD3'].map((value) =>
      updated(at('10:05'), null, { ...card(value, 'Accepted'), digest: value }),
    );
    for (let round = 0; round < 20; round++) {
      const facts = shuffled([first, ...later, ended(at('11:00'), 3_000)], next);
      const story = new Play(at('12:00')).each(...facts).after(900);
      expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['driver-unclear'] } });
    }
  });
});

describe('a transaction by which two charge', () => {
  const begin = updated(at('10:01'), null, card('CARD1', 'Accepted', { seqNo: 1 }));
  const stop = updated(at('10:10'), 2_000, card('CARD1', 'Accepted', { seqNo: 2, trigger: 'StopAuthorized' }));
  const second = updated(at('10:12'), null, card('CARD2', 'Accepted', { seqNo: 3 }));
  const over = ended(at('10:30'), 5_000, { seqNo: 4 });

  it.each([
    ['one after the other', [plugged, begin, stop, second, over]],
    ['of which only the stop of the first is known', [plugged, stop, second, over]],
    [
      'where the second one came after its end',
      [plugged, begin, ended(at('10:10'), 2_000, { seqNo: 2 }), second, over],
    ],
  ])('is held, %s, in any order', (_, facts) => {
    const next = random(7);
    for (let round = 0; round < 30; round++) {
      const story = new Play(at('12:00')).each(...shuffled(facts, next)).after(2_000);
      expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['driver-unclear'] } });
    }
  });

  it('is billed where another card only stops it, in any order', () => {
    const master = updated(at('10:20'), null, card('CARD2', 'Accepted', { seqNo: 3, trigger: 'StopAuthorized' }));
    const next = random(9);
    for (let round = 0; round < 30; round++) {
      const facts = shuffled([plugged, begin, updated(at('10:15'), 2_000, { seqNo: 2 }), master, over], next);
      const story = new Play(at('12:00')).each(...facts).after(2_000);
      expect(story.of('session-finalized').at(-1)).toMatchObject({
        token: { uid: 'CARD1' },
        energyWh: 4_000,
        flags: [],
      });
    }
  });
});

describe('the token of a start', () => {
  const start = started(at('10:00'), 1_000, card('CARD1', 'Accepted', { seqNo: 0 }));
  const before = updated(at('09:59:55'), null, card('CARD3', 'Accepted', { seqNo: 1 }));
  const over = ended(at('10:30'), 3_000, { seqNo: 1 });

  it('counts, and not one that is stamped before it, which holds the session in any order', () => {
    const next = random(13);
    for (let round = 0; round < 30; round++) {
      const story = new Play(at('12:00')).each(...shuffled([start, before, over], next)).after(2_000);
      expect(story.of('session-finalized').filter(({ token }) => (token as { uid: string }).uid !== 'CARD1')).toEqual(
        [],
      );
      expect(story.session()).toMatchObject({
        ...{ status: 'held', token: { uid: 'CARD1' }, hold: { reasons: ['driver-unclear'] } },
      });
    }
  });

  it('holds the session, and does not change the driver, also once it is billed', () => {
    const story = new Play(at('12:00')).each(start, over).after(5).each(before).after(2_000);
    expect(story.of('session-finalized')).toMatchObject([{ token: { uid: 'CARD1' } }]);
    expect(story.of('session-held')).toMatchObject([{ token: { uid: 'CARD1' }, reasons: ['driver-unclear'] }]);
  });

  it('is that of the driver also where it was named a little before', () => {
    const same = updated(at('09:59:55'), null, card('CARD1', 'Accepted', { seqNo: 1 }));
    const next = random(17);
    for (let round = 0; round < 20; round++) {
      const story = new Play(at('12:00')).each(...shuffled([start, same, over], next)).after(2_000);
      expect(story.of('session-finalized').at(-1)).toMatchObject({ token: { uid: 'CARD1' }, flags: [] });
    }
  });
});
