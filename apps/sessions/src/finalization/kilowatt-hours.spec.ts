import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, available, ended, register, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

/** A reading of each quarter of an hour from 10:15 on. */
const readings = (...registers: readonly number[]): StationEvent[] =>
  registers.map((wh, index) => updated(at(`10:${15 * (index + 1)}`), wh));
const start = (wh: number) => started(at('10:00'), wh);
const stop = (wh: number) => ended(at('11:00'), wh);
const BEGUN = started(at('10:00'), 0, { samples: [] });

function outcomeOf(...events: StationEvent[]) {
  const play = new Play(at('12:00')).each(...events).after(600);
  const session = play.session();
  const review = reviewOf(session, { now: new Date(at('13:00')), silentAfterS: 86_400 })?.reasons ?? [];
  const shownFor = review.filter((reason) => !reason.endsWith('-unsaid'));
  return { billed: session.status === 'held' ? 'held' : session.energyWh, review: shownFor };
}

const shown = (billed: number) => ({ billed, review: ['register-ambiguous'] });
const plain = (billed: number) => ({ billed, review: [] });
const held = (reason: string) => ({ billed: 'held', review: [reason] });

describe('registers of start and stop in kWh', () => {
  it.each<[string, StationEvent[], object]>([
    ['between readings in Wh', [start(1_200), ...readings(1_201_000, 1_202_000), stop(1_203)], shown(3)],
    ['between one reading in Wh', [start(1_200), ...readings(1_201_500), stop(1_203)], shown(3)],
    ['between readings that drop out', [start(1_200), ...readings(0, 1_202_000, 0), stop(1_203)], shown(3)],
    ['of a new meter', [start(0), ...readings(900, 2_100), stop(3)], shown(3)],
    ['of a young meter', [start(15), ...readings(15_900, 17_100), stop(18)], shown(3)],
    ['with decimals', [start(1_200.4), ...readings(1_201_000, 1_202_000), stop(1_203.1)], shown(3)],
    ['that say the same, rounded', [start(1_200), ...readings(1_200_100, 1_200_700), stop(1_200)], shown(0)],
  ])('%s, bill the smaller amount and are shown', (_, events, expected) => {
    expect(outcomeOf(...events)).toEqual(expected);
  });

  it.each<[string, StationEvent[], object]>([
    ['at the end only', [start(1_200_000), ...readings(1_201_000, 1_202_000), stop(1_203)], held('end-below-begin')],
    ['at the end only, without a begin', [BEGUN, ...readings(1_201_000), stop(1_203)], held('end-below-begin')],
    ['at the end only, of a young meter', [start(500), ...readings(1_500, 2_500), stop(3)], held('end-below-begin')],
    ['at the end alone', [BEGUN, stop(1_203)], held('no-begin-value')],
    ['at the begin only', [start(1_200), ...readings(1_201_000, 1_202_000), stop(1_203_000)], held('above-limit')],
    ['where the stop is lost', [start(1_200), ...readings(1_201_000), available(at('10:20'))], held('registers-mixed')],
  ])('are held %s', (_, events, expected) => {
    expect(outcomeOf(...events)).toEqual(expected);
  });

  it.each<[string, StationEvent[], number]>([
    ['beside one reading that is a thousandfold', [start(0), ...readings(3_000_000), stop(5_000)], 5_000],
    ['beside readings in kWh', [start(1_000_000), ...readings(1_001.5, 1_004), stop(1_005_146)], 5_146],
    ['where nothing flowed', [start(1_200), ...readings(1_200_100, 1_200_100), stop(1_200)], 0],
    ['where only some readings are', [start(1_200), ...readings(1_201_000, 1_202), stop(1_203)], 3],
  ])('are none %s', (_, events, billed) => {
    expect(outcomeOf(...events)).toEqual(plain(billed));
  });
});

describe('registers with three decimals that name no unit', () => {
  it.each<[string, StationEvent[], object]>([
    ['at begin and end', [start(12.345), stop(15.345)], shown(3)],
    ['of which one ends with a zero', [start(12.345), stop(15.34)], shown(3)],
    ['from a begin of 0', [start(0), stop(3.345)], shown(3)],
    ['of which begin and end happen to have fewer', [start(12), ...readings(13.617), stop(15.55)], shown(4)],
    ['by less than a Wh', [start(12.345), stop(12.945)], shown(1)],
    ['with readings between', [start(12.345), ...readings(13.1, 14.222), stop(15.345)], shown(3)],
    ['where the stop is lost', [start(12.345), ...readings(13.1, 14.222), available(at('10:40'))], shown(2)],
    [
      'where neither is named',
      [
        started(at('10:00'), 0, { samples: [register(at('10:00'), 12.345)] }),
        ...readings(13.1),
        ended(at('10:15:02'), null),
      ],
      shown(1),
    ],
  ])('may be kWh %s', (_, events, expected) => {
    expect(outcomeOf(...events)).toEqual(expected);
  });

  it.each<[string, StationEvent[], number]>([
    ['where that is more than the limit', [start(12.345), stop(1_512.345)], 1_500],
    ['where hardly anything flowed', [start(12.345), stop(12.4)], 0],
    ['with fewer decimals', [start(12.5), stop(15.5)], 3],
    ['with more, as a sum of floats has', [start(12.3456), stop(15.34561)], 3],
  ])('are none %s', (_, events, billed) => {
    expect(outcomeOf(...events)).toEqual(plain(billed));
  });
});
