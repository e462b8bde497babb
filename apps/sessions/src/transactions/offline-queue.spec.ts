import { describe, expect, it } from '@jest/globals';
import { at, available, booted, ended, readings, started, unknownEnd, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const nextDay = (time: string) => at(time).replace('2026-03-02', '2026-03-03');

describe.each([
  ['hours later', at],
  ['a day later', nextDay],
])('a queue without transaction ids that comes %s, after its connector was said to be free', (_when, on) => {
  const before = [booted(at('07:00')), available(at('07:01')), available(on('12:00'))];
  const queue = [
    started(at('08:00'), 1_000, { receivedAt: on('12:00:10') }),
    readings(at('08:05'), 1_800, { receivedAt: on('12:00:11') }),
    readings(at('08:30'), 6_000, { receivedAt: on('12:00:11') }),
    readings(at('09:00'), 11_000, { receivedAt: on('12:00:12') }),
  ];
  const end = ended(at('09:01'), null, { receivedAt: on('12:00:13') });

  it.each([
    ['apart', (story: Play) => story.each(...before, ...queue, end)],
    ['together', (story: Play) => story.batch(...before, ...queue, end)],
  ])('gives the session its readings, %s', (_how, play) => {
    const story = play(new Play(on('20:00'))).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 10_000, startedAt: new Date(at('08:00')) });
  });

  it('gives it the end that names no transaction', () => {
    const stop = unknownEnd(at('09:01'), 11_000, { receivedAt: on('12:00:13') });
    const story = new Play(on('20:00')).each(...before, ...queue, stop).after(2_000);
    expect(story.session()).toMatchObject({ status: 'finalized', energyWh: 10_000, endedAt: new Date(at('09:01')) });
  });
});

it('holds a queue of which nothing is known of the time before, whose readings it takes', () => {
  const story = new Play(at('20:00')).each(
    available(at('12:00')),
    started(at('08:00'), 1_000, { receivedAt: at('12:00:10') }),
    readings(at('09:00'), 11_000, { receivedAt: at('12:00:12') }),
    ended(at('09:01'), null, { receivedAt: at('12:00:13') }),
  );
  expect(story.after(2_000).session()).toMatchObject({ status: 'held' });
});

/** A session of 11 kW between two stamps, of a queue that came hours later. */
const whole = (from: string, to: string, beginWh = 1_000) => {
  const at11kW = 11_000 * ((Date.parse(at(to)) - Date.parse(at(from))) / 3_600_000);
  return [
    started(at(from), beginWh, { receivedAt: at('12:00:10'), transactionId: from }),
    ended(at(to), beginWh + Math.round(at11kW), { receivedAt: at('12:00:11'), transactionId: from }),
  ];
};

describe('a session that was over when it came, of whose station the connector was known to be free long before', () => {
  const long = available(at('01:00'));

  it.each([
    ['in the minute of its end', '09:25:40'],
    ['a few seconds before its end', '09:25:10'],
    ['a minute later', '09:26:20'],
    ['a minute before, by another clock within the station', '09:24:30'],
    ['a few seconds before, in the minute before', '09:24:59'],
  ])('is billed where that was free %s, whether that is told before or after', (_, free) => {
    const session = whole('08:00', '09:25:20');
    for (const facts of [
      [long, available(at(free)), ...session],
      [long, ...session, available(at(free))],
    ])
      expect(
        new Play(at('20:00'))
          .each(...facts)
          .after(2_000)
          .session('08:00'),
      ).toMatchObject({
        status: 'finalized',
        flags: [],
      });
  });

  it('is billed as the second of two', () => {
    const story = new Play(at('20:00')).each(
      long,
      ...[...whole('08:00', '08:25:20'), available(at('08:25:40'))],
      ...[...whole('08:40', '09:25:20', 6_000), available(at('09:25:40'))],
    );
    story.after(2_000);
    expect(['08:00', '08:40'].map((id) => story.session(id).status)).toEqual(['finalized', 'finalized']);
  });

  it('is held where that was free in the middle of it', () => {
    const story = new Play(at('20:00')).each(long, available(at('09:20')), ...whole('08:00', '09:25:20'));
    expect(story.after(2_000).session('08:00')).toMatchObject({ status: 'held', hold: { reasons: ['above-limit'] } });
  });
});

describe('a start that came a quarter of an hour after its connection stood', () => {
  const DOUBTFUL = 'start-time-doubtful';
  const before = [booted(at('07:00')), available(at('07:01'))];
  const start = (time: string, receivedAt: string, transactionId = '1') =>
    started(at(time), 1_000, { receivedAt: at(receivedAt), flags: [DOUBTFUL], transactionId });
  const isDoubted = (...events: Parameters<Play['each']>): boolean =>
    new Play(at('20:00'))
      .each(...before, ...events)
      .after(2_000)
      .session()
      .flags.includes(DOUBTFUL);

  it.each<[string, Parameters<Play['each']>]>([
    [
      'its readings and its stop come with it',
      [
        updated(at('08:30'), 6_000, { receivedAt: at('12:20:01') }),
        ended(at('09:00'), 11_000, { receivedAt: at('12:20:02') }),
      ],
    ],
    ['its stop alone comes with it', [ended(at('09:00'), 11_000, { receivedAt: at('12:20:01') })]],
    [
      'it goes on, and its readings come more slowly than they were kept',
      [
        updated(at('08:30'), 6_000, { receivedAt: at('12:25:01') }),
        updated(at('12:28'), 40_000),
        ended(at('12:30'), 41_000),
      ],
    ],
  ])('is of a queue where %s', (_, events) => {
    expect(isDoubted(start('08:00', '12:20'), ...events)).toBe(false);
  });

  it('is of a queue where the session before it came just before it, and had waited for longer', () => {
    const first = [
      started(at('07:10'), 500, { receivedAt: at('12:19:57'), transactionId: '0' }),
      ended(at('07:20'), 1_000, { receivedAt: at('12:19:58'), transactionId: '0' }),
    ];
    const live = ended(at('12:30'), 11_000);
    expect(isDoubted(...first, start('08:00', '12:20'), live)).toBe(false);
    expect(isDoubted(start('08:00', '12:20'), live)).toBe(true);
  });

  it.each<[string, Parameters<Play['each']>]>([
    ['of which all is as late', [ended(at('08:03'), 2_000, { receivedAt: at('12:23') })]],
    ['of which the next came in time', [updated(at('12:40'), 6_000), ended(at('12:50'), 11_000)]],
    [
      'of which the next was queued after it came',
      [updated(at('12:30'), 6_000, { receivedAt: at('12:50') }), ended(at('13:00'), 11_000)],
    ],
  ])('stays doubtful in a session %s', (_, events) => {
    expect(isDoubted(start('08:00', '12:20'), ...events)).toBe(true);
  });
});
