import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { OPERATOR_ID, at, available, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { type Beliefs, DEFAULT_BELIEFS } from './limit.js';

const start = started(at('10:00'), 0, { samples: [] });
const stop = ended(at('11:00'), 5_000);
const earlier = (time: string, energyWh: number) => updated(at(time), energyWh, { receivedAt: at('10:01') });

/** What becomes of the session, in any order. */
function outcomeOf(...events: StationEvent[]) {
  const outcomes = Array.from({ length: 8 }, (_, seed) => {
    const play = new Play(at('12:00')).each(...(seed === 0 ? events : shuffled(events, random(seed)))).after(600);
    const { status, energyWh, hold } = play.session();
    return status === 'finalized' ? energyWh : hold?.reasons;
  });
  expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
  return outcomes[0];
}

describe('a session whose begin nobody names', () => {
  const before = { transactionId: '0' };
  it.each<[string, StationEvent[], unknown]>([
    ['begins with its first reading', [start, updated(at('10:15'), 2_000), stop], 3_000],
    ['not with one of before it', [start, earlier('09:30', 1_000), updated(at('10:15'), 2_000), stop], 3_000],
    ['with one of a moment before it, since clocks differ', [start, earlier('09:59:30', 1_000), stop], 4_000],
    [
      'not with one of before the end of the session before it',
      [
        ...[started(at('09:00'), 0, before), ended(at('09:59:50'), 900, before)],
        ...[start, earlier('09:59:40', 1_000), updated(at('10:15'), 2_000), stop],
      ],
      3_000,
    ],
    [
      'not with one of before its connector was free',
      [available(at('09:59:50')), start, earlier('09:58:59', 1_000), updated(at('10:15'), 2_000), stop],
      3_000,
    ],
    ['is held where there is no other', [start, earlier('09:30', 1_000), stop], ['no-begin-value']],
    ['so too without an end', [start, earlier('09:30', 1_000), available(at('11:00'))], ['no-end-value']],
  ])('%s', (_, events, expected) => {
    expect(outcomeOf(...events)).toEqual(expected);
  });

  it('shows nothing of before it while it runs', () => {
    const play = new Play(at('12:00')).each(start, earlier('09:30', 1_000), updated(at('10:15'), 2_000));
    expect(play.session().energyWh).toBe(0);
    expect(play.each(updated(at('10:30'), 2_700)).session().energyWh).toBe(700);
  });
});

describe('what arrives after a session', () => {
  const late = updated(at('10:05'), 500, { receivedAt: at('20:00') });
  const jumped = [started(at('10:00'), 0), updated(at('10:15'), 100_000)];

  it('makes no more of it possible where its end is inferred', () => {
    const events = [...jumped, available(at('10:20'))];
    expect(outcomeOf(...events)).toEqual(['registers-mixed']);
    expect(outcomeOf(...events, late)).toEqual(['registers-mixed']);
  });

  it.each<[string, StationEvent[]]>([
    ['the end is inferred', [...jumped, available(at('10:20'))]],
    ['the end is reported', [started(at('10:00'), 0), ended(at('10:20'), 100_000)]],
  ])('leaves a decision alone where %s and the register says the same', (_, events) => {
    const beliefs = new Map<string, Beliefs>();
    const play = new Play(at('12:00'), undefined, undefined, beliefs).each(...events).after(600);
    play.decide({ bill: 'value', energyWh: 900 });
    beliefs.set(OPERATOR_ID, { ...DEFAULT_BELIEFS, energyWh: 1_000_000 });
    play.each(late).after(900);
    expect(play.session()).toMatchObject({ status: 'finalized', energyWh: 900 });
    expect(play.of('session-held')).toHaveLength(1);
  });

  it('asks for a decision anew where the register says another end', () => {
    const play = new Play(at('12:00')).each(started(at('10:00'), 0), ended(at('10:20'), 100_000)).after(600);
    play.decide({ bill: 'nothing' });
    play.each(ended(at('10:21'), 2_000, { receivedAt: at('20:00') })).after(900);
    expect(play.session()).toMatchObject({ status: 'held', hold: { reasons: ['decision-outdated'] } });
  });
});

describe('a session of which two ends are told', () => {
  const begin = started(at('10:00'), 1_000);
  it.each<[string, StationEvent[], number, boolean]>([
    ['counts the later, higher one', [ended(at('11:00'), 9_000), ended(at('11:05'), 9_500)], 8_500, false],
    ['counts the later, lower one, and is shown', [ended(at('11:00'), 9_000), ended(at('11:05'), 5_000)], 4_000, true],
    ['is shown where the later one says the begin', [ended(at('11:00'), 9_000), ended(at('11:05'), 1_000)], 0, true],
    ['is not shown where both say the same', [ended(at('11:00'), 9_000), ended(at('11:05'), 9_000)], 8_000, false],
  ])('%s', (_, ends, energyWh, isShown) => {
    const session = new Play(at('12:00'))
      .each(begin, ...ends)
      .after(600)
      .session();
    expect(session).toMatchObject({ status: 'finalized', energyWh });
    expect(session.flags.includes('register-ambiguous')).toBe(isShown);
  });
});
