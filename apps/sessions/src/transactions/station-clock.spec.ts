import { describe, expect, it } from '@jest/globals';
import { MeterValuesReceived, type StationEvent, newEvent } from '@chargemesh/contracts';
import { OPERATOR_ID, STATION_ID, at, available, booted, ended, register, started, updated } from '../testing/facts.js';
import { finalOf } from '../testing/final-of.js';
import { Play } from '../testing/play.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const after = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();

/** A fact as its station stamps it, and when it arrived. */
type Told = readonly [claimed: string, receivedAt: string, more?: object];
interface Story {
  readonly start: Told;
  readonly reading?: Told;
  readonly end: Told;
}

/** The facts of a session that charges 4 kWh. */
function factsOf({ start, reading, end }: Story, bootedAt = at('09:50')): StationEvent[] {
  return [
    booted(bootedAt),
    started(start[0], 1_000, { receivedAt: start[1], ...start[2] }),
    ...(reading ? [updated(reading[0], 3_000, { receivedAt: reading[1], ...reading[2] })] : []),
    ended(end[0], 5_000, { receivedAt: end[1], ...end[2] }),
  ];
}

/** By a clock that is off, told at once, but for what a message is on its way. */
const live = (time: string, offMs: number, delayMs = 1_000, more = {}): Told => [
  after(time, offMs),
  after(time, delayMs),
  more,
];

/** The same in OCPP 2.x. */
const numbered = (story: Story): Story => ({
  start: [story.start[0], story.start[1], { seqNo: 0, ...story.start[2] }],
  ...(story.reading ? { reading: [story.reading[0], story.reading[1], { seqNo: 1, ...story.reading[2] }] } : {}),
  end: [story.end[0], story.end[1], { seqNo: story.reading ? 2 : 1, ...story.end[2] }],
});

const online = (offMs: number): Story => ({
  start: live(at('10:00'), offMs),
  reading: live(at('10:15'), offMs, 9_000),
  end: live(at('10:30'), offMs, 4_000),
});

const minutes = (time: unknown): number => Math.round(Date.parse(String(time)) / MINUTE);

describe.each<[string, (story: Story) => Story]>([
  ['OCPP 1.6', (story) => story],
  ['OCPP 2.x', numbered],
])('a clock that is off all the while, of a station that is online (%s)', (_version, said) => {
  it.each([
    ['a month behind', -31 * DAY],
    ['a day behind', -DAY],
    ['twelve hours behind', -12 * HOUR],
    ['an hour behind', -HOUR],
    ['ten minutes behind', -10 * MINUTE],
    ['ten minutes ahead', 10 * MINUTE],
    ['twelve hours ahead', 12 * HOUR],
    ['never set', Date.parse('1970-01-01T00:00:00Z') - Date.parse(at('10:00'))],
  ])('is not the time of the session: %s', (_case, offMs) => {
    const final = finalOf(...factsOf(said(online(offMs))));
    expect(final).toMatchObject({
      energyWh: 4_000,
      flags: offMs > 0 ? ['clock-ahead', 'clock-far-ahead'] : ['clock-implausible'],
    });
    expect([minutes(final?.['startedAt']), minutes(final?.['endedAt'])]).toEqual([
      minutes(at('10:00')),
      minutes(at('10:30')),
    ]);
    const periods = final?.['periods'] as { startedAt: string; endedAt: string; energyWh: number }[];
    expect(periods.map((period) => [minutes(period.endedAt), period.energyWh])).toEqual([
      [minutes(at('10:15')), 2_000],
      [minutes(at('10:30')), 2_000],
    ]);
  });

  it('shows without a reading in between', () => {
    const { start, end } = online(-12 * HOUR);
    expect(finalOf(...factsOf(said({ start, end })))).toMatchObject({
      ...{ startedAt: at('10:00:01'), flags: ['clock-implausible'] },
    });
  });

  it('is no longer in doubt once it shows', () => {
    const { start, reading, end } = online(-12 * HOUR);
    const doubtful: Told = [start[0], start[1], { flags: ['start-time-doubtful'] }];
    const mended = finalOf(...factsOf(said({ start: doubtful, ...(reading ? { reading } : {}), end })));
    expect(mended?.['flags']).toEqual(['clock-implausible']);
    const late = finalOf(...factsOf(said({ start: doubtful, end: live(at('10:30'), 0) })));
    expect(late?.['flags']).toEqual(['start-time-doubtful']);
  });

  it('shows though the end was queued', () => {
    const { start, reading } = online(-12 * HOUR);
    const end: Told = [after(at('10:30'), -12 * HOUR), at('11:40')];
    const final = finalOf(...factsOf(said({ start, ...(reading ? { reading } : {}), end })));
    expect([minutes(final?.['startedAt']), minutes(final?.['endedAt'])]).toEqual([
      minutes(at('10:00')),
      minutes(at('10:30')),
    ]);
  });

  it('is right again once it is set', () => {
    const { start, reading } = online(-12 * HOUR);
    const end = live(at('10:40'), 0);
    const final = finalOf(...factsOf(said({ start, ...(reading ? { reading } : {}), end })));
    expect([minutes(final?.['startedAt']), final?.['endedAt']]).toEqual([minutes(at('10:00')), at('10:40')]);
  });
});

describe.each<[string, (story: Story) => Story]>([
  ['OCPP 1.6', (story) => story],
  ['OCPP 2.x', numbered],
])('a clock that is right, of a station that was offline (%s)', (_version, said) => {
  const times = { startedAt: at('04:00'), endedAt: at('04:30'), flags: [] };

  it.each<[string, number]>([
    ['at once', 1_000],
    ['a message a minute', MINUTE],
    ['a message every five minutes', 5 * MINUTE],
  ])('keeps its times where all was queued, and arrives %s', (_case, apartMs) => {
    const arrived = (index: number): string => after(at('10:00'), index * apartMs);
    const story = said({
      start: [at('04:00'), arrived(0)],
      reading: [at('04:15'), arrived(1)],
      end: [at('04:30'), arrived(2)],
    });
    expect(finalOf(...factsOf(story, at('03:50')))).toMatchObject(times);
  });

  it('keeps its times where the end is told at once', () => {
    const story = said({
      start: [at('09:20'), at('10:00')],
      reading: [at('09:40'), at('10:00:02')],
      end: [at('10:30'), at('10:30:01')],
    });
    expect(finalOf(...factsOf(story))).toMatchObject({ startedAt: at('09:20'), endedAt: at('10:30'), flags: [] });
  });
});

it('is not shown by what a station says to have been offline', () => {
  const queued = { offline: true };
  const story = numbered({
    start: [at('04:00'), at('10:00'), queued],
    reading: [at('04:15'), at('10:15'), queued],
    end: [at('04:30'), at('10:30'), queued],
  });
  expect(finalOf(...factsOf(story, at('03:50')))).toMatchObject({
    startedAt: at('04:00'),
    endedAt: at('04:30'),
    flags: [],
  });
});

describe('a session whose clock is a month behind, while it runs', () => {
  const { start, reading, end } = online(-31 * DAY) as Required<Story>;
  const begin = started(start[0], 1_000, { receivedAt: start[1] });
  const charging = updated(reading[0], 3_000, { receivedAt: reading[1] });
  const parking = updated(after(at('10:25'), -31 * DAY), 3_000, { receivedAt: at('10:25') });

  it('is told again with its start once it shows, and that stays', () => {
    const story = new Play(at('12:00')).each(booted(at('09:50')), begin, charging, parking);
    story.each(ended(end[0], 5_000, { receivedAt: end[1] })).after(10);
    expect(story.of('session-started')).toMatchObject([{ startedAt: at('09:50') }, { startedAt: start[1] }]);
    expect(story.of('session-ended')).toMatchObject([{ endedAt: at('10:30:01') }]);
    expect(story.of('session-finalized')).toMatchObject([{ startedAt: start[1], endedAt: at('10:30:01') }]);
  });

  it('parks since the register stood still, and no month longer', () => {
    const story = new Play(at('12:00')).each(booted(at('09:50')), begin, charging, parking);
    expect(story.session().idleSince).toEqual(new Date(after(at('10:15'), 1_000)));
  });

  it('is ended by its connector, which goes by the same clock', () => {
    const free = available(after(at('10:30'), -31 * DAY), { receivedAt: at('10:30') });
    const story = new Play(at('12:00')).each(booted(at('09:50')), begin, charging, free).after(700);
    expect(story.of('session-finalized')).toMatchObject([{ startedAt: start[1], endedAt: after(at('10:30'), 1_000) }]);
  });

  it('is not ended by what its connector said before the clock went wrong', () => {
    const free = available(at('09:55'));
    const story = new Play(at('12:00')).each(free, begin, charging, parking).after(700);
    expect(story.session()).toMatchObject({ status: 'active' });
  });

  it('has the readings that name no transaction', () => {
    const samples = [register(after(at('10:20'), -31 * DAY), 3_500)];
    const on = { stationId: STATION_ID, epoch: 1, messageId: 'readings', evseId: 1 };
    const data = { ...on, receivedAt: at('10:20'), samples };
    const readings = newEvent(MeterValuesReceived, { operatorId: OPERATOR_ID, time: data.receivedAt, data });
    const story = new Play(at('12:00')).each(booted(at('09:50')), begin, charging, readings);
    expect(story.session()).toMatchObject({ energyWh: 2_500, flags: ['readings-assigned'] });
  });
});

it('ends a session of which nothing else does by a free connector, though the clock of our host is a moment behind', () => {
  const by = (time: string) => ({ receivedAt: at(time) });
  const stamp = (time: string) => after(at(time), -403_000);
  const facts = [started(stamp('08:00'), 1_000, by('08:00')), updated(stamp('08:59'), 3_000, by('08:59'))];
  const free = available(stamp('09:00'), { ...by('09:00'), at: stamp('09:00') });
  const story = new Play(after(at('09:00'), -40)).each(booted(at('07:00')), ...facts, free).after(2_000);
  expect(story.session()).toMatchObject({ status: 'finalized', endedAt: new Date(at('09:00')), energyWh: 2_000 });
});
