import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at, booted, ended, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const other = { idToken: { value: 'CARD2', type: 'ISO14443' } };
const first = [started(at('08:00'), 1_000, { seqNo: 0 }), ended(at('08:30'), 5_000, { seqNo: 1 })];
const second = [
  started(at('10:00'), 15_000, { seqNo: 0, ...other }),
  updated(at('10:15'), 17_000, { seqNo: 1 }),
  ended(at('10:30'), 20_000, { seqNo: 2, ...other }),
];

describe('a transaction whose id the station uses again', () => {
  it('is held, and nothing of the second is billed to the driver of the first', () => {
    const story = new Play(at('12:00')).each(...first).after(10);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 4_000 }]);
    story.each(...second).after(900);
    expect(story.session()).toMatchObject({ status: 'held' });
    expect(story.of('session-held')).toMatchObject([{ reasons: ['transaction-reused'], token: { uid: 'CARD1' } }]);
    expect(story.of('session-finalized')).toHaveLength(1);
    story.decide({ bill: 'value', energyWh: 4_000 });
    expect(story.of('session-finalized').at(-1)).toMatchObject({
      energyWh: 4_000,
      flags: expect.arrayContaining(['decided', 'transaction-reused']),
    });
  });

  it.each([
    ['a power cut took', [booted(at('09:00'))]],
    ['was lost, of which nothing shows that it came,', []],
  ])('is held where the end of the first %s', (_, between) => {
    const story = new Play(at('08:40')).each(first[0] as StationEvent, updated(at('08:15'), 3_000, { seqNo: 1 }));
    story
      .each(...between)
      .after(3_600)
      .each(...second)
      .after(900);
    expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['transaction-reused'] } });
    expect(story.of('session-finalized').filter(({ energyWh }) => energyWh !== 2_000)).toEqual([]);
  });

  it('is held again where somebody had decided on the first, though its registers are the same', () => {
    const [start] = first;
    const story = new Play(at('08:40')).each(start as StationEvent, ended(at('08:30'), 900_000, { seqNo: 1 })).after(0);
    story.decide({ bill: 'value', energyWh: 4_000 });
    story.each(...second.slice(0, 2)).after(900);
    expect(story.session()).toMatchObject({
      status: 'held',
      hold: { reasons: ['above-limit', 'transaction-reused', 'decision-outdated'] },
    });
    story.decide({ bill: 'value', energyWh: 4_000 });
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 4_000 });
  });

  it('is held in whatever order the facts come', () => {
    const next = random(3);
    for (let round = 0; round < 50; round++) {
      const story = new Play(at('12:00')).each(...shuffled([...first, ...second, ...first], next)).after(900);
      expect(story.of('session-finalized')).toEqual([]);
      expect(story.session().hold).toMatchObject({ reasons: ['transaction-reused'] });
    }
  });

  it.each([
    ['and tokens', other],
    ['', {}],
  ])('is held where the start of the first was lost, in any order %s', (_, named) => {
    const next = random(4);
    const lost = [
      updated(at('09:30'), 1_500, { seqNo: 1, evseId: 1, ...named }),
      ended(at('09:50'), 3_000, { seqNo: 2 }),
    ];
    const rest = [started(at('10:00'), 3_000, { seqNo: 0 }), ended(at('10:30'), 4_000, { seqNo: 1 })];
    for (let round = 0; round < 20; round++) {
      const story = new Play(at('12:00')).each(...shuffled([...lost, ...rest], next)).after(2_000);
      expect(story.session()).toMatchObject({ status: 'held', hold: { reasons: ['transaction-reused'] } });
    }
  });

  it.each([
    ['a start and an end that come again', [...first, ...first]],
    ['two starts before the end', [started(at('08:01'), 1_010, { seqNo: 0 }), ...first]],
    [
      'an end that is stamped before the start',
      [first[0] as StationEvent, ended(at('07:50'), 5_000, { seqNo: 1, receivedAt: at('08:30') })],
    ],
    ['two ends', [...first, ended(at('08:40'), 5_100, { seqNo: 2 })]],
  ])('is not taken from %s', (_, events) => {
    const story = new Play(at('12:00')).each(...events).after(900);
    expect(story.of('session-held')).toEqual([]);
  });
});

describe('a start whose time named no zone, and is told anew once it is known how it is meant', () => {
  const flags = ['time-zone-assumed'];

  it.each([
    ['ahead of its arrival', '10:40', ['11:00', '10:00']],
    ['ahead of its arrival, and that came last', '10:40', ['10:00', '11:00']],
    ['an hour later', '11:10', ['11:00', '10:00']],
  ] as const)('is the start of one transaction, read %s', (_, arrival, times) => {
    const starts = times.map((time) => started(at(time), 1_000, { flags, receivedAt: at(arrival) }));
    const story = new Play(at(arrival)).each(...starts, ended(at('12:00'), 9_000)).after(900);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 8_000, startedAt: at('10:00') }]);
  });
});
