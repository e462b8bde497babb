import { describe, expect, it } from '@jest/globals';
import type { SampledValue, StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, ended, interval, register, started, updated, values } from '../testing/facts.js';
import { finalOf } from '../testing/final-of.js';
import { Play } from '../testing/play.js';

const READ = updated(at('10:30'), 3_000);

/** A start or an end of the same moment that says something else. */
const start = (energyWh: number, seqNo?: number) =>
  started(at('10:00'), energyWh, { digest: `start ${energyWh}`, ...(seqNo === undefined ? {} : { seqNo }) });
const end = (energyWh: number | null, seqNo?: number) =>
  ended(at('11:00'), energyWh, { digest: `end ${energyWh}`, ...(seqNo === undefined ? {} : { seqNo }) });

describe('starts and ends of one moment that say different registers', () => {
  it.each<[string, StationEvent[], number, string[]]>([
    ['two ends', [start(1_000), READ, end(5_000), end(4_000)], 3_000, ['register-ambiguous']],
    ['two ends and nothing in between', [start(1_000), end(5_000), end(4_000)], 3_000, ['register-ambiguous']],
    ['three ends', [start(1_000), READ, end(5_000), end(4_000), end(4_500)], 3_000, ['register-ambiguous']],
    ['two ends by numbers', [start(1_000, 0), end(5_000, 1), end(4_000, 2)], 3_000, ['register-ambiguous']],
    ['two ends by one number', [start(1_000, 0), end(5_000, 1), end(4_000, 1)], 3_000, ['register-ambiguous']],
    ['two starts', [start(1_000), start(1_500), READ, end(5_000)], 3_500, ['register-ambiguous']],
    ['two starts and two ends', [start(1_000), start(1_500), end(5_000), end(4_000)], 2_500, ['register-ambiguous']],
    ['an end that says the begin', [start(1_000), end(5_000), end(1_000)], 0, ['register-ambiguous']],
    ['an end that says no register', [start(1_000), end(5_000), end(null)], 4_000, []],
    ['an end that is only rounded', [start(1_000), end(5_000), end(5_001)], 4_000, []],
    [
      'an end that readings are not rounded finely enough to tell',
      [start(1_000), updated(at('10:20'), 2_100), READ, end(5_000), end(5_060)],
      4_000,
      [],
    ],
    ['an end below the begin', [start(1_000), end(5_000), end(0)], 4_000, ['implausible-reading']],
    ['an end above all limits', [start(1_000), end(5_000), end(900_000)], 4_000, ['implausible-reading']],
    ['a begin below all limits', [start(900_000), start(0), end(904_000)], 4_000, ['implausible-reading']],
    ['a begin above the end', [start(1_000), start(900_000), READ, end(5_000)], 4_000, ['implausible-reading']],
    ['the same end again', [start(1_000), READ, end(5_000), end(5_000)], 4_000, []],
    ['the same start again', [start(1_000), start(1_000), READ, end(5_000)], 4_000, []],
  ])('%s: the smaller of what is possible is billed, in any order', (_, events, energyWh, flags) => {
    expect(finalOf(...events)).toMatchObject({ energyWh, flags });
  });

  it('are held where none of them is possible, and a person decides', () => {
    const story = new Play(at('12:00')).each(start(10_000), end(900_000), end(5_000)).after(5);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['end-below-begin'] } });
    story.decide({ bill: 'value', energyWh: 2_000 });
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 2_000 }]);
  });

  it('are compared also when the other one comes after the session was final', () => {
    const story = new Play(at('12:00')).each(start(1_000), READ, end(5_000)).after(5).each(end(4_000)).after(900);
    expect(story.of('session-finalized')).toMatchObject([
      { energyWh: 4_000, flags: [] },
      { energyWh: 3_000, flags: ['register-ambiguous'] },
    ]);
  });

  it('are said also when the other one, that comes after the session was final, is the higher', () => {
    const story = new Play(at('12:00')).each(start(1_000), READ, end(4_000)).after(5).each(end(5_000)).after(900);
    expect(story.of('session-finalized')).toMatchObject([
      { energyWh: 3_000, flags: [] },
      { energyWh: 3_000, flags: ['register-ambiguous'] },
    ]);
  });

  it('bill never more than the least of what is possible, and never anything impossible', () => {
    const next = random(7);
    const figure = () => Math.floor(next() * 20_000);
    for (let round = 0; round < 200; round++) {
      const [begins, ends] = [
        [figure(), figure()],
        [figure(), figure(), figure()],
      ];
      const facts = [...begins.map((wh) => start(wh)), ...ends.map((wh) => end(wh))];
      const story = new Play(at('12:00')).each(...shuffled([...facts, ...facts], next)).after(5);
      const differences = begins.flatMap((from) => ends.map((to) => to - from)).filter((wh) => wh >= -1);
      const { status, energyWh } = story.session();
      expect({ begins, ends, status, energyWh }).toEqual({
        ...{ begins, ends },
        ...(differences.length > 0
          ? { status: 'finalized', energyWh: Math.max(0, Math.min(...differences)) }
          : { status: 'held', energyWh: 0 }),
      });
    }
  });

  it('change nothing where a fact comes again by another identity, as over an upgrade', () => {
    const facts = [start(1_000), READ, end(5_000)];
    const again = facts.map((fact) => ({ ...fact, data: { ...fact.data, digest: undefined, epoch: 2 } }));
    const story = new Play(at('12:00'))
      .each(...facts)
      .after(5)
      .each(...(again as StationEvent[]))
      .after(900);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 4_000, flags: [] }]);
    expect(story.of('session-held')).toEqual([]);
  });
});

describe('two starts at one connector that are two transactions', () => {
  const second = { transactionId: '2' };
  const SECOND_END = ended(at('11:00'), 5_000, second);
  const FIRST_END = ended(at('11:00'), 5_000);
  const FREE = available(at('11:01'));

  /** What becomes of both: the energy that is billed, or why it is held. */
  function outcomes(...events: StationEvent[]) {
    const story = new Play(at('12:00')).each(started(at('10:00'), 1_000), ...events).after(5);
    return ['1', '2'].map((id) => {
      const { status, energyWh, hold } = story.after(600).session(id);
      return status === 'held' ? hold?.reasons : status === 'finalized' ? energyWh : status;
    });
  }

  describe.each([
    ['half a minute later', at('10:00:30')],
    ['in the same second', at('10:00')],
  ])('the second %s', (_, time) => {
    const next = started(time, 1_500, second);

    it.each<[string, StationEvent[], unknown[]]>([
      ['only the second is stopped', [SECOND_END, FREE], [['no-end-value'], 3_500]],
      ['only the first is stopped', [FIRST_END, FREE], [['sessions-overlap'], ['no-end-value']]],
      ['both are stopped', [FIRST_END, SECOND_END, FREE], [['sessions-overlap'], 3_500]],
      ['the first is read, the second is stopped', [READ, SECOND_END, FREE], [['sessions-overlap'], 3_500]],
    ])('%s: nothing is billed twice, and what nobody knows is held', (_case, events, expected) => {
      expect(outcomes(next, ...events)).toEqual(expected);
    });
  });
});

describe('an end that is read with the data of its transaction', () => {
  it('is one fact with them', () => {
    const samples = [register(at('11:00'), 5_000, 'Transaction.End'), register(at('11:00'), 5_003, 'Transaction.End')];
    expect(finalOf(start(1_000), ended(at('11:00'), null, { samples }))).toMatchObject({ energyWh: 4_003, flags: [] });
  });
});

describe('a message that says two registers of one moment', () => {
  const reg = (value: number, context?: string, more: Partial<SampledValue> = {}): SampledValue => ({
    ...{ measurand: 'Energy.Active.Import.Register', value, unit: 'Wh', ...(context ? { context } : {}) },
    ...more,
  });
  const both = (time: string, [a, b]: readonly [number, number], context?: string, more?: Partial<SampledValue>) =>
    values(at(time), reg(a, context, more), reg(b, context, more));
  const phases = (time: string, wh: number, context: string) =>
    values(at(time), ...['L1', 'L2', 'L3'].map((phase) => reg(wh / 3, context, { phase })));
  const begin = (...wh: readonly [number, number]) =>
    started(at('10:00'), 0, { samples: [both('10:00', wh, 'Transaction.Begin')] });
  const stop = (...wh: readonly [number, number]) =>
    ended(at('11:00'), 0, { samples: [both('11:00', wh, 'Transaction.End')] });
  const read = (time: string, ...wh: readonly [number, number]) =>
    updated(at(time), 0, { samples: [both(time, wh)], digest: time });

  it.each<[string, StationEvent[], number, string[]]>([
    ['of the end', [start(1_000), stop(5_000, 4_000)], 3_000, ['register-ambiguous']],
    [
      'of the end, by number',
      [
        start(1_000, 0),
        ended(at('11:00'), 0, { samples: [both('11:00', [5_000, 4_000], 'Transaction.End')], seqNo: 1 }),
      ],
      3_000,
      ['register-ambiguous'],
    ],
    ['of the begin', [begin(1_000, 1_500), end(5_000)], 3_500, ['register-ambiguous']],
    ['of both', [begin(1_500, 1_000), stop(4_000, 5_000)], 2_500, ['register-ambiguous']],
    ['of the end, one of them impossible', [start(1_000), stop(5_000, 900_000)], 4_000, ['implausible-reading']],
    ['of which one is only rounded', [start(1_000), stop(5_000, 5_000.4)], 4_000, []],
    ['of a reading in between', [start(1_000), read('10:30', 3_000, 2_000), end(5_000)], 4_000, []],
    [
      'of the same phase',
      [
        started(at('10:00'), 0, { samples: [phases('10:00', 3_000, 'Transaction.Begin')] }),
        ended(at('11:00'), 0, {
          samples: [
            values(
              at('11:00'),
              ...['L1', 'L2', 'L3', 'L3'].map((phase, index) => reg(2_000 + index * 100, 'Transaction.End', { phase })),
            ),
          ],
        }),
      ],
      3_300,
      ['register-ambiguous'],
    ],
  ])('%s: the smaller of what is possible is billed', (_, events, energyWh, flags) => {
    expect(finalOf(...events, ...events)).toMatchObject({ energyWh, flags });
  });

  it('of the last reading, where nobody said the end: the smaller counts', () => {
    const story = new Play(at('12:00')).each(
      start(1_000),
      read('10:30', 2_012, 3_012),
      read('11:00', 5_012, 4_012),
      available(at('11:01')),
    );
    expect(story.after(600).session()).toMatchObject({ energyWh: 3_012, status: 'finalized' });
    expect(story.session().flags).toContain('register-ambiguous');
  });

  it('of an interval: the smaller counts', () => {
    const two = (time: string, ...wh: number[]) =>
      updated(at(time), 0, {
        digest: time,
        samples: [
          values(at(time), ...wh.map((value) => ({ ...reg(value), measurand: 'Energy.Active.Import.Interval' }))),
        ],
      });
    const begun = started(at('10:00'), 0, { samples: [] });
    expect(finalOf(begun, two('10:30', 700, 500), two('11:00', 1_000), ended(at('11:00'), null))).toMatchObject({
      energyWh: 1_500,
      flags: ['intervals-summed', 'register-ambiguous'],
    });
  });
});

describe('what flowed in an interval, told in several messages of one moment', () => {
  const flowed = (wh: number, digest: string, context?: string) =>
    updated(at('10:30'), null, { samples: [interval(at('10:30'), wh, context)], digest });
  const OTHERS = [
    updated(at('10:15'), null, { samples: [interval(at('10:15'), 1_000)] }),
    updated(at('10:45'), null, { samples: [interval(at('10:45'), 900)] }),
  ];

  it.each<[string, StationEvent[], number, string[]]>([
    ['the same value again', [flowed(500, 'a'), flowed(500, 'b')], 2_400, ['intervals-summed']],
    ['the same value, rounded', [flowed(500, 'a'), flowed(500.4, 'b')], 2_400, ['intervals-summed']],
    ['two values', [flowed(500, 'a'), flowed(700, 'b')], 2_600, ['intervals-summed', 'register-ambiguous']],
    ['a rest of nothing', [flowed(500, 'a'), flowed(0, 'b')], 2_400, ['intervals-summed']],
    [
      'one that cannot have flowed as well',
      [flowed(500, 'a'), flowed(42_000, 'b')],
      43_900,
      ['intervals-doubtful', 'intervals-summed'],
    ],
  ])('%s: each counts once, and two that differ are shown', (_, events, energyWh, flags) => {
    const start = started(at('10:00'), 7_000);
    const final = finalOf(start, ...OTHERS, ...events, ended(at('11:00'), null));
    expect({ energyWh: Math.round(Number(final?.['energyWh'])), flags: final?.['flags'] }).toEqual({ energyWh, flags });
  });
});
