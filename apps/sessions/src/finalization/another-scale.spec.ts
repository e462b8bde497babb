import { describe, expect, it } from '@jest/globals';
import { random } from '@chargemesh/testing/random';
import { at, available, booted, ended, started } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';
import { scaleOf } from './another-scale.js';

const HOURS = ['08', '10', '12', '14', '16'];

type Registers = readonly (readonly [beginWh: number, endWh: number])[];

/** Sessions of an hour each, one after the other, by where their registers begin and end. */
function played(registers: Registers, beforeLast: (play: Play) => unknown = () => undefined): Play {
  const play = new Play(at('23:00')).each(booted(at('07:00')), available(at('07:01')));
  for (const [index, [beginWh, endWh]] of registers.entries()) {
    if (index === registers.length - 1) beforeLast(play);
    const one = { transactionId: String(index + 1) };
    const hour = HOURS[index] ?? '';
    play.each(
      started(at(`${hour}:00`), beginWh, one),
      ended(at(`${hour}:50`), endWh, one),
      available(at(`${hour}:51`)),
    );
    play.after(1_000);
  }
  return play;
}

function billed(...registers: Registers) {
  const play = played(registers);
  return registers.map((_, index) => {
    const session = play.session(String(index + 1));
    const review = reviewOf(session, { now: new Date(at('23:30')), silentAfterS: 86_400 })?.reasons ?? [];
    return [session.status === 'held' ? 'held' : session.energyWh, ...review];
  });
}

describe('a register that goes on in another unit after the session before it', () => {
  it.each([
    ['kWh', 12_355_000, 12_355, 12_365, 10],
    ['kWh, cut off', 12_355_900, 12_355, 12_365, 10],
    ['kWh, rounded', 12_355_500, 12_356, 12_366, 10],
    ['0.1 kWh', 12_355_555, 123_556, 123_656, 100],
    ['10 Wh', 12_355_555, 1_235_555, 1_236_555, 1_000],
  ])('in %s: bills the smaller amount, and is shown', (_, lastWh, beginWh, endWh, energyWh) => {
    const all = billed([lastWh - 10_000, lastWh], [beginWh, endWh]);
    expect(all).toEqual([[10_000], [energyWh, 'register-ambiguous']]);
  });

  it.each([
    ['0.1 Wh', 1_334_500, 1_364_500],
    ['0.01 Wh', 13_345_000, 13_375_000],
  ])('in %s: bills nothing before somebody decides', (_, beginWh, endWh) => {
    expect(billed([123_450, 133_450], [beginWh, endWh])).toEqual([[10_000], ['held', 'registers-mixed']]);
  });

  it('does so in the sessions after it as well, until it is as it was', () => {
    const all = billed([12_345_000, 12_355_000], [12_355, 12_365], [12_365, 12_370], [12_370_000, 12_375_000]);
    expect(all).toEqual([[10_000], [10, 'register-ambiguous'], [5, 'register-ambiguous'], [5_000]]);
  });

  it('does so by registers, whatever was decided of the sessions before', () => {
    const impossible = [123_450, 223_450] as const;
    const after = played([impossible, [2_234_500, 2_264_500]], (play) => play.decide({ bill: 'nothing' }));
    expect(after.session('2')).toMatchObject({ status: 'held', hold: { reasons: ['registers-mixed'] } });
    const finer = [1_334_500, 1_364_500] as const;
    const back = played([[123_450, 133_450], finer, [136_450, 139_450]], (play) =>
      play.decide({ bill: 'value', energyWh: 3_000 }, '2'),
    );
    expect(back.session('3')).toMatchObject({ status: 'finalized', energyWh: 3_000, flags: [] });
  });

  it('is none of a meter that was changed, or counts anew', () => {
    expect(billed([12_345_000, 12_355_000], [0, 9_000], [9_000, 12_000])).toEqual([[10_000], [9_000], [3_000]]);
    expect(billed([12_345_000, 12_355_000], [77_000, 80_000])).toEqual([[10_000], [3_000]]);
  });
});

it('is said of no register that goes on, whatever it says', () => {
  const next = random(20_261);
  for (let round = 0; round < 2_000; round += 1) {
    let wh = Math.floor(10 ** (next() * 9));
    const spans = Array.from({ length: 11 }, () => {
      const [fromWh, energyWh] = [wh, Math.floor(next() * 60_000)];
      wh += energyWh + Math.floor(next() < 0.5 ? next() * 50 : next() * 1e6);
      return { series: 'import', fromWh, endWh: fromWh + energyWh, energyWh };
    });
    expect(scaleOf(spans.slice(0, -1), spans.at(-1)!)).toBe(1);
  }
});
