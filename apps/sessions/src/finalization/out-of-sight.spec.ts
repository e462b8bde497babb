import { describe, expect, it } from '@jest/globals';
import type { SampledValue, StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, interval, occupied, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

const before = [booted(at('07:00')), available(at('07:01'))];

function outcomeOf(...events: StationEvent[]) {
  const play = new Play(at('20:00')).each(...before, ...events).after(2_000);
  const session = play.session();
  const review = reviewOf(session, { now: new Date(at('21:00')), silentAfterS: 86_400 })?.reasons ?? [];
  return { status: session.status, energyWh: session.energyWh, endedAt: session.endedAt?.toISOString(), review };
}

describe('energy that nobody read', () => {
  it('is said where a stop was lost hours after the last reading', () => {
    const lost = outcomeOf(started(at('08:00'), 1_000), updated(at('08:10'), 3_000), available(at('11:00')));
    expect(lost).toMatchObject({ energyWh: 2_000, review: ['end-unsaid'] });
    const soon = outcomeOf(started(at('08:00'), 1_000), updated(at('08:40'), 3_000), available(at('09:00')));
    expect(soon).toMatchObject({ energyWh: 2_000, review: [] });
  });

  it('is said where a stop was lost minutes after the last reading, if much would have flowed as it did last', () => {
    const lost = (wh: number, end: string) =>
      outcomeOf(started(at('08:00'), 0), updated(at('08:15'), wh), available(at(end))).review;
    expect(lost(5_000, '08:29')).toEqual(['end-unsaid']);
    expect(lost(5_000, '08:17')).toEqual([]);
    expect(lost(500, '08:29')).toEqual([]);
    const full = [started(at('08:00'), 0), updated(at('08:10'), 5_000), updated(at('08:15'), 5_000)];
    expect(outcomeOf(...full, available(at('08:50'))).review).toEqual([]);
  });

  const per15 = (wh: number) =>
    ['08:15', '08:30', '08:45'].map((time) =>
      updated(at(time), null, { samples: [interval(at(time), wh)], digest: time }),
    );
  const anew = [1, 2, 3].map((count) => updated(at(`08:${15 * count}`), 5_500 * count));
  const next = started(at('09:30'), 0, { transactionId: '2' });
  const word = (detail: string) => occupied(at('08:46'), { detail });

  it.each<[string, StationEvent[]]>([
    ['in intervals, until the next start', [...per15(5_500), next]],
    ['by a register from 0, until the next start', [...anew, next]],
    ['in intervals, until a boot', [...per15(5_500), word('Charging'), booted(at('09:30'))]],
    ['by a register from 0, until a boot', [...anew, booted(at('09:30'))]],
    ['in small intervals, for hours', [...per15(200), booted(at('12:30'))]],
  ])('is said where a stop was lost that no later register tells of: %s', (_, events) => {
    expect(outcomeOf(started(at('08:00'), 0), ...events, available(at('13:00'))).review).toEqual(['end-unsaid']);
  });

  it.each<[string, StationEvent[]]>([
    ['its car took nothing any more', [...per15(5_500), word('SuspendedEV'), next]],
    ['little flowed, and it was soon over', [...per15(200), next]],
    ['nothing flowed in the last of them', [...per15(5_500).slice(0, 2), ...per15(0).slice(2), next]],
  ])('is none where %s', (_, events) => {
    expect(outcomeOf(started(at('08:00'), 0), ...events).review).toEqual([]);
  });

  it('is none where the next session goes on from its register', () => {
    const read = ['08:15', '08:30', '08:45'].map((time, index) => updated(at(time), 6_500 + 5_500 * index));
    const other = started(at('09:30'), 17_500, { transactionId: '2' });
    expect(outcomeOf(started(at('08:00'), 1_000), ...read, other).review).toEqual([]);
  });

  it('is said where neither begin nor end are named, and it was first read after hours', () => {
    const start = started(at('08:00'), 0, { samples: [] });
    const read = [updated(at('10:00'), 3_000), updated(at('10:30'), 9_000)];
    expect(outcomeOf(start, ...read, ended(at('10:31'), null)).review).toEqual(['begin-unsaid']);
  });

  it('is said where neither is named, and much would have flowed before the first reading and after the last', () => {
    const start = started(at('08:00'), 0, { samples: [] });
    const hourly = [updated(at('08:58'), 20_000), updated(at('09:58'), 40_000)];
    expect(outcomeOf(start, ...hourly, ended(at('10:56'), null)).review).toEqual(['begin-unsaid', 'end-unsaid']);
    const often = [updated(at('08:01'), 20_000), updated(at('08:02'), 20_300), updated(at('10:55'), 40_000)];
    expect(outcomeOf(start, ...often, ended(at('10:56'), null)).review).toEqual([]);
  });

  it.each<[string, [string, number, number][], number, string[]]>([
    [
      'begin',
      [
        ['08:05', 9_000, 2],
        ['08:20', 9_500, 3],
      ],
      4,
      ['begin-unsaid', 'end-unsaid'],
    ],
    [
      'end',
      [
        ['08:00:02', 9_000, 1],
        ['08:05', 9_500, 2],
      ],
      4,
      ['end-unsaid'],
    ],
    [
      'neither',
      [
        ['08:05', 9_000, 1],
        ['08:20', 9_500, 2],
      ],
      3,
      [],
    ],
    [
      'a reading between those at begin and end',
      [
        ['08:00:02', 9_000, 1],
        ['08:29:58', 9_900, 3],
      ],
      4,
      [],
    ],
  ])('is said where neither is named and a message is missing beside them: %s', (_, read, last, review) => {
    const start = started(at('08:00'), 0, { samples: [], seqNo: 0 });
    const readings = read.map(([time, wh, seqNo]) => updated(at(time), wh, { seqNo }));
    expect(outcomeOf(start, ...readings, ended(at('08:30'), null, { seqNo: last })).review).toEqual(review);
  });
});

it('bills the lower of two last readings of one second, and says so', () => {
  const last = [updated(at('09:00'), 5_000), updated(at('09:00'), 9_000, { digest: 'other' })];
  for (const readings of [last, last.toReversed()]) {
    const events = [started(at('08:00'), 1_000), updated(at('08:30'), 3_000), ...readings, available(at('09:01'))];
    expect(outcomeOf(...events)).toMatchObject({ energyWh: 4_000, review: ['register-ambiguous'] });
  }
});

it('bills nothing where begin and end say the same, and says so where all that was read rose elsewhere', () => {
  const story = (...read: number[]) => [
    started(at('08:00'), 0),
    ...read.map((wh, index) => updated(at(`08:${10 + index}`), wh)),
    ended(at('09:00'), 0),
  ];
  expect(outcomeOf(...story(1_000_000, 1_010_000, 1_020_000))).toMatchObject({
    energyWh: 0,
    review: ['register-ambiguous'],
  });
  expect(outcomeOf(...story(0, 1_000_000, 1_010_000))).toMatchObject({ energyWh: 0, review: [] });
  expect(outcomeOf(...story(1_000_000))).toMatchObject({ energyWh: 0, review: [] });
});

describe('a register that stands still while another one rises', () => {
  const said = (context: string, total: number, other: number, place: Partial<SampledValue>[]) => {
    const register = { measurand: 'Energy.Active.Import.Register', unit: 'Wh', context };
    const others = place.map((where): SampledValue => ({ ...register, value: other / place.length, ...where }));
    return [{ ...register, value: total }, ...others];
  };
  const phases = [{ phase: 'L1' }, { phase: 'L2' }, { phase: 'L3' }] as Partial<SampledValue>[];
  const story = (place: Partial<SampledValue>[], rise: number) => [
    started(at('08:00'), 0, { samples: [values(at('08:00'), ...said('Transaction.Begin', 7, 3_000, place))] }),
    ended(at('09:00'), 0, { samples: [values(at('09:00'), ...said('Transaction.End', 7, 3_000 + rise, place))] }),
  ];

  it('gives way to the sum of its phases', () => {
    expect(outcomeOf(...story(phases, 9_000))).toMatchObject({ energyWh: 9_000, review: ['register-stands'] });
  });

  it('is held where that is another meter', () => {
    const inlet: Partial<SampledValue>[] = [{ location: 'Inlet' }];
    expect(outcomeOf(...story(inlet, 10_000))).toMatchObject({ status: 'held', review: ['registers-mixed'] });
    expect(outcomeOf(...story(inlet, 20))).toMatchObject({ status: 'finalized', energyWh: 0, review: [] });
  });

  type Part = 'begin' | 'readings' | 'end';
  /** A total that stands still, and phases or intervals that rise by 9 kWh, each as far as it is said. */
  const dead = (total: readonly Part[], other: readonly Part[], kind: 'phases' | 'intervals') => {
    const contexts = { begin: 'Transaction.Begin', readings: 'Sample.Periodic', end: 'Transaction.End' };
    const sample = (time: string, part: Part, wh: number) => {
      const register = { measurand: 'Energy.Active.Import.Register', unit: 'Wh', context: contexts[part] };
      const ways = {
        intervals: [{ ...register, measurand: 'Energy.Active.Import.Interval', value: 3_000 }],
        phases: phases.map((where): SampledValue => ({ ...register, ...where, value: 1_000 + wh / 3 })),
      };
      const said = [
        ...(total.includes(part) ? [{ ...register, value: 7 }] : []),
        ...(other.includes(part) ? ways[kind] : []),
      ];
      return said.length > 0 ? [values(at(time), ...said)] : [];
    };
    const isEnded = total.includes('end') || other.includes('end');
    return [
      started(at('08:00'), 0, { samples: sample('08:00', 'begin', 0) }),
      updated(at('08:02'), 0, { samples: sample('08:02', 'readings', kind === 'phases' ? 0 : 3_000) }),
      updated(at('08:58'), 0, { samples: sample('08:58', 'readings', 9_000) }),
      isEnded ? ended(at('09:00'), 0, { samples: sample('09:00', 'end', 9_000) }) : available(at('09:00')),
    ];
  };
  const HELD = { status: 'held', review: ['registers-mixed'] };
  const BY_PHASES = { status: 'finalized', energyWh: 9_000, review: ['register-stands'] };

  it.each<[string, readonly Part[], readonly Part[], 'phases' | 'intervals', object]>([
    ['gives way where the stop is lost', ['begin', 'readings'], ['begin', 'readings'], 'phases', BY_PHASES],
    ['gives way where nobody names begin or end', ['readings'], ['readings'], 'phases', BY_PHASES],
    ['is held where the other one has no begin', ['begin', 'readings'], ['readings'], 'phases', HELD],
    ['is held where the other one is but read', ['begin', 'end'], ['readings'], 'phases', HELD],
    ['is held beside intervals', ['begin', 'readings', 'end'], ['readings', 'end'], 'intervals', HELD],
    ['is held beside intervals where the stop is lost', ['begin', 'readings'], ['readings'], 'intervals', HELD],
  ])('%s', (_, total, other, kind, expected) => {
    expect(outcomeOf(...dead(total, other, kind))).toMatchObject(expected);
  });

  it('never makes energy nothing in silence, whatever is said of either', () => {
    const parts: readonly Part[] = ['begin', 'readings', 'end'];
    const some = Array.from({ length: 8 }, (_, bits) => parts.filter((__, index) => (bits & (1 << index)) !== 0));
    for (const kind of ['phases', 'intervals'] as const)
      for (const total of some)
        for (const other of some) {
          const isSaid =
            other.includes('readings') || (kind === 'phases' && other.includes('begin') && other.includes('end'));
          const { status, energyWh, review } = outcomeOf(...dead(total, other, kind));
          const isSilent = isSaid && status === 'finalized' && energyWh < 6_000 && review.length === 0;
          expect({ kind, total, other, isSilent }).toEqual({ kind, total, other, isSilent: false });
        }
  });
});
