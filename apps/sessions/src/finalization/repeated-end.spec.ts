import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, booted, ended, occupied, started, updated } from '../testing/facts.js';
import { finalOf } from '../testing/final-of.js';
import { Play } from '../testing/play.js';

const start = started(at('10:00'), 1_000);
const stop = ended(at('10:30'), 3_000);
const free = available(at('10:31'));
const again = ended(at('11:45'), 3_000);
const next = { transactionId: '2', idToken: { value: 'CARD2', type: 'ISO14443' } };

describe('a stop that is told again with a later stamp', () => {
  it.each<[string, StationEvent[]]>([
    ['after its connector was free', [start, stop, free, again]],
    ['after a boot too', [start, stop, free, booted(at('11:40')), again]],
    ['a few seconds after the connector was free', [start, available(at('10:29:58')), stop, again]],
    ['twice', [start, stop, free, again, ended(at('11:50'), 3_000)]],
    ['without a register', [start, stop, free, ended(at('11:45'), null)]],
    ['with a register of 0', [start, stop, free, ended(at('11:45'), 0)]],
    ['after another stop before the connector was free', [start, ended(at('10:25'), 2_500), stop, free, again]],
    ['and nobody knows whether its connector was free', [start, stop, again]],
    ['after another connector was free', [start, stop, available(at('10:31'), { evseId: 2 }), again]],
    ['after a boot alone', [start, stop, booted(at('11:40')), again]],
    ['though its connector was free before only', [available(at('09:59')), start, stop, again]],
    ['after another stop, and nobody knows of its connector', [start, ended(at('10:25'), 2_500), stop, again]],
    ['after readings', [start, updated(at('10:20'), 2_000), stop, free, again]],
    ['with what its station used by itself meanwhile', [start, stop, ended(at('11:45'), 3_040)]],
    ['with that after its connector was free', [start, stop, free, booted(at('11:40')), ended(at('11:45'), 3_040)]],
  ])('makes no time and no energy %s', (_, events) => {
    expect(finalOf(...events)).toMatchObject({
      ...{ startedAt: at('10:00'), endedAt: at('10:30'), energyWh: 2_000, flags: [] },
    });
  });

  it('makes no time after another session began there, and overlaps with none', () => {
    const other = [started(at('10:50'), 3_000, next), ended(at('11:30'), 8_000, { transactionId: '2' })];
    const story = new Play(at('12:00')).each(start, stop, ...other, again).after(600);
    expect(story.of('session-held')).toEqual([]);
    expect(story.of('session-finalized')).toMatchObject([
      { endedAt: at('10:30'), energyWh: 2_000 },
      { energyWh: 5_000 },
    ]);
  });

  it('corrects nothing where the session is final, and leaves a decision alone', () => {
    const story = new Play(at('10:31'))
      .each(start, stop, free)
      .after(5)
      .each(booted(at('11:40')), again)
      .after(900);
    expect(story.of('session-finalized')).toMatchObject([{ endedAt: at('10:30') }]);
    const held = new Play(at('10:31'))
      .each(start, ended(at('10:30'), 900_000), free)
      .after(5)
      .decide({ bill: 'nothing' });
    held.each(ended(at('11:45'), 900_000)).after(900);
    expect(held.session()).toMatchObject({ status: 'finalized', decision: { bill: 'nothing' } });
  });

  it('bills the smaller of two ends of one moment also where one of them is told again', () => {
    const other = ended(at('10:30'), 2_500, { digest: 'other' });
    expect(finalOf(start, stop, other, free, again)).toMatchObject({
      ...{ endedAt: at('10:30'), energyWh: 1_500, flags: ['register-ambiguous'] },
    });
  });

  it('bills the smallest of what is possible, and says so, where two other ends were said in between', () => {
    const others = [ended(at('11:00'), 5_000), ended(at('11:00'), 4_000, { digest: 'other' })];
    expect(finalOf(start, stop, ...others, again)).toMatchObject({ energyWh: 2_000, flags: ['register-ambiguous'] });
  });

  it.each<[string, StationEvent[], number]>([
    ['the register rose, and nobody knows of its connector', [start, stop, ended(at('11:45'), 4_000)], 3_000],
    [
      'the register rose before its connector was free',
      [start, stop, updated(at('10:40'), 4_000), available(at('10:41')), ended(at('11:45'), 4_000)],
      3_000,
    ],
    ['the first says no register', [start, ended(at('10:30'), null), again], 2_000],
  ])('counts as before where %s', (_, events, energyWh) => {
    expect(finalOf(...events)).toMatchObject({ endedAt: at('11:45'), energyWh });
  });
});

describe('an end with more after its connector was free', () => {
  const other = ended(at('11:45'), 6_000);

  it.each<[string, StationEvent[]]>([
    ['', [start, stop, free, occupied(at('11:00')), other]],
    ['and readings of the next car', [start, stop, free, updated(at('11:20'), 5_000), other]],
    ['that is told again itself', [start, stop, free, other, ended(at('11:55'), 6_000)]],
    ['beside the first one, told again', [start, stop, free, again, ended(at('11:55'), 6_000)]],
    ['and after a boot', [start, stop, free, booted(at('11:00')), other]],
  ])('is of another car: the session is held by its first end %s', (_, events) => {
    const next = random(1);
    for (let round = 0; round < 20; round++) {
      const story = new Play(at('12:00')).each(...(round === 0 ? events : shuffled(events, next))).after(600);
      expect(story.of('session-finalized')).toEqual([]);
      expect(story.session()).toMatchObject({
        ...{ status: 'held', energyWh: 2_000, endedAt: new Date(at('10:30')) },
        hold: { reasons: ['transaction-reused'], basis: { beginWh: 1_000, endWh: 3_000 } },
      });
    }
  });

  it('does not raise what is billed, and a decision on it stands until there is more to it', () => {
    const story = new Play(at('10:31')).each(start, stop, free).after(5).each(other).after(3_600);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 2_000 }]);
    expect(story.of('session-held')).toMatchObject([{ reasons: ['transaction-reused'] }]);
    story.decide({ bill: 'difference' });
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 2_000 });
    story.each(ended(at('11:46'), 6_000)).after(3_600);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 2_000 });
  });
});
