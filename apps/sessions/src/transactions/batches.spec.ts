import { describe, expect, it } from '@jest/globals';
import type { QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import { random } from '@chargemesh/testing/random';
import {
  at,
  available,
  booted,
  ended,
  occupied,
  quarantineId,
  readings,
  started,
  unknownEnd,
  updated,
} from '../testing/facts.js';
import { Play } from '../testing/play.js';
import type { Session } from './session.js';

type Events = (StationEvent | QuarantineEvent)[];

const LATER = at('20:00');
const two = { transactionId: '2' };

const firstCar = (lastWh = 2_000) => [
  ...[booted(at('07:00')), available(at('07:01'))],
  ...[started(at('08:00'), 1_000), updated(at('08:05'), lastWh)],
];

/** How a session ends up when what follows the first car comes fact by fact, and when it comes at once. */
function bothWays(before: readonly StationEvent[], then: readonly StationEvent[], last: readonly StationEvent[] = []) {
  const apart = new Play(LATER).each(...before, ...then, ...last).after(2_000);
  const together = new Play(LATER)
    .each(...before)
    .batch(...then)
    .each(...last)
    .after(2_000);
  return [apart, together] as const;
}

describe('what is billed does not depend on how facts are cut into batches', () => {
  it('gives readings that name no transaction to the next car in the batch in which the one before is known to be over', () => {
    const next = [
      ...[available(at('09:00')), started(at('09:10'), 6_000, two), updated(at('09:20'), 8_000, two)],
      ...[readings(at('10:00'), 15_000), readings(at('10:30'), 21_000), available(at('10:31'))],
    ];
    for (const story of bothWays(firstCar(6_000), next))
      expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 15_000 });
  });

  it('gives them to the car whose start in the same batch is the first sign that the one before is over', () => {
    const next = [started(at('08:30'), 2_000, two), readings(at('08:45'), 5_000)];
    for (const story of bothWays(firstCar(), next, [available(at('09:00'))]))
      expect(story.session('2')).toMatchObject({ status: 'finalized', energyWh: 3_000 });
  });

  it('tells the same car that it parks', () => {
    const next = [
      ...[started(at('08:30'), 2_000, two), occupied(at('08:31'), { detail: 'SuspendedEV', messageId: 'suspended' })],
      ...[updated(at('10:30'), 2_000, two), ended(at('10:31'), 2_500, two)],
    ];
    const [apart, together] = bothWays(firstCar(), next).map((story) => story.of('session-finalized').at(-1));
    expect(together?.['periods']).toEqual(apart?.['periods']);
  });

  it('holds for random stories and random cuts, also where sessions become final in between', () => {
    const next = random(20_261_127);
    for (let n = 0; n < 50; n += 1) {
      const story = disordered(randomStory(next), next);
      const until = Math.floor(next() * story.length);
      const told = (cutOf: (events: Events) => Events[]) => outcome(story.slice(0, until), story.slice(until), cutOf);
      const apart = told((events) => events.map((event) => [event]));
      expect(told((events) => [events])).toEqual(apart);
      expect(told((events) => cutAtRandom(events, next))).toEqual(apart);
    }
  });
});

describe('what is billed does not change when the log is read anew', () => {
  const billed = (story: Play) =>
    ['1', '2', '3']
      .filter((transactionId) => story.knows(transactionId))
      .map((transactionId) => story.session(transactionId))
      .map(({ transactionId, status, energyWh, startedAt, endedAt }) => ({
        ...{ transactionId, status, energyWh, startedAt, endedAt },
      }));

  it('in random stories, all of them told twice', () => {
    const next = random(27);
    for (let n = 0; n < 150; n += 1) {
      // An end without a name is matched with what is known by then.
      const events = randomStory(next).filter(({ type }) => type !== 'unknown-transaction-ended');
      const story = new Play(LATER).each(...events).after(2_000);
      const before = billed(story);
      story.each(...events).after(2_000);
      expect({ n, billed: billed(story) }).toEqual({ n, billed: before });
    }
  });
});

function cutAtRandom(events: Events, next: () => number): Events[] {
  const batches: Events[] = [];
  for (const event of events) {
    const last = batches.at(-1);
    if (last && next() < 0.7) last.push(event);
    else batches.push([event]);
  }
  return batches;
}

/** Three cars at one EVSE, of which anything may be lost, late, or without its transaction's name. */
function randomStory(next: () => number): Events {
  const chance = (share: number) => next() < share;
  const story: Events = [booted(at('07:00')), available(at('07:01'))];
  let [minute, wh] = [480, 1_000];
  const later = () => {
    minute += 1 + Math.floor(next() * 15);
    return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  };
  for (const transactionId of ['1', '2', '3']) {
    if (chance(0.8)) story.push(started(at(later()), wh, { transactionId }));
    for (let reading = Math.floor(next() * 5); reading > 0; reading -= 1) {
      wh += Math.floor(next() * 2_000);
      story.push(chance(0.5) ? readings(at(later()), wh) : updated(at(later()), wh, { transactionId }));
      if (chance(0.1)) story.push(booted(at(later())));
      if (chance(0.3)) story.push(occupied(at(later()), { detail: 'SuspendedEV', messageId: `suspended ${minute}` }));
      if (chance(0.2)) story.push(occupied(at(later()), { detail: 'Charging', messageId: `charging ${minute}` }));
    }
    if (chance(0.6)) story.push(ended(at(later()), wh, { transactionId }));
    else if (chance(0.3)) story.push(unknownEnd(at(later()), wh, { quarantineId: quarantineId(minute) }));
    if (chance(0.7)) story.push(available(at(later())));
  }
  return story;
}

/** The same in another order, of which a few came late. */
function disordered(story: Events, next: () => number): Events {
  for (let n = 1; n < story.length; n += 1)
    if (next() < 0.1) story.splice(Math.floor(next() * n), 0, ...story.splice(n, 1));
  return story;
}

/** All that is known in the end, but how often it was told; sessions become final after the first part. */
function outcome(first: Events, rest: Events, cutOf: (events: Events) => Events[]): unknown[] {
  const story = new Play(LATER);
  for (const events of cutOf(first)) story.batch(...events);
  story.after(700);
  for (const events of cutOf(rest)) story.batch(...events);
  story.after(2_000);
  return ['1', '2', '3'].flatMap((transactionId) => {
    try {
      const { version: _, sessionId: __, ...session }: Session = story.session(transactionId);
      return [session];
    } catch {
      return [];
    }
  });
}
