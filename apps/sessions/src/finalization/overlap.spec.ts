import { describe, expect, it } from '@jest/globals';
import { random as fromSeed } from '@chargemesh/testing/random';
import { at, available, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const time = (from: string, seconds: number): string =>
  new Date(Date.parse(at(from)) + Math.round(seconds) * 1_000).toISOString();
const other = { transactionId: '2', idToken: { value: 'CARD2', type: 'ISO14443' } };
const next = [started(at('11:00'), 3_000, other), ended(at('11:30'), 8_000, { transactionId: '2' })];

describe('a session whose end comes after the start of the next at its connector', () => {
  it('is held where its stop is told again with the register of then', () => {
    const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), ended(at('10:30'), 3_000)).after(3_600);
    story.each(available(at('10:31')), ...next, booted(at('11:40')), ended(at('11:45'), 8_000)).after(5_000);
    expect(story.of('session-finalized')).toMatchObject([
      { transactionId: '1', energyWh: 2_000 },
      { transactionId: '2', energyWh: 5_000 },
    ]);
    expect(story.of('session-held')).toMatchObject([{ transactionId: '1', reasons: ['transaction-reused'] }]);
  });

  it('is held where a power cut took its stop, which is told late', () => {
    const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), updated(at('10:20'), 2_000));
    story.each(booted(at('10:50')), ...next, ended(at('11:31'), 8_000)).after(5_000);
    expect(story.of('session-finalized')).toMatchObject([{ transactionId: '2', energyWh: 5_000 }]);
    story.decide({ bill: 'value', energyWh: 1_000 });
    expect(story.of('session-finalized').at(-1)).toMatchObject({ transactionId: '1', energyWh: 1_000 });
  });

  it('is billed where a card that was refused made a transaction of nothing meanwhile', () => {
    const refused = { ...other, authorization: { status: 'Invalid' as const, by: 'sessions' as const } };
    const story = new Play(at('12:00')).each(
      ...[started(at('10:00'), 1_000), started(at('10:20'), 2_000, refused)],
      ...[ended(at('10:20:05'), 2_000, { transactionId: '2' }), ended(at('10:30'), 3_000)],
    );
    expect([story.after(600).session(), story.session('2')]).toMatchObject([
      { status: 'finalized', energyWh: 2_000 },
      { status: 'finalized', energyWh: 0 },
    ]);
  });

  it('is billed, and the next one held, where it was final by the time the next one came', () => {
    const queued = [
      started(at('10:30'), 3_000, { ...other, receivedAt: at('12:00') }),
      ended(at('11:30'), 8_000, { transactionId: '2', receivedAt: at('12:00:05') }),
    ];
    const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), ended(at('11:00'), 5_000)).after(60);
    story.each(...queued).after(5_000);
    expect(story.of('session-finalized')).toMatchObject([{ transactionId: '1', energyWh: 4_000 }]);
    expect(story.of('session-held')).toMatchObject([{ transactionId: '2', reasons: ['sessions-overlap'] }]);
    const together = new Play(at('10:00')).each(started(at('10:00'), 1_000), ended(at('11:00'), 5_000), ...queued);
    together.after(5_000);
    expect(together.of('session-held')).toMatchObject([{ transactionId: '1', reasons: ['sessions-overlap'] }]);
    expect(together.of('session-finalized')).toMatchObject([{ transactionId: '2', energyWh: 5_000 }]);
  });

  it('stays billed where the next one is held for that, also when it is looked at again', () => {
    const queued = [
      started(at('10:30'), 3_000, { ...other, receivedAt: at('12:00') }),
      ended(at('11:30'), 8_000, { transactionId: '2', receivedAt: at('12:00:05') }),
    ];
    const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), ended(at('11:00'), 5_000)).after(60);
    story.each(...queued).after(5_000);
    const before = { transactionId: '3', receivedAt: at('14:00') };
    story.each(started(at('08:00'), 500, { ...other, ...before }), ended(at('09:00'), 900, before)).after(5_000);
    expect(story.session('3').status).toBe('finalized');
    expect(story.session('1').status).toBe('finalized');
    expect(story.session('2').status).toBe('held');
  });

  it('is not held for clocks that differ a little, nor for a session elsewhere', () => {
    const elsewhere = started(at('10:10'), 0, { ...other, transactionId: '3', evseId: 2 });
    const story = new Play(at('10:00')).each(started(at('10:00'), 1_000), elsewhere, ...next);
    story.each(ended(at('11:00:59'), 3_000)).after(5_000);
    expect(story.of('session-held')).toEqual([]);
  });

  it('is not held for a clock that is set back by a little in between, whichever is final first', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = fromSeed(seed);
      const [backS, pauseS, perSession] = [61 + random() * 238, random() * 60, random() < 0.5];
      const arrival = time('11:00:00', pauseS);
      const begin = time('11:00:00', pauseS - backS);
      const first = [started(at('10:00'), perSession ? 0 : 1_000), ended(at('11:00'), perSession ? 8_000 : 9_000)];
      const second = [
        started(begin, perSession ? 0 : 9_000, { ...other, receivedAt: arrival }),
        ended(time('12:00:00', pauseS - backS), perSession ? 10_000 : 19_000, {
          transactionId: '2',
          receivedAt: time('12:00:00', pauseS),
        }),
      ];
      const billed = [
        new Play(at('13:00'))
          .each(...first)
          .after(60)
          .each(...second),
        new Play(at('13:00')).batch(...first, ...second),
      ];
      for (const story of billed) {
        story.after(5_000);
        expect({ seed, held: story.of('session-held') }).toEqual({ seed, held: [] });
        expect([story.session().energyWh, story.session('2').energyWh]).toEqual([8_000, 10_000]);
      }
    }
  });

  it('is held for as little where the register of the next one begins within it', () => {
    const second = started(at('10:56'), 8_500, { ...other, receivedAt: at('11:00') });
    const story = new Play(at('13:00'))
      .each(started(at('10:00'), 1_000), ended(at('11:00'), 9_000), second)
      .after(5_000);
    expect(story.of('session-held')).toMatchObject([{ reasons: ['sessions-overlap'] }]);
  });
});

describe('a session of a station whose clock is behind', () => {
  it('is billed where the next one begins while it waits, whose clock is not known yet', () => {
    for (const behind of [0, 25, 90]) {
      const stamp = (clock: string) => time(clock, -60 * behind);
      const by = (clock: string, seqNo: number, transactionId = '1') => ({
        ...{ receivedAt: at(clock), seqNo, transactionId, offline: false },
      });
      const story = new Play(at('08:00')).each(
        ...[started(stamp('08:00'), 1_000, by('08:00', 0)), updated(stamp('08:30'), 3_000, by('08:30', 1))],
        // One before the end is lost, so that it waits.
        ended(stamp('09:00'), 5_000, by('09:00', 3)),
      );
      story
        .after(300)
        .each(started(stamp('09:05'), 5_000, by('09:05', 0, '2')))
        .after(1_800);
      story.each(
        updated(stamp('09:35'), 8_000, by('09:35', 1, '2')),
        ended(stamp('10:05'), 11_000, by('10:05', 2, '2')),
      );
      expect(story.after(5_000).of('session-held')).toEqual([]);
      expect(story.of('session-finalized')).toMatchObject([
        { transactionId: '1', energyWh: 4_000, endedAt: at('09:00') },
        { transactionId: '2', energyWh: 6_000, startedAt: at('09:05') },
      ]);
    }
  });
});
