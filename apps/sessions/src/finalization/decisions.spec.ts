import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random } from '@chargemesh/testing/random';
import { at, available, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';
import { withDecision } from './decisions.js';

const LOOK = { now: new Date(at('13:00')), silentAfterS: 86_400 };

const start = started(at('10:00'), 1_000);
const stop = ended(at('10:30'), 900_000);
/** A session that is final by what somebody decided of it. */
const decided = (...events: StationEvent[]) =>
  new Play(at('12:00'))
    .each(...events)
    .after(600)
    .decide({ bill: 'value', energyWh: 4_000 });

describe('a session of more than a year', () => {
  const story = () =>
    new Play('2027-03-05T12:00:00Z')
      .each(started(at('10:00'), 1_000), ended('2027-03-04T10:00:00Z', 31_000))
      .after(600);

  it('is held, for no price is made for it', () => {
    expect(story().session()).toMatchObject({ status: 'held', hold: { reasons: ['too-long'] } });
  });

  it('is billed with the end that somebody enters, and not without one', () => {
    expect(() => story().decide({ bill: 'difference' })).toThrow('longer than a year');
    const wish = { bill: 'difference', endedAt: '2026-03-03T10:00:00Z' } as const;
    expect(story().decide(wish).session()).toMatchObject({ status: 'finalized', energyWh: 30_000 });
  });
});

describe('a decision that was wrong', () => {
  it('is put right by another one, which keeps the times that were entered', () => {
    const story = decided(start, stop).decide({ bill: 'value', energyWh: 70_000, endedAt: at('10:20') });
    story.decide({ bill: 'value', energyWh: 7_000 });
    const bills = story.of('session-finalized');
    expect(bills.map(({ energyWh, endedAt }) => [energyWh, endedAt])).toEqual([
      [4_000, at('10:30')],
      [70_000, at('10:20')],
      [7_000, at('10:20')],
    ]);
    expect(story.session()).toMatchObject({ status: 'finalized', decision: { energyWh: 7_000, endedAt: at('10:20') } });
    expect(() => story.decide({ bill: 'value', energyWh: 7_000 })).toThrow('that is what was decided');
  });
});

describe('a decision', () => {
  const somewhere = [started(at('10:00'), 1_000, { evseId: 0 }), updated(at('10:05'), null), stop];

  it.each<[string, StationEvent, StationEvent[]]>([
    ['an earlier start', started(at('09:59:30'), 1_000), [start, stop]],
    ['an earlier end', ended(at('10:20'), 900_000), [start, stop]],
    ['another register at the end', ended(at('10:31'), 900_001), [start, stop]],
    ['another place', updated(at('10:01'), null, { evseId: 2 }), somewhere],
  ])('stands until %s comes', (_, late, before) => {
    const story = decided(...before)
      .each(late)
      .after(900);
    expect(story.session()).toMatchObject({
      ...{ status: 'held', hold: { reasons: ['above-limit', 'decision-outdated'] } },
      decision: { energyWh: 4_000 },
    });
    expect(story.of('session-finalized')).toMatchObject([{ endedAt: at('10:30') }]);
    story.decide({ bill: 'value', energyWh: 5_000 });
    expect(story.of('session-finalized').at(-1)).toMatchObject({ energyWh: 5_000 });
  });

  it.each<[string, StationEvent]>([
    ['the same end', stop],
    ['the same end hours later', ended(at('11:45'), 900_000)],
    ['a reading', updated(at('10:10'), 2_000)],
    ['a free connector', available(at('10:31'))],
  ])('stands where %s comes', (_, late) => {
    const story = decided(start, stop).each(late).after(900);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 4_000 });
    expect(story.of('session-held')).toHaveLength(1);
  });

  const card = (value: string, more: object = {}) =>
    updated(at('10:05'), null, { trigger: 'Authorized', idToken: { value, type: 'ISO14443' }, ...more });

  it('stands until another driver is named, and a third one changes nothing of that', () => {
    const story = decided(start, stop).each(card('CARD2')).after(900);
    expect(story.session()).toMatchObject({
      ...{ status: 'held', hold: { reasons: ['above-limit', 'driver-unclear', 'decision-outdated'] } },
    });
    expect(story.of('session-finalized')).toHaveLength(1);
    story.decide({ bill: 'nothing' });
    story.each(card('CARD3', { at: at('10:06') })).after(900);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 0 });
  });

  it.each<[string, StationEvent]>([
    ['is named again', card('CARD1')],
    ['is named in other letters', card('card1')],
    ['is refused', card('CARD2', { authorization: { status: 'Invalid', by: 'sessions' } })],
    ['only stops it', card('CARD2', { trigger: 'StopAuthorized' })],
  ])('stands where a driver %s', (_, late) => {
    const story = decided(start, stop).each(late).after(900);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 4_000, decision: { energyWh: 4_000 } });
  });

  it('stands until the stop comes of a session that nobody had ended', () => {
    const story = decided(start, available(at('10:30')))
      .each(ended(at('10:40'), 5_000))
      .after(900);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['decision-outdated'] } });
  });
});

describe('a decision on a session that is billed already', () => {
  const doubtful = { flags: ['start-time-doubtful'] };
  /** A start by a clock that stands three hours behind, and what came by the right one. */
  const billed = () =>
    new Play(at('12:00'))
      .each(started(at('07:00'), 1_000, { receivedAt: at('10:00'), ...doubtful }))
      .each(updated(at('10:30'), 5_000), ended(at('11:00'), 9_000))
      .after(600);

  it('enters when it began, for the time and the price of the hour', () => {
    const story = billed();
    expect(reviewOf(story.session(), LOOK)?.reasons).toEqual(['start-time-doubtful']);
    story.decide({ bill: 'as-billed', startedAt: at('10:00') });
    expect(reviewOf(story.session(), LOOK)).toBeUndefined();
    expect(story.of('session-finalized').at(-1)).toMatchObject({
      ...{ startedAt: at('10:00'), endedAt: at('11:00'), energyWh: 8_000 },
      decision: { bill: 'as-billed', startedAt: at('10:00'), reviewed: ['start-time-doubtful'] },
      periods: [
        { startedAt: at('10:00'), endedAt: at('10:30'), energyWh: 4_000 },
        { startedAt: at('10:30'), endedAt: at('11:00'), energyWh: 4_000 },
      ],
    });
  });

  it('stands where the same is said again, and until something late changes what it was made on', () => {
    const story = billed().decide({ bill: 'as-billed', startedAt: at('10:00') });
    story.each(updated(at('10:45'), 7_000)).after(900);
    expect(story.session()).toMatchObject({ status: 'finalized', startedAt: new Date(at('10:00')) });
    story.each(ended(at('11:10'), 10_000)).after(900);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['decision-outdated'] } });
    expect(story.session().flags).toContain('start-time-doubtful');
    story.decide({ bill: 'difference', startedAt: at('10:00'), endedAt: at('11:05') });
    expect(story.of('session-finalized').at(-1)).toMatchObject({ energyWh: 9_000, endedAt: at('11:05') });
  });

  it.each([
    ['after its end', { startedAt: at('10:40'), endedAt: at('10:30') }],
    ['after it was told', { startedAt: at('10:01') }],
    ['a year before', { startedAt: '2025-03-01T10:00:00.000Z' }],
    ['so that it ends after that was told', { endedAt: at('11:01') }],
  ])('may not begin %s', (_, times) => {
    expect(() => billed().decide({ bill: 'as-billed', ...times })).toThrow(/it would/);
  });

  const ambiguous = () =>
    new Play(at('12:00'))
      .each(started(at('10:00'), 1_000), updated(at('10:30'), 5_000), updated(at('10:59'), 9_000))
      .each(ended(at('11:00'), 7_000))
      .after(600);

  it.each([
    [{ bill: 'as-billed' } as const, 6_000],
    [{ bill: 'value', energyWh: 8_000 } as const, 8_000],
    [{ bill: 'nothing' } as const, 0],
  ])('may bill an ambiguous register by %j', (wish, energyWh) => {
    const story = ambiguous();
    expect(story.session()).toMatchObject({ energyWh: 6_000, flags: ['register-ambiguous'] });
    story.decide(wish);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh, flags: ['decided'] });
    const told = story.of('session-finalized').at(-1);
    const periods = told?.['periods'] as { energyWh: number }[];
    expect(periods.reduce((sum, period) => sum + period.energyWh, 0)).toBe(energyWh);
  });

  it('is refused where nothing is to be reviewed, or something late waits', () => {
    const story = new Play(at('12:00')).each(start, ended(at('10:30'), 2_000)).after(600);
    expect(() => story.decide({ bill: 'as-billed' })).toThrow(/neither held nor flagged/);
    const waiting = ambiguous().each(updated(at('10:40'), 6_000));
    expect(() => waiting.decide({ bill: 'as-billed' })).toThrow(/came late/);
    expect(() => ambiguous().decide({ bill: 'difference' })).toThrow(/not held/);
  });

  it('is held where something came between it and the bill', () => {
    const story = ambiguous();
    const { energyWh } = story.session();
    const now = new Date(at('12:20'));
    const session = withDecision(story.session(), { bill: 'as-billed', energyWh, by: 'x', at: at('12:20') }, now);
    story.put({ ...session, lateSince: now }).after(600);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['decision-outdated'] } });
  });

  it('makes periods that cover its times and add up, whatever is entered', () => {
    for (let seed = 1; seed <= 80; seed++) {
      const next = random(seed);
      const minute = (from: number, to: number) =>
        new Date(Date.parse(at('07:00')) + between(next, from, to)).toISOString();
      const readings = Array.from({ length: Math.floor(next() * 6) }, () => minute(180, 240)).sort();
      const story = new Play(at('12:00'))
        .each(started(at('07:00'), 1_000, { receivedAt: at('10:00'), ...doubtful }))
        .each(...readings.map((time, index) => updated(time, 2_000 + index * 1_000)), ended(at('11:00'), 9_000))
        .after(600);
      const [startedAt, endedAt] = [minute(-600, 180), minute(180, 240)];
      story.decide({ bill: 'value', energyWh: Math.floor(next() * 20_000), startedAt, endedAt });
      const told = story.of('session-finalized').at(-1) as { energyWh: number; periods: Period[] };
      const { periods, energyWh } = told;
      const edges = periods.flatMap((period) => [period.startedAt, period.endedAt]);
      expect({ seed, edges }).toEqual({ seed, edges: [...edges].sort() });
      expect([edges[0], edges.at(-1)]).toEqual([startedAt, endedAt]);
      expect(periods.every((period, index) => index === 0 || period.startedAt === periods[index - 1]?.endedAt)).toBe(
        true,
      );
      expect(periods.reduce((sum, period) => sum + period.energyWh, 0)).toBe(energyWh);
      expect(periods.every((period) => period.energyWh >= 0)).toBe(true);
    }
  });
});

type Period = Readonly<Record<'startedAt' | 'endedAt', string> & Record<'energyWh', number>>;

/** Milliseconds of a whole minute between two. */
function between(next: () => number, from: number, to: number): number {
  return (from + Math.floor(next() * (to - from + 1))) * 60_000;
}
