import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, available, ended, register, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

const BEGUN = started(at('10:00'), 0, { samples: [] });
/** A reading of each quarter of an hour; null is left out. */
const readings = (...registers: readonly (number | null)[]): StationEvent[] =>
  registers.flatMap((wh, index) => (wh === null ? [] : updated(at(`10:${15 * (index + 1)}`), wh)));
const stop = (wh: number) => ended(at('11:00'), wh);
const free = available(at('11:00'));

function outcomeOf(...events: StationEvent[]) {
  const play = new Play(at('12:00')).each(...events).after(600);
  const session = play.session();
  const review = reviewOf(session, { now: new Date(at('13:00')), silentAfterS: 86_400 })?.reasons ?? [];
  const shown = review.filter((reason) => !reason.endsWith('-unsaid'));
  return { billed: session.status === 'held' ? 'held' : session.energyWh, review: shown };
}

describe('a begin in kWh that is said to be in Wh', () => {
  it.each<[string, StationEvent[], number]>([
    ['before a reading and an end in Wh', [started(at('10:00'), 15.042), ...readings(15_800), stop(17_000)], 1_958],
    ['before an end alone', [started(at('10:00'), 15.042), stop(17_000)], 1_958],
    ['before a reading of zero', [started(at('10:00'), 15.042), ...readings(0), stop(17_000)], 1_958],
    ['before readings in kWh', [started(at('10:00'), 15.042), ...readings(15.9, 16.3), stop(17_000)], 1_958],
    ['before an end that is finer than a Wh', [started(at('10:00'), 15.0423), stop(17_000.3)], 1_958],
    ['where the stop is lost', [started(at('10:00'), 15.042), ...readings(15_800, 16_500), free], 1_458],
  ])('%s, bills the smaller amount and is shown', (_, events, billed) => {
    expect(outcomeOf(...events)).toEqual({ billed, review: ['register-ambiguous'] });
  });

  it.each<[string, StationEvent[], number]>([
    ['of a new meter', [started(at('10:00'), 15), ...readings(2_000), stop(17_000)], 16_985],
    ['of a meter of finer steps', [started(at('10:00'), 15.5), ...readings(2_000.5), stop(17_000.5)], 16_985],
    ['with an end below it in Wh', [started(at('10:00'), 15.042), stop(9_000)], 8_985],
    ['of zero', [started(at('10:00'), 0), ...readings(2_000.5), stop(17_000)], 17_000],
  ])('is none, %s', (_, events, billed) => {
    expect(outcomeOf(...events)).toEqual({ billed, review: [] });
  });
});

describe('a first reading that stands for the begin', () => {
  it.each<[string, StationEvent[], number]>([
    ['zero', [BEGUN, ...readings(0, 43_800), stop(43_900)], 100],
    ['zero twice', [BEGUN, ...readings(0, 0, 43_800), stop(43_900)], 100],
    ['in kWh that says Wh', [BEGUN, ...readings(15.04, 15_100), stop(17_000)], 1_900],
    ['zero before one in kWh', [BEGUN, ...readings(0, 15.04, 15_100), stop(17_000)], 1_900],
    ['zero where the stop is lost', [BEGUN, ...readings(0, 15_100, 15_500), free], 400],
  ])('%s, bills the smaller amount and is shown', (_, events, billed) => {
    expect(outcomeOf(...events)).toEqual({ billed, review: ['register-ambiguous'] });
  });

  it.each<[string, StationEvent[], string]>([
    ['with an end alone', [BEGUN, ...readings(0), stop(17_000)], 'no-begin-value'],
    ['with one other, the stop lost', [BEGUN, ...readings(0, 15_100), free], 'no-end-value'],
    ['with one other before it is zero again', [BEGUN, ...readings(0, 15_100, 0), free], 'registers-mixed'],
  ])('zero, is held %s', (_, events, reason) => {
    expect(outcomeOf(...events)).toEqual({ billed: 'held', review: [reason] });
  });

  const atStart = started(at('10:00'), 0, { samples: [register(at('10:00'), 0)] });
  it.each<[string, StationEvent[], number]>([
    ['of the start', [atStart, ...readings(8_000), stop(17_000)], 17_000],
    ['of the start, the stop lost', [atStart, ...readings(8_000, 9_000), free], 9_000],
    ['of a meter that goes on', [BEGUN, ...readings(100_000, 108_000), stop(117_000)], 17_000],
    ['without energy', [BEGUN, ...readings(0, 0), stop(0)], 0],
    ['before an end that is lower than the second', [BEGUN, ...readings(0, 9_000, 3_000), stop(5_000)], 5_000],
  ])('%s is as good as any', (name, events, billed) => {
    const review = name.includes('lower') ? ['register-ambiguous'] : [];
    expect(outcomeOf(...events)).toEqual({ billed, review });
  });

  it('shows no more while it runs', () => {
    const play = new Play(at('12:00')).each(BEGUN, ...readings(0, 15_100));
    expect(play.session().energyWh).toBe(0);
    expect(play.each(updated(at('10:45'), 15_400)).session().energyWh).toBe(300);
  });
});
