import { describe, expect, it } from '@jest/globals';
import type { QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import {
  at,
  available,
  booted,
  ended,
  occupied,
  quarantineId,
  quarantined,
  settled,
  started,
  unknownEnd,
  updated,
} from '../testing/facts.js';
import { Play } from '../testing/play.js';

type Events = (StationEvent | QuarantineEvent)[];

const start = started(at('10:00'), 1_000);
const reading = updated(at('10:30'), 3_000);
const stop = (more: object = {}) => unknownEnd(at('11:00'), 5_000, more);
const token = (value: string) => ({ idToken: { value, type: 'ISO14443' } });
const play = (...events: Events) => new Play(at('12:00')).each(...events);

describe('an end of a transaction that the station does not name', () => {
  it('is of the transaction whose id it has, though the gateway no longer knows that it gave it, and whatever else runs', () => {
    const other = started(at('10:10'), 0, { transactionId: '2', evseId: 2 });
    const story = play(start, other, stop({ claimedId: '1' }));
    expect(story.of('stop-matched')).toMatchObject([{ transactionId: '1' }]);
    expect(story.session()).toMatchObject({ status: 'ended' });
  });

  it('ends the only one that runs, and says so', () => {
    const story = play(start, occupied(at('10:01')), reading, stop());
    expect(story.of('stop-matched')).toMatchObject([
      { quarantineId: quarantineId(1), transactionId: '1', sessionId: story.session().sessionId },
    ]);
    story.after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { endedAt: at('11:00'), energyWh: 4_000, reason: 'Local', flags: ['stop-transaction-unknown'] },
    ]);
  });

  it('is shown with the session that it may be of, though that is final by an end that was only inferred', () => {
    const story = play(start, reading, available(at('10:50'))).after(600);
    story.each(unknownEnd(at('10:49'), 3_100, { receivedAt: at('12:20'), ...token('CARD2') }));
    expect(story.session()).toMatchObject({
      status: 'finalized',
      flags: expect.arrayContaining(['message-quarantined']),
    });
    story.each(settled(at('12:30')));
    expect(story.session().flags).not.toContain('message-quarantined');
  });

  it('ends the session that is final by an end that was only inferred, if it came before that', () => {
    const story = play(start, reading, available(at('10:50'))).after(600);
    story.each(unknownEnd(at('10:49'), 3_100, { receivedAt: at('12:20') })).after(900);
    expect(story.session()).toMatchObject({ status: 'finalized', endedAt: new Date(at('10:49')), energyWh: 2_100 });
  });

  it('is for a person where an unreadable start may be of another transaction that ran', () => {
    const other = quarantined(at('10:05'), {
      action: 'StartTransaction',
      transactionId: '2',
      quarantineId: quarantineId(2),
    });
    const story = play(start, other, stop());
    expect(story.of('stop-matched')).toEqual([]);
    expect(story.session()).toMatchObject({ status: 'active', flags: ['message-quarantined'] });
  });

  it.each<[string, Events]>([
    ['the same token in other letters', [start, stop(token('card1'))]],
    ['a start without a token', [started(at('10:00'), 1_000, { idToken: undefined }), stop(token('CARD1'))]],
    ['an end that was only inferred', [start, reading, booted(at('10:50')), stop()]],
    [
      'connectors that are free or out of order',
      [start, available(at('10:01'), { evseId: 2 }), occupied(at('10:01'), { evseId: 3, status: 'Faulted' }), stop()],
    ],
    [
      'another connector that was in use before',
      [occupied(at('09:00'), { evseId: 2 }), available(at('09:30'), { evseId: 2 }), start, stop()],
    ],
    [
      'another transaction whose start never came, of before',
      [updated(at('09:40'), 500, { transactionId: '3', evseId: 2 }), start, stop()],
    ],
    [
      'another transaction that is over',
      [started(at('09:00'), 0, { transactionId: '0' }), ended(at('09:30'), 500, { transactionId: '0' }), start, stop()],
    ],
  ])('is taken with %s', (_, events) => {
    expect(play(...events).of('stop-matched')).toMatchObject([{ transactionId: '1' }]);
  });

  it.each<[string, Events]>([
    ['nothing that runs', [stop()]],
    ['two that run', [start, started(at('10:10'), 0, { transactionId: '2', evseId: 2 }), stop()]],
    ['another token', [start, stop(token('CARD2'))]],
    ['a register below the begin', [start, unknownEnd(at('11:00'), 999)]],
    ['more than the connector could deliver', [start, unknownEnd(at('11:00'), 1_000_000)]],
    ['no register', [start, unknownEnd(at('11:00'), null)]],
    ['a time before the start', [start, unknownEnd(at('09:59'), 5_000)]],
    [
      'another end of the moment and no meters, as after a power cut',
      [
        started(at('10:00'), 0, { transactionId: '2', evseId: 2 }),
        started(at('10:00'), 0),
        ended(at('11:00'), 0, { transactionId: '2', evseId: 2 }),
        unknownEnd(at('11:00'), 0),
      ],
    ],
    [
      'another transaction whose start never came',
      [start, updated(at('10:40'), 4_500, { transactionId: '3', evseId: 2 }), stop()],
    ],
    ['another connector in use', [start, occupied(at('10:01'), { evseId: 2 }), stop()]],
    [
      'another transaction whose start never came, by a clock that is two hours behind',
      [
        started(at('08:00'), 1_000, { receivedAt: at('10:00') }),
        updated(at('08:10'), 1_500, { receivedAt: at('10:10') }),
        updated(at('08:40'), 4_500, { receivedAt: at('10:40'), transactionId: '3', evseId: 2 }),
        stop({ at: at('09:00'), receivedAt: at('11:00') }),
      ],
    ],
    [
      'an unreadable start of another transaction, by such a clock',
      [
        started(at('08:00'), 1_000, { receivedAt: at('10:00') }),
        quarantined(at('10:05'), { action: 'StartTransaction', transactionId: '2', quarantineId: quarantineId(2) }),
        stop({ at: at('09:00'), receivedAt: at('11:00') }),
      ],
    ],
  ])('is left to a person with %s', (_, events) => {
    const story = play(...events);
    expect(story.of('stop-matched')).toEqual([]);
    expect(story.of('session-ended').filter(({ transactionId }) => transactionId === '1')).toEqual([]);
  });

  it('is left to a person where the connector was free before: it may be of the next car', () => {
    const story = play(start, reading, available(at('10:45')), stop()).after(600);
    expect(story.of('stop-matched')).toEqual([]);
    expect(story.of('session-finalized')).toMatchObject([
      { endedAt: at('10:45'), energyWh: 2_000, flags: expect.arrayContaining(['message-quarantined']) },
    ]);
  });

  it('that is left to a person flags what it may have been of, until somebody has dealt with it', () => {
    const story = play(start, unknownEnd(at('11:00'), 999));
    expect(story.session()).toMatchObject({ status: 'active', flags: ['message-quarantined'] });
    story.each(settled(at('11:30')));
    expect(story.session().flags).toEqual([]);
  });

  describe('before what it ends', () => {
    const before = [
      started(at('09:00'), 0, { transactionId: '0', ...token('CARD0') }),
      ended(at('09:30'), 500, { transactionId: '0' }),
    ];
    const after = [
      started(at('11:10'), 0, { transactionId: '2', evseId: 2 }),
      updated(at('11:20'), 900, { transactionId: '2' }),
    ];
    const final = (story: Play) =>
      story.of('session-finalized').map(({ sessionId: _id, version: _version, flags: _flags, ...data }) => data);

    it.each<[string, Events]>([
      ['alone', [start, reading, stop()]],
      ['with one that was over', [...before, start, reading, stop(token('CARD1'))]],
      ['with one that came later', [start, reading, stop(), ...after]],
      ['with both', [...before, start, reading, stop(token('CARD1')), ...after]],
      ['with its proper end', [start, reading, stop(), ended(at('11:00'), 5_000)]],
    ])('comes to the same in any order and number, %s', (_, events) => {
      const expected = final(play(...events).after(5));
      expect(expected).toContainEqual(expect.objectContaining({ transactionId: '1', energyWh: 4_000 }));
      for (let seed = 1; seed <= 100; seed++) {
        const next = random(seed);
        const story = new Play(at('12:00'));
        for (const event of shuffled([...events, ...events.filter(() => next() < 0.3)], next)) story.batch(event);
        const matches = story.of('stop-matched').map(({ transactionId }) => transactionId);
        expect(story.session().flags).not.toContain('message-quarantined');
        const comes = { seed, matches: new Set(matches), final: new Set(final(story.after(5))) };
        expect(comes).toEqual({ seed, matches: new Set(['1']), final: new Set(expected) });
      }
    });

    it('is left to a person in any order, if it cannot be its end', () => {
      for (let seed = 1; seed <= 50; seed++) {
        const events = shuffled<Events[number]>([start, reading, unknownEnd(at('11:00'), 999), ...after], random(seed));
        const story = play(...events);
        expect([seed, story.of('stop-matched'), story.session().flags]).toEqual([seed, [], ['message-quarantined']]);
        expect(story.session('2').flags).toEqual([]);
      }
    });

    it('is not taken for the end of another of the moment, whatever is known of the own one later', () => {
      const others = [started(at('10:00'), 0, { transactionId: '2', evseId: 2 }), started(at('10:00'), 0)];
      const cut = [ended(at('11:00'), 0, { transactionId: '2', evseId: 2 }), unknownEnd(at('11:00'), 0)];
      const story = play(...others, ...cut, booted(at('11:05'))).after(900);
      story.decide({ bill: 'value', energyWh: 0 });
      expect(story.session().status).toBe('finalized');
      story.each(started(at('11:30'), 0, { transactionId: '3' }));
      expect(story.of('stop-matched')).toEqual([]);
    });

    it('takes the connectors as they were when it came', () => {
      const inUse = occupied(at('10:01'), { evseId: 2 });
      expect(play(stop(), inUse, start).of('stop-matched')).toHaveLength(1);
      expect(play(inUse, stop(), available(at('11:05'), { evseId: 2 }), start).of('stop-matched')).toEqual([]);
    });

    it('is not that of one that began later, though its clock counts anew', () => {
      const late = started('1970-01-01T00:01:00.000Z', 5_000, { receivedAt: at('11:30') });
      const story = play(stop(), late);
      expect([story.of('stop-matched'), story.session().status]).toEqual([[], 'active']);
    });

    it('is over once somebody has dealt with it', () => {
      const story = play(stop(), settled(at('11:30')), start);
      expect([story.of('stop-matched'), story.session().status]).toEqual([[], 'active']);
    });
  });

  it('comes to the same, in whatever order it and the proper one come, and however often', () => {
    const proper = ended(at('11:00'), 5_000);
    const next = random(7);
    for (let round = 0; round < 50; round++) {
      const ends = shuffled([proper, proper, stop(), stop()], next);
      const story = play(start, occupied(at('10:01')), reading, ...ends).after(5);
      expect(story.of('session-finalized')).toMatchObject([{ endedAt: at('11:00'), energyWh: 4_000 }]);
      expect(story.of('stop-matched').length).toBeGreaterThan(0);
      story.each(started(at('11:10'), 5_000, { transactionId: '2' }), stop());
      expect(story.session('2').status).toBe('active');
    }
  });
});

describe('an end that somebody takes for that of another transaction while it is matched', () => {
  const other = { transactionId: '2', evseId: 2 };
  const both = [started(at('09:50'), 0, other), updated(at('10:55'), 6_000, other)];
  const replayedFor = (transactionId: string) =>
    settled(at('11:06'), 'replayed', quarantineId(1), { transactionId, at: at('11:06') });
  const corrected = ended(at('11:00'), 7_000, { ...other, receivedAt: at('11:00') });

  it('ends that one, and holds the one that it was matched with', () => {
    const story = play(start, reading, stop(), ...both, corrected, replayedFor('2')).after(900);
    expect(story.of('stop-matched')).toMatchObject([{ transactionId: '1' }]);
    expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 7_000 });
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['stop-disputed'] } });
    story.decide({ bill: 'difference' });
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 4_000 });
  });

  it('holds it as well where it was final by then', () => {
    const story = play(start, reading, stop()).after(60);
    expect(story.session().status).toBe('finalized');
    story.each(...both, corrected, replayedFor('2')).after(900);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['stop-disputed'] } });
  });

  it('holds one that it is matched with by what its replay tells', () => {
    const waiting = play(start, reading, ...both, stop());
    expect(waiting.of('stop-matched')).toEqual([]);
    const story = waiting.each(ended(at('10:58'), 7_000, other), replayedFor('2')).after(900);
    const ends = story.of('stop-matched').length;
    expect(ends === 0 ? story.session().status : story.session().hold?.reasons).toEqual(
      ends === 0 ? 'active' : ['stop-disputed'],
    );
  });

  it.each([
    ['the same', '1'],
    ['one of which nothing is known', undefined],
  ])('leaves it as it is where that is %s', (_, transactionId) => {
    const said = settled(
      at('11:06'),
      'replayed',
      quarantineId(1),
      transactionId === undefined ? {} : { transactionId },
    );
    const story = play(start, reading, stop(), said, stop()).after(900);
    expect(story.session()).toMatchObject({ status: 'finalized', flags: ['stop-transaction-unknown'] });
  });

  it('ends nothing when it is said again after that', () => {
    const inUse = [occupied(at('10:01')), occupied(at('10:01'), { evseId: 2 })];
    const story = play(start, reading, ...inUse, ...both, stop(), replayedFor('2'), corrected);
    story.each(available(at('11:01'), { evseId: 2 }), stop());
    expect([story.of('stop-matched'), story.session().status]).toEqual([[], 'active']);
  });
});

describe('a message that nobody could read', () => {
  it('is shown with its session', () => {
    const story = play(start, quarantined(at('11:00'), { transactionId: '1' }));
    expect(story.session().flags).toEqual(['message-quarantined']);
    story.each(ended(at('11:10'), 5_000)).after(5);
    expect(story.of('session-finalized')).toMatchObject([{ flags: ['message-quarantined'] }]);
  });

  it('is shown as a session of which nothing else is known', () => {
    const story = play(quarantined(at('11:00'), { transactionId: '7' }));
    expect(story.session('7')).toMatchObject({ status: 'pending', flags: ['message-quarantined'] });
    story.each(started(at('10:00'), 1_000, { transactionId: '7' }), settled(at('11:30'), 'replayed'));
    expect(story.session('7')).toMatchObject({ status: 'active', flags: [] });
  });

  it('is no longer shown when the last of several is dealt with', () => {
    const of = (number: number) => ({ transactionId: '1', quarantineId: quarantineId(number) });
    const story = play(start, quarantined(at('11:00'), of(1)), quarantined(at('11:01'), of(2)), settled(at('11:30')));
    expect(story.session().flags).toEqual(['message-quarantined']);
    story.each(settled(at('11:40'), 'replayed', quarantineId(2)), quarantined(at('11:00'), of(1)));
    expect(story.session().flags).toEqual([]);
  });
});

it('a kept message that names no transaction is of whatever runs at its station, until it is dealt with', () => {
  const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), quarantined(at('10:30')));
  expect(story.session()).toMatchObject({ status: 'active', flags: ['message-quarantined'] });
  story.each(settled(at('10:40')));
  expect(story.session()).toMatchObject({ status: 'active', flags: [] });
});
