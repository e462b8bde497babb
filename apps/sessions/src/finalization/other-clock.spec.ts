import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, interval, register, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

/** A session from 8:00 to 9:00 of which nobody names begin and end, with readings of these stamps. */
function outcomeOf(readings: readonly [stamp: string, wh: number][], end: string | StationEvent = at('09:00')) {
  const play = new Play(at('20:00')).each(booted(at('07:00')), available(at('07:01')));
  play.each(started(at('08:00'), 0, { samples: [] }));
  for (const [index, [stamp, wh]] of readings.entries())
    play.each(updated(at(`08:${10 + 10 * index}`), 0, { samples: [register(at(stamp), wh)] }));
  play.each(typeof end === 'string' ? ended(end, null) : end).after(2_000);
  const session = play.session();
  const review = reviewOf(session, { now: new Date(at('21:00')), silentAfterS: 86_400 })?.reasons ?? [];
  return { ...session, review };
}

describe('readings by another clock than the session', () => {
  it('count where a zone explains all of them', () => {
    const readings: [string, number][] = [
      ['06:10', 101_000],
      ['06:50', 111_000],
    ];
    const { status, energyWh, flags } = outcomeOf(readings);
    expect({ status, energyWh }).toEqual({ status: 'finalized', energyWh: 10_000 });
    expect(flags).toContain('clock-implausible');
    const half = readings.map(([stamp, wh]): [string, number] => [stamp.replace('06:', '13:'), wh]);
    expect(outcomeOf(half).energyWh).toBe(10_000);
  });

  it('also where the last of them comes with the end', () => {
    const end = ended(at('09:00'), 0, { samples: [register(at('07:00'), 111_000)] });
    const { status, energyWh } = outcomeOf([['06:10', 101_000]], end);
    expect({ status, energyWh }).toEqual({ status: 'finalized', energyWh: 10_000 });
  });

  it('are held where none does', () => {
    const session = outcomeOf([
      ['02:10', 101_000],
      ['06:58', 111_000],
    ]);
    expect(session).toMatchObject({ status: 'held', review: expect.arrayContaining(['no-end-value']) });
  });

  it('are said where others lie in its time, by which it is less', () => {
    const session = outcomeOf([
      ['07:10', 101_000],
      ['08:10', 111_000],
      ['08:20', 112_000],
    ]);
    expect(session).toMatchObject({ energyWh: 1_000, review: expect.arrayContaining(['readings-outside']) });
    const within = outcomeOf([
      ['08:10', 101_000],
      ['08:50', 111_000],
    ]);
    expect(within).toMatchObject({ energyWh: 10_000, review: ['begin-unsaid', 'end-unsaid'] });
  });
});

it('says that energy may be missing where something of its intervals could not be read', () => {
  const flowed = (time: string, wh: number, more = {}) =>
    updated(at(time), 0, { samples: [interval(at(time), wh)], ...more });
  const play = new Play(at('20:00')).each(started(at('08:00'), 0, { samples: [], seqNo: 0 }));
  play.each(flowed('08:15', 500, { seqNo: 1 }));
  play.each(updated(at('08:30'), 0, { samples: [], seqNo: 2, flags: ['partly-unreadable'] }));
  play.each(ended(at('09:00'), 0, { samples: [interval(at('09:00'), 500)], seqNo: 3 })).after(2_000);
  expect(play.session()).toMatchObject({ energyWh: 1_000, flags: expect.arrayContaining(['interval-missing']) });
});

it('says that energy of a message is missing that never came, where intervals are summed up', () => {
  const flowed = (time: string, wh: number, seqNo: number) =>
    updated(at(time), 0, { samples: [interval(at(time), wh)], seqNo });
  const play = new Play(at('20:00')).each(started(at('08:00'), 0, { samples: [], seqNo: 0 }));
  play.each(flowed('08:15', 2_000, 1), flowed('08:45', 2_000, 3));
  play.each(ended(at('09:00'), 0, { samples: [interval(at('09:00'), 2_000)], seqNo: 4 })).after(2_000);
  expect(play.session().flags).toEqual(expect.arrayContaining(['gap', 'interval-missing', 'intervals-summed']));
});
