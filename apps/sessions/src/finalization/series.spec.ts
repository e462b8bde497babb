import { describe, expect, it } from '@jest/globals';
import type { SampledValue } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, available, ended, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { reviewOf } from '../transactions/to-review.js';

type Place = Partial<Pick<SampledValue, 'measurand' | 'location' | 'phase'>>;

/** A register of one of the series; of phases, a third of it each. */
function said(wh: number, { context, ...place }: Place & { context?: string } = {}): SampledValue[] {
  const value = { measurand: 'Energy.Active.Import.Register', value: wh, unit: 'Wh', ...(context ? { context } : {}) };
  return [{ ...value, ...place }];
}
const phases = (wh: number, ...lines: string[]): Of[] => lines.map((phase) => [wh / lines.length, { phase }]);
const net = { measurand: 'Energy.Active.Net' };
const inlet = { location: 'Inlet' };

type Of = [wh: number, place?: Place];
interface Told {
  readonly begin?: Of[];
  /** A reading each, at a quarter past ten and so on. */
  readonly readings?: Of[][];
  readonly end?: Of[];
}

/** A session of an hour; without an end its stop is lost. */
function eventsOf({ begin = [], readings = [], end }: Told) {
  const sample = (time: string, registers: Of[], context?: string) =>
    values(at(time), ...registers.flatMap(([wh, place]) => said(wh, { ...place, ...(context ? { context } : {}) })));
  return [
    started(at('10:00'), 0, { samples: [sample('10:00', begin, 'Transaction.Begin')] }),
    ...readings.map((registers, index) => {
      const time = `10:${15 * (index + 1)}`;
      return updated(at(time), null, { samples: [sample(time, registers)], digest: time });
    }),
    end ? ended(at('11:00'), 0, { samples: [sample('11:00', end, 'Transaction.End')] }) : available(at('11:00')),
  ];
}

/** What is billed, or why nothing is; the same in any order. */
function outcomeOf(story: Told) {
  const outcomes = Array.from({ length: 6 }, (_, seed) => {
    const events = seed === 0 ? eventsOf(story) : shuffled(eventsOf(story), random(seed));
    const play = new Play(at('12:00')).each(...events).after(600);
    const { status, energyWh, hold } = play.session();
    return status === 'finalized' ? energyWh : hold?.reasons;
  });
  expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
  return outcomes[0];
}

const MIXED = ['registers-mixed'];

describe('registers of several series', () => {
  it.each<[string, Told]>([
    [
      'one phase at the begin and three at the end',
      { begin: phases(3_000, 'L1'), end: phases(15_000, 'L1', 'L2', 'L3') },
    ],
    ['net energy at the begin and a register at the end', { begin: [[4_000, net]], end: [[5_000]] }],
    ['a register at the begin and net energy at the end', { begin: [[4_000]], end: [[5_000, net]] }],
    ['the inlet at the begin and the outlet at the end', { begin: [[4_000, inlet]], end: [[5_000]] }],
    ['the outlet at the begin and the inlet at the end', { begin: [[4_000]], end: [[5_000, inlet]] }],
    [
      'phases in messages of their own, where one of them is named',
      { begin: phases(1_000, 'L1'), readings: [phases(1_000, 'L2'), phases(1_000, 'L3')], end: phases(3_000, 'L1') },
    ],
    [
      'phases in messages of their own, none of which is named',
      { readings: [phases(1_000, 'L1'), phases(1_000, 'L2'), phases(3_000, 'L1')], end: [] },
    ],
    [
      'two phases in a message and the third in its own',
      { begin: phases(2_000, 'L1', 'L2'), readings: [phases(1_000, 'L3')], end: phases(6_000, 'L1', 'L2') },
    ],
    ['a total at the begin and phases at the end', { begin: [[9_000]], end: phases(9_900, 'L1', 'L2', 'L3') }],
    [
      'an outlet at the begin and an inlet that is read, the stop lost',
      { begin: [[4_000]], readings: [[[4_500, inlet]], [[4_900, inlet]]] },
    ],
    [
      'another one at the end, although both are read',
      { begin: [[4_000]], readings: [[[4_100], [70, net]]], end: [[500, net]] },
    ],
    ['an end of another series than all readings', { readings: [[[4_000]], [[5_000]]], end: [[5_500, net]] }],
  ])('are held: %s', (_, story) => {
    expect(outcomeOf(story)).toEqual(MIXED);
  });

  it.each<[string, Told, number]>([
    ['the one that has begin and end', { begin: [[9_000], [4_000, net]], end: [[5_000, net]] }, 1_000],
    [
      'where several have both, the one of the grid',
      { begin: [[9_000], [4_000, net]], end: [[9_800], [4_700, net]] },
      800,
    ],
    [
      'the total before the phases',
      { begin: [[9_000], ...phases(8_700, 'L1', 'L2')], end: [[9_800], ...phases(9_900, 'L1', 'L2')] },
      800,
    ],
    [
      'one phase where the others are not wired',
      { begin: phases(1_000, 'L1'), readings: [phases(0, 'L2'), phases(0, 'L3')], end: phases(3_000, 'L1') },
      2_000,
    ],
    ['phases where they are the same', { begin: phases(3_000, 'L1', 'L2'), end: phases(4_000, 'L2', 'L1') }, 1_000],
    [
      'the one that goes on, where the stop is lost',
      { begin: [[9_000], [4_000, net]], readings: [[[9_100]], [[4_500, net]], [[4_700, net]]] },
      700,
    ],
    [
      'the one that has an end, where the begin is lost',
      { readings: [[[9_000], [4_000, net]], [[9_500]]], end: [[4_300, net]] },
      300,
    ],
    [
      'and the others have no say in it',
      { begin: [[9_000]], readings: [[[70, net]], [[20_000, inlet]]], end: [[9_800]] },
      800,
    ],
  ])('are billed by %s', (_, story, energyWh) => {
    expect(outcomeOf(story)).toBe(energyWh);
  });

  it('show while it runs what rose of the one that is read', () => {
    const [start, ...readings] = eventsOf({
      begin: [[9_000]],
      readings: [phases(3_000, 'L1'), phases(3_400, 'L1'), phases(3_700, 'L1')],
    });
    const shown = readings.slice(0, -1).map((_, index) => {
      const play = new Play(at('12:00')).each(start as never, ...readings.slice(0, index + 1));
      return play.session().energyWh;
    });
    expect(shown).toEqual([0, 400, 700]);
  });

  it('cannot be billed by their difference', () => {
    const play = new Play(at('12:00')).each(...eventsOf({ begin: [[4_000, net]], end: [[5_000]] })).after(600);
    expect(() => play.decide({ bill: 'difference' })).toThrow();
    expect(play.decide({ bill: 'value', energyWh: 700 }).of('session-finalized')).toMatchObject([{ energyWh: 700 }]);
  });
});

describe('a begin that the end repeats otherwise', () => {
  const begunAt = (wh: number) =>
    started(at('10:00'), 0, { samples: [values(at('10:00'), ...said(wh, { context: 'Transaction.Begin' }))] });
  const endingWith = (begin: number, end: number) => {
    const sample = (time: string, wh: number, context: string) => values(at(time), ...said(wh, { context }));
    return ended(at('11:00'), 0, {
      samples: [sample('10:00', begin, 'Transaction.Begin'), sample('11:00', end, 'Transaction.End')],
    });
  };

  it.each<[string, number, number, number, string[]]>([
    ['is billed from the higher one, and shown', 0, 1_003, 3_997, ['register-ambiguous']],
    ['in the other way as well', 1_003, 0, 3_997, ['register-ambiguous']],
    ['is but rounded', 1_003, 1_000, 3_997, []],
    ['is the same one', 1_003, 1_003, 3_997, []],
  ])('%s', (_, first, repeated, energyWh, flags) => {
    const [final] = new Play(at('12:00'))
      .each(begunAt(first), endingWith(repeated, 5_000))
      .after(600)
      .of('session-finalized');
    expect(final).toMatchObject({ energyWh, flags });
  });
});

describe('registers that a station says of several series as it likes', () => {
  const WAYS: Readonly<Record<string, (wh: number) => Of[]>> = {
    nothing: () => [],
    total: (wh) => [[50_000 + wh]],
    'one phase': (wh) => [[16_000 + wh / 3, { phase: 'L1' }]],
    phases: (wh) => phases(48_000 + wh, 'L1', 'L2', 'L3'),
    net: (wh) => [[46_000 + wh, net]],
    inlet: (wh) => [[53_000 + wh, inlet]],
  };
  const names = Object.keys(WAYS);
  const said = (way: string, wh: number): Of[] => (WAYS[way] as (wh: number) => Of[])(wh);

  /** What is billed of a session of which these say the begin, two readings, and the end; whether it is shown or held. */
  function billed(ways: readonly string[], isStopLost: boolean) {
    const [begin, first, second, end] = ways.map((way, index) => said(way, [0, 3_000, 6_000, 9_000][index] as number));
    const story: Told = {
      begin: begin as Of[],
      readings: [first as Of[], second as Of[]],
      ...(isStopLost ? {} : { end: end as Of[] }),
    };
    const session = new Play(at('12:00'))
      .each(...eventsOf(story))
      .after(600)
      .session();
    const review = reviewOf(session, { now: new Date(at('13:00')), silentAfterS: 86_400 });
    return session.status === 'finalized' && !review ? session.energyWh : undefined;
  }

  it('are billed by all that was said from the first moment to the last, or shown or held', () => {
    const next = random(3);
    for (let round = 0; round < 250; round++) {
      const ways = Array.from({ length: 4 }, () => names[Math.floor(next() * names.length)] as string);
      const isStopLost = next() < 0.2;
      const moments = [0, 3_000, 6_000, ...(isStopLost ? [] : [9_000])].filter((_, index) => ways[index] !== 'nothing');
      const energyWh = billed(ways, isStopLost);
      // Where one phase is all that was ever said, nobody knows of others.
      const isAll = ways.slice(0, isStopLost ? 3 : 4).some((way) => way !== 'nothing' && way !== 'one phase');
      const expected = moments.length > 0 ? (moments.at(-1) ?? 0) - (moments[0] ?? 0) : 0;
      if (energyWh !== undefined && isAll)
        expect({ ways, isStopLost, energyWh }).toEqual({ ways, isStopLost, energyWh: expected });
    }
  });
});
