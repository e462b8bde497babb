import { describe, expect, it } from '@jest/globals';
import type { QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, occupied, readings, started, unknownEnd, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

type Events = (StationEvent | QuarantineEvent)[];

const LATER = at('20:00');
const two = { transactionId: '2' };

/** A session that was read once, and that a boot seemed to end. */
const begun: Events = [
  ...[booted(at('07:00')), available(at('07:01')), started(at('08:00'), 1_000), updated(at('08:04'), 1_800)],
  booted(at('08:05')),
];

/** The session as it is known at once, and after it was final too early. */
function bothWays(then: Events): readonly Play[] {
  const early = new Play(LATER).each(...begun).after(700);
  expect(early.session()).toMatchObject({ status: 'finalized', energyWh: 800 });
  return [early, new Play(LATER).each(...begun)].map((story) => story.each(...then).after(2_000));
}

describe('a session that says itself that it charges', () => {
  const charging = updated(at('08:00:10'), null, { chargingState: 'Charging', seqNo: 1 });
  const before: Events = [booted(at('06:00')), available(at('06:01'), { detail: undefined })];

  it.each<[string, Events]>([
    ['by its transaction', [started(at('08:00'), 1_000, { seqNo: 0 }), charging]],
    [
      'by the cable that was plugged in long before',
      [occupied(at('07:50')), started(at('08:00'), 1_000, { seqNo: 0 })],
    ],
  ])('is not ended by a boot, %s', (_, events) => {
    const story = new Play(at('09:00')).each(...before, ...events, booted(at('08:31'))).after(2_000);
    expect(story.session()).toMatchObject({ status: 'active' });
    story.each(ended(at('09:40'), 9_000, { seqNo: 2 })).after(2_000);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 8_000 }]);
  });
});

describe('a session that is final by an end that was only inferred goes on', () => {
  it('with readings that name no transaction', () => {
    const then = [
      readings(at('08:20'), 4_000),
      readings(at('08:50'), 10_000),
      readings(at('09:20'), 16_000),
      available(at('09:30')),
    ];
    for (const story of bothWays(then)) {
      expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 15_000, endedAt: new Date(at('09:30')) });
      expect(story.of('session-finalized').at(-1)).toMatchObject({ energyWh: 15_000 });
    }
  });

  it('with the word of its connector that its car parks', () => {
    const then = [
      ...[updated(at('08:20'), 4_000), occupied(at('08:30'), { detail: 'SuspendedEV', messageId: 'suspended' })],
      ...[updated(at('10:30'), 4_000), ended(at('11:00'), 4_000)],
    ];
    const [early, inTime] = bothWays(then).map((story) => story.of('session-finalized').at(-1));
    expect(early?.['periods']).toEqual(inTime?.['periods']);
  });

  it('until an end that names no transaction', () => {
    for (const story of bothWays([
      updated(at('08:20'), 4_000),
      unknownEnd(at('09:00'), 12_000),
      available(at('09:01')),
    ])) {
      expect(story.of('stop-matched')).toMatchObject([{ transactionId: '1' }]);
      expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 11_000, endedAt: new Date(at('09:00')) });
    }
  });

  /** Read each quarter of an hour from 08:00 on, in time. */
  function readUntil(hour: number, ...at0830: Events): Play {
    const story = new Play(at('08:00')).each(booted(at('06:00')), available(at('06:01')), started(at('08:00'), 1_000));
    for (let minutes = 15; minutes < (hour - 8) * 60; minutes += 15) {
      const time = new Date(Date.parse(at('08:00')) + minutes * 60_000).toISOString();
      story.after(900).each(updated(time, 1_000 + minutes * 100), ...(minutes === 30 ? at0830 : []));
    }
    return story.after(900);
  }

  it.each<[string, Events]>([
    ['a wrong word of its connector', [available(at('08:30:10'))]],
    ['a boot', [booted(at('08:30:10'))]],
  ])('and is billed once more, at its end, after %s', (_, events) => {
    const story = readUntil(16, ...events);
    expect(story.of('session-finalized')).toMatchObject([{ energyWh: 3_000 }]);
    story.each(ended(at('16:00'), 49_000)).after(900);
    expect(story.of('session-finalized')).toMatchObject([{}, { energyWh: 48_000, endedAt: at('16:00') }]);
  });

  it('and is billed once more where its connector becomes free', () => {
    const story = readUntil(12, available(at('08:30:10')));
    story.each(available(at('12:00'), { messageId: 'free' })).after(900);
    expect(story.of('session-finalized')).toMatchObject([{}, { endedAt: at('12:00') }]);
  });

  it('not once another one began at its EVSE', () => {
    const other = [started(at('09:00'), 1_800, two), ended(at('09:30'), 5_000, two)];
    const story = new Play(LATER).each(...begun).after(700);
    story.each(...other, readings(at('09:40'), 6_000), unknownEnd(at('09:50'), 7_000)).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 800, lateFacts: 0 });
    expect(story.of('stop-matched')).toEqual([]);
  });

  it('not once its connector was free', () => {
    const story = new Play(LATER).each(...begun).after(700);
    story.each(available(at('08:10')), readings(at('09:40'), 6_000)).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 800, lateFacts: 0 });
  });

  it('not when late facts no longer correct it', () => {
    const story = new Play(LATER).each(...begun).after(700);
    story.after(31 * 86_400).each(readings(at('08:20'), 4_000));
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 800, lateFacts: 0 });
  });
});
