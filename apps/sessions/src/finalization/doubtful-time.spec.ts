import { describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random } from '@chargemesh/testing/random';
import { at, available, booted, ended, occupied, register, started, updated } from '../testing/facts.js';
import { finalOf } from '../testing/final-of.js';
import { Play } from '../testing/play.js';

const UNSET = '1970-01-01T00:04:00.000Z';
const FAR = '2099-01-01T00:00:00.000Z';
const DOUBTFUL = 'end-time-doubtful';
const LATE = { receivedAt: at('11:50') };

const suspended = (time: string, receivedAt = at(time)) =>
  occupied(at(time), { detail: 'SuspendedEV', messageId: time, receivedAt });

/** When it ended, and whether that is in doubt. */
function endOf(...events: Parameters<typeof finalOf>): { endedAt: unknown; isDoubtful: boolean; energyWh: unknown } {
  const { endedAt, energyWh, flags } = finalOf(...events) ?? {};
  return { endedAt, isDoubtful: (flags as string[]).includes(DOUBTFUL), energyWh };
}

/** What a station tells with the end by a clock that lost its time, all at once, hours later. */
const queue = (end: string, more: object = LATE) => [
  started(at('02:00'), 1_000, more),
  updated(at('02:10'), 1_500, { seqNo: 1, ...more }),
  updated(at('02:20'), 1_900, { seqNo: 2, ...more }),
  ended(end, 1_900, more),
];

describe('an end by a clock that lost its time', () => {
  it('is the last that is known, where it was queued', () => {
    const said = { endedAt: at('02:20'), isDoubtful: true, energyWh: 900 };
    expect(endOf(...queue(UNSET))).toEqual(said);
    expect(endOf(...queue(UNSET, { ...LATE, offline: true }))).toEqual(said);
  });

  it('is when its car was suspended last, where that was queued too', () => {
    const [end, ...before] = queue(UNSET).reverse();
    const events = [...before.reverse(), suspended('02:30', at('11:50')), end as StationEvent];
    const [final] = new Play(at('12:00'))
      .each(...events)
      .after(600)
      .of('session-finalized');
    expect(final).toMatchObject({ endedAt: at('02:30'), flags: ['clock-implausible', DOUBTFUL] });
  });

  it('is the last that is known, where only what was read last was queued', () => {
    const live = [started(at('02:00'), 1_000), updated(at('02:10'), 1_500)];
    const events = [...live, updated(at('03:00'), 1_900, LATE), ended(UNSET, 1_900, LATE)];
    expect(endOf(...events)).toEqual({ endedAt: at('03:00'), isDoubtful: true, energyWh: 900 });
  });

  it('is its arrival where it was told at once, in doubt where nothing was heard for long before', () => {
    const live = [started(at('02:00'), 1_000), updated(at('02:10'), 1_500)];
    const end = (time: string) => ended(UNSET, 1_900, { receivedAt: at(time) });
    expect(endOf(...live, end('02:20'))).toEqual({ endedAt: at('02:20'), isDoubtful: false, energyWh: 900 });
    expect(endOf(...live, end('05:00'))).toEqual({ endedAt: at('05:00'), isDoubtful: true, energyWh: 900 });
  });

  it('is in doubt where it lies in the future and was queued', () => {
    expect(endOf(...queue(FAR)).isDoubtful).toBe(true);
  });

  it('is not in doubt by a clock that is a little ahead, or off all the while', () => {
    const ahead = [started(at('10:00:10'), 1_000, { receivedAt: at('10:00') })];
    const end = ended(at('11:30:10'), 1_900, { receivedAt: at('11:30') });
    expect(endOf(...ahead, end)).toEqual({ endedAt: at('11:30'), isDoubtful: false, energyWh: 900 });
    const never = (minute: string, time: string) =>
      [`1970-01-01T00:${minute}:00.000Z`, { receivedAt: at(time) }] as const;
    const [[startAt, start], [endAt, stop]] = [never('04', '10:00'), never('34', '10:30')];
    expect(endOf(booted(at('09:50')), started(startAt, 1_000, start), ended(endAt, 1_900, stop)).isDoubtful).toBe(
      false,
    );
  });

  it('is not in doubt where all was queued by a clock that is right', () => {
    expect(endOf(...queue(at('09:30')))).toEqual({ endedAt: at('09:30'), isDoubtful: false, energyWh: 900 });
  });
});

it('is never in doubt by a clock that is right, whatever waited in a queue', () => {
  const time = (minute: number): string => new Date(Date.parse(at('00:00')) + minute * 60_000).toISOString();
  const doubted = [];
  for (let seed = 1; seed <= 60; seed++) {
    const next = random(seed);
    const [from, until] = [next() * 500, next() * 500].sort((a, b) => a - b) as [number, number];
    const offline = next() < 0.5;
    const told = (minute: number) => {
      const isQueued = minute >= from && minute < until;
      return {
        receivedAt: time(isQueued ? until : minute + next() / 10),
        offline: offline && isQueued,
        digest: `${minute}`,
      };
    };
    const step = 1 + next() * 60;
    const readings = Array.from({ length: Math.floor(400 / step) }, (_, index) => 10 + (index + 1) * step);
    const events = [
      started(time(10), 1_000, told(10)),
      ...readings.map((minute) => updated(time(minute), 1_000 + minute, told(minute))),
      ended(time(420), 1_420, told(420)),
    ];
    const [final] = new Play(at('12:00'))
      .each(...events.sort((a, b) => a.data.receivedAt.localeCompare(b.data.receivedAt)))
      .after(2_000)
      .of('session-finalized');
    if (!final || (final['flags'] as string[]).includes(DOUBTFUL)) doubted.push({ seed, flags: final?.['flags'] });
  }
  expect(doubted).toEqual([]);
});

describe('a time that is known by a start or a clock that cannot be right', () => {
  it('is in doubt where the start is moved to a boot of its station', () => {
    const start = started('2026-02-01T10:00:00.000Z', 1_000, { receivedAt: at('10:00') });
    const events = [booted(at('09:50')), start, ended(at('10:30'), 1_900)];
    expect(finalOf(...events)).toMatchObject({ startedAt: at('09:50'), flags: ['clock-implausible', DOUBTFUL] });
  });

  it('is in doubt where the start has no time, and the end was before it arrived', () => {
    const events = [started(UNSET, 1_000, LATE), updated(at('09:00'), 1_500, LATE), ended(at('09:30'), 1_900, LATE)];
    expect(finalOf(...events)?.['flags']).toContain(DOUBTFUL);
  });

  it('is in doubt where two hours by a clock that was never set arrive at once', () => {
    const [startAt, endAt] = [UNSET, '1970-01-01T02:04:00.000Z'];
    const events = [started(startAt, 1_000, LATE), ended(endAt, 1_900, LATE)];
    expect(finalOf(...events)?.['flags']).toContain(DOUBTFUL);
  });
});

describe('a clock that is an hour ahead', () => {
  const [at60, at70] = [{ receivedAt: at('11:00') }, { receivedAt: at('12:30') }];

  it.each([
    ['the whole session was queued', [started(at('10:30'), 1_000, at60), ended(at('11:50'), 2_000, at60)]],
    [
      'its end was queued for longer',
      [started(at('11:00'), 1_000, { receivedAt: at('10:00') }), ended(at('12:00'), 2_000, at70)],
    ],
    [
      'its end was queued for less',
      [
        started(at('11:00'), 1_000, { receivedAt: at('10:00') }),
        ended(at('11:30'), 2_000, { receivedAt: at('11:10') }),
      ],
    ],
    [
      'its end was queued for less, and is said to have been offline',
      [
        started(at('11:00'), 1_000, { receivedAt: at('10:00') }),
        ended(at('11:30'), 2_000, { receivedAt: at('11:10'), offline: true }),
      ],
    ],
    [
      'its start was queued for less',
      [
        started(at('11:00'), 1_000, { receivedAt: at('10:40') }),
        updated(at('12:00'), 1_500, { receivedAt: at('11:00') }),
        ended(at('12:30'), 2_000, { receivedAt: at('11:30') }),
      ],
    ],
  ])('leaves the time in doubt where %s', (_, facts) => {
    expect(endOf(...facts)).toMatchObject({ isDoubtful: true, energyWh: 1_000 });
  });

  it('leaves the time in doubt where something is said to have been offline, whatever comes first', () => {
    const facts = [
      updated(at('10:20'), 1_500, { receivedAt: at('10:40'), offline: true }),
      started(at('11:00'), 1_000, { receivedAt: at('10:00') }),
      ended(at('11:50'), 2_000, { receivedAt: at('10:50') }),
    ];
    expect(endOf(...facts)).toMatchObject({ isDoubtful: true });
  });

  it('leaves none where its clock was set right in between', () => {
    const facts = [
      started(at('11:00'), 1_000, { receivedAt: at('10:00') }),
      ended(at('11:30'), 2_000, { receivedAt: at('11:30') }),
    ];
    expect(endOf(...facts)).toEqual({ endedAt: at('11:30'), isDoubtful: false, energyWh: 1_000 });
  });

  it('leaves none where all was told at once', () => {
    const facts = [
      started(at('11:00'), 1_000, { receivedAt: at('10:00') }),
      ended(at('11:50'), 2_000, { receivedAt: at('10:50') }),
    ];
    expect(endOf(...facts)).toEqual({ endedAt: at('10:50'), isDoubtful: false, energyWh: 1_000 });
  });

  it('of a few seconds leaves none where its end was queued', () => {
    const facts = [
      started(at('10:00:20'), 1_000, { receivedAt: at('10:00') }),
      ended(at('11:00:20'), 2_000, { receivedAt: at('11:20') }),
    ];
    expect(endOf(...facts)).toMatchObject({ isDoubtful: false });
  });
});

describe('a clock that was never set and stands still', () => {
  const of = (time: string) => ({ receivedAt: at(time) });

  it('ends when that is told, and leaves the time in doubt', () => {
    const facts = [
      started(UNSET, 1_000, of('10:00')),
      updated(UNSET, 1_200, of('10:03')),
      ended(UNSET, 1_400, of('10:06')),
    ];
    expect(endOf(...facts)).toEqual({ endedAt: at('10:06'), isDoubtful: true, energyWh: 400 });
  });

  it('leaves none where it ended at once', () => {
    const facts = [started(UNSET, 1_000, of('10:00')), ended(UNSET, 1_000, of('10:00:20'))];
    expect(endOf(...facts)).toMatchObject({ isDoubtful: false, energyWh: 0 });
  });
});

describe('a start that was queued by a clock that was never set', () => {
  const [queued, online] = [{ receivedAt: at('10:40') }, { receivedAt: at('10:40:05') }];
  const read = (time: string, wh: number, more: object) => updated(time, wh, more);

  it.each([
    ['says so', [started(UNSET, 1_000, { ...queued, offline: true })]],
    [
      'is followed at once by what was half an hour later',
      [started(UNSET, 1_000, queued), read('1970-01-01T00:34:00.000Z', 1_300, online)],
    ],
  ])('leaves the time in doubt where it %s', (_, facts) => {
    expect(endOf(...facts, ended(at('11:30'), 1_900))).toMatchObject({ isDoubtful: true });
  });

  it('leaves none where it was told at once, and the clock was set right since', () => {
    const facts = [started(UNSET, 1_000, queued), read('1970-01-01T00:14:00.000Z', 1_300, { receivedAt: at('10:50') })];
    expect(endOf(...facts, ended(at('11:30'), 1_900))).toMatchObject({ isDoubtful: false });
  });
});

describe('a start that was queued by a clock that was behind', () => {
  const late = (time: string) =>
    updated(at(time), 1_500, {
      receivedAt: at(time.replace(/^(\d\d)/, (hour) => String(Number(hour) + 1))),
      digest: time,
    });
  const start = started(at('07:48'), 1_000, { receivedAt: at('10:08') });

  it('leaves the time in doubt where that was set right later', () => {
    const facts = [start, late('09:18'), late('09:33'), late('09:48'), updated(at('11:10'), 1_700)];
    expect(endOf(...facts, ended(at('11:30'), 1_900))).toMatchObject({ isDoubtful: true });
  });

  it('leaves none where what came late was a queue', () => {
    const queue = ['08:18', '08:33', '08:48', '09:48'].map((time) =>
      updated(at(time), 1_500, { receivedAt: at('10:08'), digest: time }),
    );
    expect(endOf(start, ...queue, updated(at('11:10'), 1_700), ended(at('11:30'), 1_900))).toMatchObject({
      isDoubtful: false,
    });
  });
});

it('is in doubt where a clock jumped ahead in an outage, and its end came with what was kept, a little ahead', () => {
  const kept = { receivedAt: at('13:19') };
  const facts = [
    started(at('10:00'), 1_000),
    updated(at('10:15'), 1_200),
    updated(at('11:30'), 1_400, kept),
    updated(at('13:15'), 1_600, kept),
  ];
  expect(endOf(...facts, ended(at('13:21:30'), 1_900, kept))).toMatchObject({ isDoubtful: true });
  expect(endOf(...facts.slice(0, 2), ended(at('10:22:30'), 1_900, { receivedAt: at('10:20') }))).toMatchObject({
    isDoubtful: false,
  });
});

describe('an end that was queued, by a clock that is known to be an hour behind', () => {
  const late = (time: string, hour: string) => ({ receivedAt: at(`${hour}:${time}`) });
  const known = [
    started(at('08:00'), 1_000, late('00', '09')),
    updated(at('08:10'), 1_500, late('10', '09')),
    updated(at('08:20'), 1_900, late('20', '09')),
  ];

  it('is in doubt, for it may be by the same one', () => {
    expect(endOf(...known, ended(at('10:00'), 5_000, { receivedAt: at('11:30') }))).toMatchObject({ isDoubtful: true });
  });

  it('is not where it was told at once, by either clock', () => {
    expect(endOf(...known, ended(at('10:00'), 5_000, { receivedAt: at('11:00') }))).toMatchObject({
      isDoubtful: false,
    });
    expect(endOf(...known, ended(at('11:00'), 5_000, { receivedAt: at('11:00') }))).toMatchObject({
      isDoubtful: false,
    });
  });

  it('is not where something was told in time since', () => {
    const right = updated(at('10:00'), 4_000, { receivedAt: at('10:00') });
    expect(endOf(...known, right, ended(at('10:30'), 5_000, { receivedAt: at('11:55') }))).toMatchObject({
      isDoubtful: false,
    });
  });
});

/** Something that a station says by a clock that is so many hours behind, as it happens. */
const behind = (hours: number, time: string): [string, { receivedAt: string }] => [
  new Date(Date.parse(at(time)) - hours * 3_600_000).toISOString(),
  { receivedAt: at(time) },
];
/** A session of 90 minutes by a clock that is set in its middle, with readings or without. */
function clockSet(before: number, after: number, readings: boolean) {
  const read = (hours: number, time: string, wh: number) => {
    const [stamp, more] = behind(hours, time);
    return updated(stamp, wh, more);
  };
  const [[startAt, start], [endAt, end]] = [behind(before, '05:30'), behind(after, '07:00')];
  const between = [read(before, '05:45', 2_000), read(after, '06:15', 4_000), read(after, '06:45', 6_000)];
  return [booted(at('05:00')), started(startAt, 1_000, start), ...(readings ? between : []), ended(endAt, 7_000, end)];
}

describe('a clock that is behind and is set while a session runs', () => {
  it.each([
    [4, 5, true],
    [1, 2, true],
    [3, 3.5, true],
    [4, 5, false],
    [5, 4, false],
    [2, 1, false],
  ])('makes its time doubtful: %d h behind, then %d h, with readings %p', (before, after, readings) => {
    expect(endOf(...clockSet(before, after, readings)).isDoubtful).toBe(true);
  });

  it('is mended where what is read shows both, and is in no doubt where it stays as it is', () => {
    expect(endOf(...clockSet(5, 4, true))).toMatchObject({ endedAt: at('07:00'), energyWh: 6_000 });
    expect(endOf(...clockSet(4, 4, true))).toMatchObject({ endedAt: at('07:00'), isDoubtful: false });
  });
});

describe('a session that waited in a queue, of a station whose clock is ahead', () => {
  const two = { transactionId: '2' };
  const toldAt = (time: string, receivedAt: string) =>
    [new Date(Date.parse(at(time)) + 3_600_000).toISOString(), { receivedAt: at(receivedAt) }] as const;
  const reviewOf = (...events: StationEvent[]) => {
    const story = new Play(at('12:30'));
    for (const event of events) story.each(event).after(20);
    const { status, flags } = story.after(2_000).session('2');
    return { status, isDoubtful: flags.includes(DOUBTFUL) };
  };
  const [[startAt, start], [endAt, end]] = [toldAt('06:10', '06:10'), toldAt('07:00', '07:00')];
  const live = [started(startAt, 1_000, start), ended(endAt, 5_000, end)];
  const [[queuedAt, queued], [overAt, over]] = [toldAt('08:00', '12:00'), toldAt('09:00', '12:00:05')];
  const waited = [started(queuedAt, 5_000, { ...queued, ...two }), ended(overAt, 9_000, { ...over, ...two })];

  it('is of another hour than it says, which the session before it shows', () => {
    expect(reviewOf(...live, ...waited)).toEqual({ status: 'finalized', isDoubtful: true });
  });

  it('is as it says where the session before it was told in time', () => {
    const right = [started(at('06:10'), 1_000), ended(at('07:00'), 5_000)];
    expect(reviewOf(...right, ...waited)).toEqual({ status: 'finalized', isDoubtful: false });
  });

  it('is in doubt as well where only what it says of its connector waited, and for as long as the clock is ahead', () => {
    const word = (time: string, receivedAt: string, detail: string) =>
      occupied(toldAt(time, receivedAt)[0], { detail, messageId: `${time} ${detail}`, receivedAt: at(receivedAt) });
    const [[beginAt, begin], [stopAt, stop]] = [toldAt('09:30', '09:30'), toldAt('12:00', '12:00')];
    const parked = [
      started(beginAt, 5_000, { ...begin, ...two }),
      word('09:31', '09:31', 'Charging'),
      word('10:30', '11:30', 'SuspendedEV'),
      ended(stopAt, 9_000, { ...stop, ...two }),
    ];
    expect(reviewOf(...parked)).toEqual({ status: 'finalized', isDoubtful: true });
    const asItHappened = parked.map((event, index) => (index === 2 ? word('10:30', '10:30', 'SuspendedEV') : event));
    expect(reviewOf(...asItHappened)).toEqual({ status: 'finalized', isDoubtful: false });
  });
});

describe('what is billed in a time in which it cannot have flowed', () => {
  const stuck = (wh: number, receivedAt: string) => updated(at('07:00'), wh, { receivedAt: at(receivedAt) });

  it('is in doubt where the clock of its station stands still, at whatever day', () => {
    for (const day of ['2026-03-02T07:00:00.000Z', '2026-01-15T02:00:00.000Z']) {
      const story = new Play(at('12:00')).each(
        ...[booted(at('06:00')), started(day, 1_000, { receivedAt: at('08:00') }), stuck(3_000, '08:30')],
        ended(day, 5_000, { receivedAt: at('09:00') }),
      );
      expect(story.after(900).session().flags).toContain(DOUBTFUL);
    }
  });

  it('is in doubt where its token was named only once most of it had flowed', () => {
    const { idToken } = started(at('10:00'), 0).data;
    const story = new Play(at('12:00')).each(
      started(at('08:00'), 1_000, { idToken: undefined, trigger: 'CablePluggedIn', seqNo: 0 }),
      updated(at('10:00'), null, { idToken, trigger: 'Authorized', seqNo: 1 }),
      ended(at('10:10'), 28_000, { seqNo: 2 }),
    );
    expect(story.after(900).session()).toMatchObject({ energyWh: 27_000, flags: expect.arrayContaining([DOUBTFUL]) });
  });
});

describe('a session whose readings are stamped by another clock than its start and its end', () => {
  const hourBehind = (time: string, wh: number) => updated(behind(1, time)[0], wh, behind(1, time)[1]);
  const told = (...events: StationEvent[]) =>
    endOf(booted(at('05:00')), started(at('06:00'), 1_000), ...events, ended(at('10:00'), 21_000)).isDoubtful;

  it('is in doubt where they came as late as each other, as they were read', () => {
    expect(told(hourBehind('06:40', 7_000), hourBehind('07:10', 12_000), hourBehind('07:40', 17_000))).toBe(true);
  });

  it('is in doubt where what is said of its connector is late by whole hours', () => {
    expect(told(suspended('08:00', at('09:00:02')))).toBe(true);
  });

  it('is in none where they waited in a queue, or came in time', () => {
    const queued = { receivedAt: at('08:00') };
    expect(told(updated(at('06:50'), 9_000, queued), updated(at('07:20'), 14_000, queued))).toBe(false);
    expect(told(updated(at('07:10'), 12_000), suspended('08:00'))).toBe(false);
  });
});

describe('a stop that tells of a loss of power', () => {
  const told = (stop: string, more: object) =>
    endOf(
      ...[started(at('06:00'), 1_000), updated(at('06:30'), 4_000), booted(at('10:59'))],
      ended(at(stop), 4_000, { stoppedReason: 'PowerLoss', ...more }),
    ).isDoubtful;

  it('is in doubt where it is stamped when its station was back', () => {
    expect(told('11:00', {})).toBe(true);
  });

  it('is in doubt where the network was back minutes after its station', () => {
    expect(told('11:00', { receivedAt: at('11:05') })).toBe(true);
    expect(told('11:00', { receivedAt: at('11:05'), offline: true })).toBe(true);
  });

  it('is in none where it is stamped when the power went', () => {
    expect(told('06:35', { receivedAt: at('11:00') })).toBe(false);
  });
});

describe('a stop that comes right after a boot', () => {
  const told = (stop: string, more: object, lastReadAt = '06:30') =>
    endOf(
      ...[started(at('06:00'), 1_000), updated(at(lastReadAt), 4_000), booted(at('10:59'))],
      ended(at(stop), 4_000, more),
    ).isDoubtful;

  it.each(['Local', 'Other', 'HardReset', 'PowerQuality'])(
    'is in doubt, after hours of silence, where it says %s',
    (stoppedReason) => {
      expect(told('11:00', { stoppedReason })).toBe(true);
    },
  );

  it.each<[string, boolean]>([
    ['it is stamped when the power went', told('06:35', { receivedAt: at('11:00') })],
    ['something was heard shortly before the boot', told('11:00', {}, '10:50')],
    ['the session went on after it, and was heard of shortly before', told('11:20', {}, '10:50')],
  ])('is in none where %s', (_, isDoubtful) => {
    expect(isDoubtful).toBe(false);
  });
});

describe('a stop that its station stamps when the power is back, while its network is not', () => {
  const boots = { 'a boot told': true, 'no boot told': false };
  const reasons = ['PowerLoss', 'Reboot', 'Local'];
  const networks = ['11:00:02', '11:02:00', '11:10:00'];
  const variants = reasons.flatMap((reason) =>
    networks.flatMap((network) => Object.keys(boots).map((boot) => [reason, network, boot] as const)),
  );
  const later = (time: string, seconds: number): string =>
    new Date(Date.parse(at(time)) + seconds * 1_000).toISOString();
  const told = (network: string, isBooted: boolean, stopped: Parameters<typeof ended>[2], isOf2 = false) => {
    const seq = (seqNo: number) => (isOf2 ? { seqNo } : {});
    const boot = isBooted ? [booted(at(network))] : [];
    return endOf(
      ...[
        started(at('02:00'), 1_000, seq(0)),
        updated(at('02:30'), 4_000, seq(1)),
        updated(at('03:00'), 7_000, seq(2)),
      ],
      ...[...boot, occupied(at('11:00:06'), { detail: 'Preparing', receivedAt: at(network) })],
      ended(at('11:00:05'), 7_000, { receivedAt: later(network, 4), ...seq(3), ...stopped }),
    ).isDoubtful;
  };

  it.each(variants)('is in doubt where it says %s, the network is back at %s, with %s', (reason, network, boot) => {
    // Without reason and boot it is a stop that waited for minutes, as others do.
    const isKnown = reason !== 'Local' || boots[boot as keyof typeof boots];
    expect(told(network, boots[boot as keyof typeof boots], { stoppedReason: reason })).toBe(isKnown);
  });

  it.each([
    ['11:00:03', true],
    ['11:00:03', false],
    ['11:02:00', true],
    ['11:02:00', false],
  ])('is in doubt by OCPP 2.x, where the network is back at %s, offline: %p', (network, offline) => {
    expect(told(network, true, { stoppedReason: 'PowerLoss', offline }, true)).toBe(true);
  });

  it('is in doubt where its register is read a little before its stamp', () => {
    const samples = [register(at('11:00:03'), 7_000, 'Transaction.End')];
    expect(told('11:02:00', true, { stoppedReason: 'PowerLoss', samples })).toBe(true);
  });
});

describe('a stop that waited for its connection, or was told at once by a clock that is behind', () => {
  it('counts from its own time, and is in doubt', () => {
    const told = (more: object) =>
      endOf(started(at('02:00'), 1_000), updated(at('02:30'), 5_000), ended(at('03:30'), 9_000, more));
    const late = { receivedAt: at('05:00'), offline: true };
    expect(told({ ...late, flags: ['queued-or-behind'] })).toMatchObject({ endedAt: at('03:30'), isDoubtful: true });
    expect(told(late)).toMatchObject({ endedAt: at('03:30'), isDoubtful: false });
  });
});

describe('a stop that is stamped as its connection begins', () => {
  const told = (stop: string, readAt: string[], flags = ['sent-at-connection']) =>
    endOf(
      started(at('02:00'), 1_000),
      ...readAt.map((time) => updated(at(time), 5_000)),
      ended(at(stop), 9_000, { flags }),
    ).isDoubtful;

  it('is in doubt after a silence: its station may have stamped it when it sent it', () => {
    expect(told('05:00', ['02:15', '02:30'])).toBe(true);
  });

  it('is in none where it is read about as seldom', () => {
    expect(told('05:00', ['02:30', '03:30', '04:00'])).toBe(false);
    expect(told('05:00', ['02:30'])).toBe(false);
  });

  it('is in none where it was read until then, or never, or ran on the connection', () => {
    expect(told('05:00', ['02:30', '04:50'])).toBe(false);
    expect(told('05:00', [])).toBe(false);
    expect(told('05:00', ['02:15', '02:30'], [])).toBe(false);
  });
});

describe('a stop that waited until the network was back', () => {
  const word = (time: string, detail: string) => occupied(at(time), { detail, messageId: time });
  const start = [started(at('02:00'), 1_000), word('02:00:10', 'Charging'), updated(at('02:15'), 4_000)];
  const end = (stop: string, stoppedReason: string, receivedAt: string) =>
    ended(at(stop), 7_000, { stoppedReason, receivedAt: at(receivedAt) });
  const back = booted(at('11:02'));
  const kept = (time: string, receivedAt = time) =>
    updated(at(time), 7_000, { receivedAt: at(receivedAt), digest: time });
  const quarters = (from: number, until: number) =>
    Array.from({ length: 4 * (until - from) }, (_, index) => {
      const [hour, minute] = [from + Math.floor(index / 4), (index % 4) * 15];
      return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
    });
  const lastAt = (time: string) => [...start, updated(at(time), 7_000)];

  it.each<[string, StationEvent[]]>([
    ['its station stamped it when the power went', [...lastAt('02:30'), back, end('02:40', 'PowerLoss', '11:02:04')]],
    [
      'its car was parked, and read all the while',
      [
        ...[...start, word('02:20', 'SuspendedEV'), ...quarters(3, 11).map((time) => kept(time))],
        ...[back, end('11:00:05', 'PowerLoss', '11:02:04')],
      ],
    ],
    [
      'what was read until then waited as well',
      [...start, back, ...quarters(3, 11).map((time) => kept(time, '11:02:02')), end('10:58', 'Reboot', '11:02:04')],
    ],
    ['it was stopped hours before the boot', [...lastAt('02:30'), back, end('03:30', 'Local', '11:02:04')]],
    ['it came long after the boot', [...lastAt('10:40'), booted(at('11:02')), end('11:01', 'Local', '11:20')]],
    ['it was heard of shortly before', [...lastAt('10:50'), back, end('11:00:05', 'Local', '11:02:04')]],
  ])('is in none where %s', (_, events) => {
    expect(endOf(...events).isDoubtful).toBe(false);
  });
});

describe('an end that is an hour late, of a session whose start was told at once, and of which nothing else came', () => {
  const told = (stop: string, receivedAt: string, ...read: Parameters<typeof endOf>) =>
    endOf(started(at('06:00'), 1_000), ...read, ended(at(stop), 9_000, { receivedAt: at(receivedAt) })).isDoubtful;

  it('is in doubt: its clock may have been set to another zone', () => {
    expect(told('06:30', '07:30:01')).toBe(true);
    expect(told('06:30', '08:30:05')).toBe(true);
  });

  it('is in none where it waited for any other time, its station says so, or what came with it waited for longer', () => {
    expect(told('06:30', '07:31')).toBe(false);
    expect(told('06:40', '07:40:01', updated(at('06:30'), 5_000, { receivedAt: at('07:40') }))).toBe(false);
    const offline = ended(at('06:30'), 9_000, { receivedAt: at('07:30:01'), offline: true });
    expect(endOf(started(at('06:00'), 1_000), offline).isDoubtful).toBe(false);
  });
});

it('moves what is read by a clock that was set back, though it is stamped before the start', () => {
  const told = (time: string, wh: number, more: object = {}) =>
    updated(behind(5, time)[0], wh, { ...behind(5, time)[1], ...more });
  const story = new Play(at('12:00')).each(
    ...[booted(at('07:00')), started(at('08:00'), 1_000), updated(at('08:15'), 6_500), updated(at('08:30'), 12_000)],
    ...[told('08:45', 17_500, { chargingState: 'SuspendedEV' }), told('09:15', 17_500), told('09:45', 17_500)],
    ended(behind(5, '10:30')[0], 17_500, behind(5, '10:30')[1]),
  );
  const [final] = story.after(900).of('session-finalized');
  const periods = final?.['periods'] as { kind: string; startedAt: string; endedAt: string }[];
  const parked = periods.filter(({ kind }) => kind === 'parking');
  expect(final).toMatchObject({ endedAt: at('10:30'), energyWh: 16_500 });
  expect([parked[0]?.startedAt, parked.at(-1)?.endedAt]).toEqual([at('08:45'), at('10:30')]);
});

describe('an end long after its connector was said to be free', () => {
  // What a connector says goes by the order of coming.
  const flagsOf = (...events: StationEvent[]): string[] =>
    new Play(at('12:30'))
      .each(...events)
      .after(600)
      .session().flags;
  const word = (time: string, detail: string) =>
    detail === 'Available' ? available(at(time)) : occupied(at(time), { detail, messageId: `${detail} ${time}` });
  const told = (...events: StationEvent[]) =>
    flagsOf(
      ...[booted(at('06:00')), started(at('08:00'), 1_000), word('08:00:10', 'Charging'), updated(at('08:30'), 4_000)],
      ...events,
    ).includes(DOUBTFUL);

  it.each<[string, StationEvent[]]>([
    ['nothing was told of it since', [word('08:31', 'Available'), ended(at('12:00'), 4_000)]],
    ['the next car came', [word('08:31', 'Available'), word('10:31', 'Preparing'), ended(at('12:00'), 4_000)]],
    ['its register stood', [word('08:31', 'Available'), updated(at('08:45'), 4_000), ended(at('09:31'), 4_000)]],
  ])('is in doubt where %s', (_, events) => {
    expect(told(...events)).toBe(true);
  });

  it.each<[string, StationEvent[]]>([
    [
      'its register rose after that',
      [word('08:31', 'Available'), updated(at('08:45'), 4_500), ended(at('12:00'), 4_500)],
    ],
    ['it rose until its end', [word('08:31', 'Available'), ended(at('12:00'), 9_000)]],
    [
      'its car is said to be there',
      [
        word('08:31', 'Available'),
        updated(at('08:45'), 4_000),
        word('08:46', 'SuspendedEV'),
        ended(at('12:00'), 4_000),
      ],
    ],
    ['that was a few minutes before', [word('08:31', 'Available'), ended(at('08:40'), 4_000)]],
    [
      'its station had just come back',
      [booted(at('08:31')), word('08:32', 'Available'), updated(at('08:45'), 4_000), ended(at('09:05'), 4_000)],
    ],
  ])('is in none where %s', (_, events) => {
    expect(told(...events)).toBe(false);
  });

  it.each<[string, StationEvent[]]>([
    ['no register was told', [started(at('08:00'), 0, { samples: [] }), ended(at('12:00'), null)]],
    ['nothing was read in between', [started(at('08:00'), 1_000), ended(at('12:00'), 4_000)]],
  ])('is in doubt where %s', (_, [start, end]) => {
    const words = [word('08:00:10', 'Charging'), word('08:31', 'Available')];
    expect(flagsOf(booted(at('06:00')), start as StationEvent, ...words, end as StationEvent)).toContain(DOUBTFUL);
  });

  it('is in doubt where its clock is behind, too', () => {
    const by = (time: string) => [time, { receivedAt: at(time) }] as const;
    const stamp = (time: string) => new Date(Date.parse(at(time)) - 25 * 60_000).toISOString();
    const told = ([time, more]: ReturnType<typeof by>, wh: number) => updated(stamp(time), wh, more);
    const free = available(at('08:31'), { at: stamp('08:31') });
    const [start, end] = [started(stamp('08:00'), 1_000, by('08:00')[1]), ended(stamp('12:00'), 4_000, by('12:00')[1])];
    const events = [start, told(by('08:30'), 4_000), free, told(by('09:00'), 4_000), told(by('11:00'), 4_000), end];
    expect(flagsOf(booted(at('06:00')), ...events)).toContain(DOUBTFUL);
  });

  it('is in none where it cannot have taken all by then', () => {
    const session = [started(at('08:00'), 1_000), word('08:31', 'Available'), ended(at('12:00'), 21_000)];
    expect(flagsOf(booted(at('06:00')), ...session)).not.toContain(DOUBTFUL);
  });

  it('is in none where the transaction itself goes on until its car leaves the bay', () => {
    const unplugged = updated(at('08:30:50'), null, { seqNo: 2, chargingState: 'Idle' });
    const events = [started(at('08:00'), 1_000, { seqNo: 0 }), updated(at('08:30'), 4_000, { seqNo: 1 }), unplugged];
    const end = ended(at('12:00'), 4_000, { seqNo: 3 });
    expect(flagsOf(booted(at('06:00')), ...events, available(at('08:31')), end)).toEqual([]);
  });
});

describe('an end that came with a start whose time named no zone', () => {
  const told = (receivedAt: string) => ({ receivedAt: at(receivedAt), flags: ['time-zone-assumed'] });
  const startsOf = (...times: string[]) => times.map((time) => started(at(time), 1_000, told('10:30')));
  const queued = [updated(at('08:30'), 5_000, told('10:30:01')), ended(at('09:00'), 9_000, told('10:30:02'))];
  const isDoubted = (...events: StationEvent[]): boolean => endOf(...events).isDoubtful;

  it('is in doubt where the start was told anew, for the end may have been read by the zone of before', () => {
    expect(isDoubted(...startsOf('08:00', '07:00'), ...queued)).toBe(true);
  });

  it('is in none where it was told at once, or the start was read once', () => {
    expect(isDoubted(...startsOf('08:00', '07:00'), ended(at('11:00'), 9_000, told('11:00:02')))).toBe(false);
    expect(isDoubted(...startsOf('07:00'), ...queued)).toBe(false);
  });
});

describe('a session that waited in a queue beside one by a clock that is behind', () => {
  const late = { receivedAt: at('16:00') };
  const two = { transactionId: '2' };
  const queued = [
    started(at('11:00'), 7_000, { ...two, ...late }),
    updated(at('11:30'), 9_000, { ...two, ...late }),
    ended(at('12:00'), 12_000, { ...two, ...late }),
  ];
  const live = (behindMinutes: number) => {
    const by = (time: string) => new Date(Date.parse(at(time)) - behindMinutes * 60_000).toISOString();
    const on = (time: string) => ({ receivedAt: at(time) });
    return [
      started(by('07:00'), 1_000, on('07:00')),
      ...['07:15', '07:30'].map((time, index) => updated(by(time), 3_000 + 2_000 * index, on(time))),
      ended(by('07:45'), 7_000, on('07:45')),
    ];
  };
  const flagsOf = (...events: Parameters<Play['each']>) =>
    new Play(at('16:30'))
      .each(booted(at('06:00')), ...events)
      .after(2_000)
      .session('2').flags;

  it('is in doubt, since nothing in it shows that', () => {
    expect(flagsOf(...live(60), ...queued)).toContain('end-time-doubtful');
  });

  it('is in none where that was by a right clock', () => {
    expect(flagsOf(...live(0), ...queued)).not.toContain('end-time-doubtful');
  });
});
