import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, ended, readings, register, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const NONE = { samples: [] };
const start = started(at('10:00'), 0, { ...NONE, seqNo: 0 });
const end = ended(at('11:00'), null, { seqNo: 1 });
const read = [readings(at('10:01'), 1_000), readings(at('10:30'), 2_000), readings(at('10:59'), 3_000)];
const next = { transactionId: '2', seqNo: 0, idToken: { value: 'CARD2', type: 'ISO14443' } };

/** What is told of a session in the end, of its start and the rest of its facts in any order. */
function outcomesOf(first: StationEvent, rest: readonly StationEvent[], rounds = 40): unknown[] {
  const turn = random(11);
  return Array.from({ length: rounds }, (_, round) => {
    const facts = round === 0 ? rest : shuffled(rest, turn);
    const story = new Play(at('11:02')).each(first, ...facts).after(2_000);
    return story.of('session-finalized').map(({ version: _version, ...final }) => final);
  });
}

describe('statuses of OCPP 1.6 that come after the end of a transaction', () => {
  const status = (time: string, detail: string) =>
    available(at(time), { status: 'Occupied', detail, messageId: `${detail} ${time}` });
  const words = [status('10:05', 'SuspendedEV'), status('10:30', 'Charging'), status('10:50', 'SuspendedEV')];
  const begin = started(at('10:00'), 1_000);
  const stop = ended(at('11:00'), 5_000);

  it('say when it charged, in any order', () => {
    const [inOrder, ...others] = outcomesOf(begin, [...words, updated(at('10:05'), 1_800), stop]);
    const kinds = ['charging', 'parking', 'charging', 'parking'].map((kind) => expect.objectContaining({ kind }));
    expect(inOrder).toMatchObject([{ periods: kinds }]);
    expect(others).toEqual(others.map(() => inOrder));
  });

  it('correct it where it is final', () => {
    const story = new Play(at('11:00')).each(begin, stop).after(5);
    story.each(...words).after(2_000);
    expect(story.of('session-finalized').at(-1)).toMatchObject({ periods: { length: 4 } });
  });

  it('say nothing of it that is of after its end', () => {
    const story = new Play(at('11:00')).each(begin, stop);
    const before = story.session();
    expect(story.each(status('11:05', 'SuspendedEV')).session()).toEqual(before);
  });
});

describe('readings that name no transaction and come after the end of one', () => {
  it('count for it, in any order', () => {
    const [inOrder, ...others] = outcomesOf(start, [...read, end]);
    expect(inOrder).toMatchObject([{ energyWh: 2_000, flags: expect.arrayContaining(['readings-assigned']) }]);
    expect(others).toEqual(others.map(() => inOrder));
  });

  it('count for it whatever comes in between, for random sessions', () => {
    const turn = random(5);
    for (let round = 0; round < 60; round++) {
      const minutes = [
        ...new Set(Array.from({ length: 1 + Math.floor(turn() * 5) }, () => 1 + Math.floor(turn() * 58))),
      ];
      const times = minutes.sort((a, b) => a - b).map((minute) => at(`10:${String(minute).padStart(2, '0')}`));
      const own = times.map((time, index) =>
        turn() < 0.3 ? updated(time, 1_000 + index * 700) : readings(time, 1_000 + index * 700),
      );
      const names = [turn() < 0.5, turn() < 0.5];
      const begin = started(at('10:00'), 1_000, names[0] ? {} : NONE);
      const rest = [...own, ended(at('11:00'), names[1] ? 8_000 : null)];
      const [inOrder, ...others] = outcomesOf(begin, turn() < 0.5 ? [...rest, available(at('11:01'))] : rest, 8);
      expect(others).toEqual(others.map(() => inOrder));
    }
  });

  it('correct it where it is final', () => {
    const story = new Play(at('11:00')).each(start, end).after(5);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 0 }]);
    story.each(...read).after(2_000);
    expect(story.of('session-finalized').slice(1)).toMatchObject([{ energyWh: 2_000 }]);
  });

  it('count for it in one message with those of the next', () => {
    const both = readings(at('11:40'), 0, { samples: [register(at('10:50'), 2_500), register(at('11:40'), 4_000)] });
    const story = new Play(at('11:50')).each(start, ...read.slice(0, 2), end, started(at('11:20'), 3_000, next), both);
    expect([story.after(5).session().energyWh, story.session('2').energyWh]).toEqual([1_500, 1_000]);
  });

  it('are its end where they follow one that says no register', () => {
    const after = readings(at('11:00:01'), 3_400);
    const story = new Play(at('11:00:00')).each(start, ...read, end, after).after(10);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 2_400, endedAt: at('11:00') }]);
  });

  it.each<[string, StationEvent[], StationEvent]>([
    ['of the time after it', [...read, end], readings(at('11:02'), 3_400)],
    [
      'that follow an end which says its register',
      [...read, ended(at('11:00'), 3_000)],
      readings(at('11:00:01'), 3_400),
    ],
    ['of the time before it', [...read, end], readings(at('09:59'), 500)],
    ['of another EVSE', [...read, end], readings(at('10:40'), 3_400, { evseId: 2 })],
    ['that are impossible for it', [...read, end], readings(at('10:58'), 900_000)],
  ])('leave it alone that are %s', (_, events, other) => {
    const story = new Play(at('11:03')).each(start, ...events).after(5);
    const { version: _version, ...final } = story.session();
    expect(story.each(other).after(2_000).session()).toMatchObject(final);
  });
});

describe('the meter of the whole station', () => {
  const main = [readings(at('10:01'), 71_000, { evseId: 0 }), readings(at('10:59'), 74_000, { evseId: 0 })];
  const flagsOf = (...events: StationEvent[]) =>
    new Play(at('11:02'))
      .each(...events)
      .after(2_000)
      .session().flags;

  it('shows a session of which nothing is read to a person', () => {
    expect(flagsOf(start, ...main, end)).toEqual(['no-end-value', 'station-metered']);
  });

  it('shows it as well where it is told after the end, and once that is final', () => {
    const late = readings(at('10:59'), 74_000, { evseId: 0, receivedAt: at('11:01') });
    expect(flagsOf(start, end, late)).toEqual(['no-end-value', 'station-metered']);
    const story = new Play(at('11:02')).each(start, end).after(2_000).each(late).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', flags: ['no-end-value', 'station-metered'] });
  });

  it.each<[string, StationEvent[]]>([
    [
      'that says its registers',
      [started(at('10:00'), 1_000, { seqNo: 0 }), ...main, ended(at('11:00'), 2_000, { seqNo: 1 })],
    ],
    ['of which one is said at the end', [start, ...main, updated(at('10:30'), 1_500), ended(at('11:00'), 2_000)]],
    ['beside which another one runs', [start, started(at('10:00'), 500, { ...next, evseId: 2 }), ...main, end]],
    ['that was over when it was read', [start, end, readings(at('11:01:30'), 74_000, { evseId: 0 })]],
    [
      'beside which another one ran that is over',
      [start, started(at('10:00'), 500, { ...next, evseId: 2 }), ended(at('11:00'), 900, next), end, ...main],
    ],
    ['that began after it was read', [main[0] as StationEvent, started(at('10:02'), 0, NONE), end]],
  ])('says nothing of one %s', (_, events) => {
    expect(flagsOf(...events)).not.toContain('station-metered');
  });
});
