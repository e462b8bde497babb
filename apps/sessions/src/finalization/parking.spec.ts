import { describe, expect, it } from '@jest/globals';
import type { SampledValue, StationEvent } from '@chargemesh/contracts';
import { random } from '@chargemesh/testing/random';
import { at, available, ended, occupied, register, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';

interface Period {
  readonly kind: string;
  readonly energyWh: number;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Its periods, of one kind after the other as one, as `charging 08:00-08:30 5000`. */
function periodsOf(...events: StationEvent[]): string[] {
  const [final] = new Play(at('20:00'))
    .each(...events)
    .after(2_000)
    .of('session-finalized');
  const periods = (final?.['periods'] ?? []) as Period[];
  const told: Period[] = [];
  for (const period of periods) {
    const last = told.at(-1);
    if (last?.kind !== period.kind) told.push(period);
    else told[told.length - 1] = { ...period, startedAt: last.startedAt, energyWh: last.energyWh + period.energyWh };
  }
  return told.map((one) => `${one.kind} ${one.startedAt.slice(11, 16)}-${one.endedAt.slice(11, 16)} ${one.energyWh}`);
}

const suspended = (time: string) => occupied(at(time), { detail: 'SuspendedEV', messageId: time });
const charging = (time: string) => occupied(at(time), { detail: 'Charging', messageId: time });
const SUSPENDED = { chargingState: 'SuspendedEV' };
const start = started(at('08:00'), 1_000);

/** A reading every quarter of an hour, by a power that never shows when it charged. */
const steps = (powerW: number): StationEvent[] =>
  ['08:30', '08:45', '09:00', '09:15', '09:30', '09:45'].map((time, index) =>
    updated(at(time), 1_700 + (index * powerW) / 4),
  );
/** Readings at the moments of the words. */
const atWords = (wh: number): StationEvent[] => [
  updated(at('08:20'), 1_700),
  suspended('09:10'),
  updated(at('09:10'), wh),
];

describe('a car that takes energy though its station said that it takes nothing', () => {
  it('is charging as far as the register shows', () => {
    const readings = [updated(at('09:00'), 12_000), updated(at('10:00'), 30_000)];
    const events = [start, updated(at('08:10'), 3_000), suspended('08:20'), ...readings, ended(at('10:30'), 40_000)];
    expect(periodsOf(...events)).toEqual(['charging 08:00-10:30 39000']);
  });

  it('is charging in what an offline queue brings', () => {
    const queued = [
      updated(at('09:00'), 11_000, { receivedAt: at('11:00') }),
      updated(at('10:00'), 22_000, { receivedAt: at('11:00:01') }),
      updated(at('10:50'), 31_003, { receivedAt: at('11:00:02') }),
    ];
    const stop = ended(at('10:55'), 32_010, { receivedAt: at('11:00:04') });
    const events = [start, updated(at('08:30'), 6_000), suspended('08:31'), ...queued, available(at('11:00:03')), stop];
    expect(periodsOf(...events)).toEqual(['charging 08:00-10:55 31010']);
  });

  it('is parking where it took nothing, and where what was read may have flowed before', () => {
    const readings = [updated(at('08:15'), 4_000), updated(at('08:45'), 5_000), updated(at('09:45'), 5_020)];
    const events = [
      start,
      readings[0] as StationEvent,
      suspended('08:25'),
      ...readings.slice(1),
      ended(at('10:00'), 5_020),
    ];
    expect(periodsOf(...events)).toEqual(['charging 08:00-08:25 4000', 'parking 08:25-10:00 20']);
  });

  it.each<[string, StationEvent[], boolean]>([
    ['the word that it charges again was lost', [...steps(400), suspended('09:59')], true],
    ['a message was lost between two words that it takes nothing', atWords(1_950), true],
    ['it takes no more than a trickle', steps(60), false],
    ['it takes nothing', atWords(1_700), false],
    [
      'what flowed before the word is read after it',
      [updated(at('08:20:30'), 2_100), updated(at('09:30'), 2_150)],
      false,
    ],
    ['it charges on by the word', [charging('09:00'), updated(at('09:30'), 5_000)], false],
  ])('is in doubt where more flows than a trickle, and too little to show when: %s', (_, events, isDoubtful) => {
    const before = [start, updated(at('08:10'), 1_500), suspended('08:20')];
    const [final] = new Play(at('20:00'))
      .each(...before, ...events, ended(at('10:00'), null))
      .after(2_000)
      .of('session-finalized');
    expect((final?.['flags'] as string[]).includes('parking-doubtful')).toBe(isDoubtful);
  });

  it.each<[string, number, number[], boolean]>([
    ['a message that may have said so is missing', 1_950, [0, 1, 3, 4], true],
    ['a message is missing, and little flowed', 1_850, [0, 1, 3, 4], true],
    ['a message is missing, and no more than a trickle flowed', 1_750, [0, 1, 3, 4], false],
    ['none is missing', 1_850, [0, 1, 2, 3], false],
  ])(
    'is in doubt between two words that it takes nothing (OCPP 2.x): %s',
    (_, wh, [first, second, third, last], isDoubtful) => {
      const word = (time: string, register: number, seqNo: number | undefined) =>
        updated(at(time), register, { trigger: 'ChargingStateChanged', chargingState: 'SuspendedEV', seqNo });
      const events = [
        started(at('08:00'), 1_000, { seqNo: first, chargingState: 'Charging' }),
        ...[word('08:20', 1_700, second), word('09:20', wh, third), ended(at('09:30'), wh, { seqNo: last })],
      ];
      const [final] = new Play(at('20:00'))
        .each(...events)
        .after(2_000)
        .of('session-finalized');
      expect((final?.['flags'] as string[]).includes('parking-doubtful')).toBe(isDoubtful);
    },
  );

  it.each<[string, number, boolean]>([
    ['by all that flowed meanwhile, which its connector does not deliver at once', 1_850, true],
    ['as much as before', 62, false],
    ['as fast as its connector delivers', 360, false],
  ])('is in doubt where a register that stood for long goes on %s', (_, jumpWh, isDoubtful) => {
    const minute = (n: number) =>
      at(`${String(8 + Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`);
    const wh = (n: number) => 1_000 + 62 * Math.min(n, 10) + (n > 40 ? jumpWh + 62 * (n - 41) : 0);
    const readings = Array.from({ length: 60 }, (_one, n) => updated(minute(n + 1), wh(n + 1)));
    const story = new Play(at('20:00')).each(started(at('08:00'), 1_000), ...readings, ended(minute(61), wh(61)));
    const [final] = story.after(2_000).of('session-finalized');
    expect((final?.['flags'] as string[]).includes('parking-doubtful')).toBe(isDoubtful);
    expect((final?.['periods'] as { kind: string }[]).map(({ kind }) => kind)).toContain('parking');
  });

  it('is never parking while it charges all the while, whenever its station says so, and whatever of its readings is lost', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const next = random(seed);
      const events: StationEvent[] = [start];
      let wh = 1_003;
      for (let minute = 3; minute < 300; minute += 3) {
        wh += 60 + Math.floor(next() * 900);
        if (next() < 0.3) events.push(updated(time(minute), wh, { digest: time(minute) }));
        if (next() < 0.03)
          events.push(occupied(time(minute + 1), { detail: 'Charging', messageId: `charging ${time(minute)}` }));
      }
      const told = periodsOf(...events, ended(time(300), wh + 100));
      expect({ seed, told }).toEqual({ seed, told: [expect.stringMatching(/^charging 08:00-13:00 /)] });
    }
  });

  it('loses no energy, and is never parking between two readings that rose, whatever word is lost', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const next = random(seed);
      const events: StationEvent[] = [start];
      const risen: [from: string, to: string][] = [];
      let [wh, isCharging] = [1_000, true];
      for (let minute = 10; minute <= 590; minute += 10) {
        const [before, now] = [time(minute - 10), time(minute)];
        if (isCharging) [wh] = [wh + 1_500, risen.push([before, now])];
        events.push(updated(now, wh, { digest: now }));
        if (next() > 0.2) continue;
        isCharging = !isCharging;
        if (next() < 0.5)
          events.push(occupied(now, { detail: isCharging ? 'Charging' : 'SuspendedEV', messageId: now }));
      }
      const [final] = new Play(at('20:00'))
        .each(...events, ended(time(600), wh))
        .after(2_000)
        .of('session-finalized');
      const periods = (final?.['periods'] ?? []) as Period[];
      const parked = periods.filter(({ kind }) => kind === 'parking');
      const wrong = risen.filter(([from, to]) => parked.some((one) => one.startedAt < to && one.endedAt > from));
      expect({ seed, wrong, wh: periods.reduce((sum, { energyWh }) => sum + energyWh, 0) }).toEqual({
        seed,
        wrong: [],
        wh: wh - 1_000,
      });
    }
  });
});

const time = (minute: number): string => new Date(Date.parse(at('08:00')) + minute * 60_000).toISOString();

describe('a car that gives energy back', () => {
  const RISE = 'Energy.Active.Export.Register';
  const unitOf = (measurand: string) => (measurand.startsWith('Power') ? 'W' : 'Wh');
  /** What flows for half an hour; then the register stands, and the car gives back what is said. */
  const events = (said: (step: number) => Partial<SampledValue>[], more: object = {}) => [
    start,
    updated(at('08:30'), 5_000),
    ...Array.from({ length: 18 }, (_, step) => {
      const time = new Date(Date.parse(at('08:35')) + step * 300_000).toISOString();
      const own = said(step).map((one) => {
        return { measurand: RISE, value: 0, unit: unitOf(one.measurand ?? RISE), ...one };
      });
      const read = { ...values(time, ...own), values: [...register(time, 5_000).values, ...own] };
      return updated(time, null, { samples: [read], digest: time, ...more });
    }),
    ended(at('10:05'), 5_000),
  ];
  const ALL = ['charging 08:00-10:05 4000'];
  const PARKED = ['charging 08:00-08:30 4000', 'parking 08:30-10:05 0'];

  it.each<[string, (step: number) => Partial<SampledValue>[]]>([
    ['the register of that', (step) => [{ value: 9_000 + step * 300 }]],
    ['its phases', (step) => ['L1', 'L2', 'L3'].map((phase) => ({ value: step * 100, phase }))],
    ['a coarse register', (step) => [{ value: Math.floor(step / 2) * 100 }]],
    ['the power', () => [{ measurand: 'Power.Active.Export', value: 4_000 }]],
    ['less than nothing that it takes', () => [{ measurand: 'Power.Active.Import', value: -4_000 }]],
    ['net energy', (step) => [{ measurand: 'Energy.Active.Net', value: 5_000 - step * 300 }]],
  ])('does not park, as is told by %s', (_, said) => {
    expect(periodsOf(...events(said))).toEqual(ALL);
  });

  it.each<[string, (step: number) => Partial<SampledValue>[]]>([
    ['its register', (step) => [{ value: step * 300 }]],
    ['its power', () => [{ measurand: 'Power.Active.Export', value: 4_000 }]],
  ])('does not park by the word of its station, as far as is told by %s', (_, said) => {
    expect(periodsOf(...events(said, SUSPENDED))).toEqual(['charging 08:00-10:00 4000', 'parking 10:00-10:05 0']);
  });

  it.each<[string, (step: number) => Partial<SampledValue>[]]>([
    ['a register that stands', () => [{ value: 9_000 }]],
    ['a trickle', (step) => [{ value: 9_000 + step }, { measurand: 'Power.Active.Export', value: 12 }]],
  ])('parks by %s', (_, said) => {
    expect(periodsOf(...events(said))).toEqual(PARKED);
  });
});

describe('a meter that hangs while a car takes little, and then tells all at once', () => {
  const minutes = (count: number) => Array.from({ length: count }, (_, index) => index * 10);
  const time = (minute: number) => new Date(Date.parse(at('08:00')) + minute * 60_000).toISOString();
  const flagsOf = (whAt: (minute: number) => number) => {
    const read = minutes(18)
      .slice(1)
      .map((minute) => updated(time(minute), 1_000 + Math.round(whAt(minute))));
    return new Play(at('20:00'))
      .each(start, charging('08:00'), ...read, ended(at('11:00'), 1_000 + Math.round(whAt(180))))
      .after(2_000)
      .session().flags;
  };

  it('is to review, since it seems to have parked meanwhile', () => {
    const hangs = (minute: number) => 61.7 * (minute > 60 && minute < 110 ? 60 : minute);
    expect(flagsOf(hangs)).toEqual(['parking-doubtful']);
  });

  it('is none where the car took nothing meanwhile', () => {
    const pauses = (minute: number) => 61.7 * (minute > 60 ? Math.max(60, minute - 40) : minute);
    expect(flagsOf(pauses)).toEqual([]);
  });
});
