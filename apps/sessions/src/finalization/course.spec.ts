import { describe, expect, it } from '@jest/globals';
import type { SampledValue } from '@chargemesh/contracts';
import { at, ended, occupied, started, updated, values } from '../testing/facts.js';
import { Play } from '../testing/play.js';

const REGISTER = 'Energy.Active.Import.Register';
/** What is charged until ten o'clock, by a car that takes nothing after that. */
const chargedWh = (minute: number): number => 180 * Math.min(minute, 120);
const powerW = (minute: number): number => (minute <= 120 ? 10_800 : 0);
const phases = (value: number, measurand: string): SampledValue[] =>
  ['L1', 'L2', 'L3'].map((phase) => ({ measurand, phase, value: value / 3 }));

const WAYS: [string, (minute: number) => SampledValue[]][] = [
  ['phases', (minute) => phases(30_000 + chargedWh(minute), REGISTER)],
  ['one phase of three', (minute) => phases(30_000 + chargedWh(minute), REGISTER).slice(0, 1)],
  ['another place', (minute) => [{ measurand: REGISTER, location: 'Inlet', value: 900_000 + chargedWh(minute) }]],
  ['net energy', (minute) => [{ measurand: 'Energy.Active.Net', value: 30_000 + chargedWh(minute) }]],
  [
    'intervals',
    (minute) => [{ measurand: 'Energy.Active.Import.Interval', value: chargedWh(minute) - chargedWh(minute - 15) }],
  ],
  ['power', (minute) => [{ measurand: 'Power.Active.Import', unit: 'W', value: powerW(minute) }]],
  ['power of phases', (minute) => phases(powerW(minute), 'Power.Active.Import')],
  ['current', (minute) => phases(minute <= 120 ? 48 : 0, 'Current.Import')],
];

const time = (minute: number): string => new Date(Date.parse(at('08:00')) + minute * 60_000).toISOString();

describe('a session whose register is known at begin and end only', () => {
  const told = (way: (minute: number) => SampledValue[], ...words: Parameters<Play['each']>) => {
    const minutes = Array.from({ length: 23 }, (_, index) => 15 * (index + 1));
    const read = minutes.map((minute) =>
      updated(time(minute), null, { samples: [values(time(minute), ...way(minute))], digest: `${minute}` }),
    );
    const [final] = new Play(at('20:00'))
      .each(started(at('08:00'), 30_000), ...words, ...read, ended(at('14:00'), 51_600))
      .after(2_000)
      .of('session-finalized');
    return final as {
      energyWh: number;
      flags: string[];
      periods: { kind: string; startedAt: string; endedAt: string; energyWh: number }[];
    };
  };

  it.each(WAYS)('has its energy, and its parking, in the time that is told by %s', (_, way) => {
    const { energyWh, periods } = told(way);
    const charged = periods
      .filter(({ startedAt }) => startedAt < at('10:00'))
      .reduce((sum, one) => sum + one.energyWh, 0);
    const parkedMs = periods
      .filter(({ kind }) => kind === 'parking')
      .reduce((ms, { startedAt, endedAt }) => ms + Date.parse(endedAt) - Date.parse(startedAt), 0);
    expect(energyWh).toBe(21_600);
    expect(charged).toBeGreaterThan(20_000);
    expect(parkedMs / 60_000).toBeGreaterThan(220);
    expect(parkedMs / 60_000).toBeLessThanOrEqual(240);
  });

  it('makes no parking of registers in kWh that are said to be Wh', () => {
    const rising = (minute: number) => [{ measurand: REGISTER, value: (30_000 + 60 * minute) / 1_000 }];
    const { energyWh, periods } = told(rising);
    expect([energyWh, periods.map(({ kind }) => kind)]).toEqual([21_600, ['charging']]);
  });

  it('has it evenly where nothing tells, and by the word of its station', () => {
    const nothing = () => [{ measurand: 'Voltage', value: 230 }];
    expect(told(nothing).periods.map(({ kind }) => kind)).toEqual(['charging']);
    const suspended = occupied(at('10:00'), { detail: 'SuspendedEV' });
    expect(told(nothing, suspended).periods.map(({ kind }) => kind)).toEqual(['charging', 'parking']);
  });

  it.each(WAYS.filter(([, way]) => /Power|Current/.test(way(0)[0]?.measurand ?? '')))(
    'parks from the word of its station on, between two measurements of %s',
    (_, way) => {
      const words = [
        occupied(at('08:00:10'), { detail: 'Charging', messageId: 'charging' }),
        occupied(at('10:01'), { detail: 'SuspendedEV', messageId: 'suspended' }),
      ];
      const { periods, flags } = told(way, ...words);
      const parked = periods.filter(({ kind }) => kind === 'parking');
      expect([parked[0]?.startedAt, parked.at(-1)?.endedAt, flags]).toEqual([at('10:01'), at('14:00'), []]);
      expect(parked.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBeLessThan(100);
    },
  );

  it.each<[string, (minute: number) => boolean]>([
    ['all the while', () => true],
    ['in the first hour only', (minute) => minute <= 60],
    ['after the first hour only', (minute) => minute > 60],
  ])('takes intervals by the clock, beside others that are told %s, for a series of their own', (_, isTold) => {
    const measurand = 'Energy.Active.Import.Interval';
    const told = Array.from({ length: 23 }, (_minute, index) => 15 * (index + 1)).flatMap((minute) => {
      const flowedIn = (from: number, to: number): number => chargedWh(Math.max(0, to)) - chargedWh(Math.max(0, from));
      const clock = { measurand, context: 'Sample.Clock', value: flowedIn(minute - 65, minute - 5) };
      const periodic = { measurand, context: 'Sample.Periodic', value: flowedIn(minute - 15, minute) };
      return [
        ...(minute % 60 === 0 ? [{ minute: minute - 5, value: clock }] : []),
        ...(isTold(minute) ? [{ minute, value: periodic }] : []),
      ];
    });
    const read = told.map(({ minute, value }, index) =>
      updated(time(minute), null, { samples: [values(time(minute), value)], digest: `${index}` }),
    );
    const [final] = new Play(at('20:00'))
      .each(started(at('08:00'), 30_000), ...read, ended(at('14:00'), 51_600))
      .after(2_000)
      .of('session-finalized');
    const periods = final?.['periods'] as { startedAt: string; energyWh: number }[];
    const chargedBy = (until: string): number =>
      periods.filter(({ startedAt }) => startedAt < until).reduce((sum, { energyWh }) => sum + energyWh, 0);
    const ofHour = isTold(45) && isTold(75) ? ['08:45', 8_100] : ['08:55', 9_900];
    expect(Math.abs(chargedBy(at(`${ofHour[0]}`)) - Number(ofHour[1]))).toBeLessThan(300);
  });

  it('never parks where a coarse register stands between two of its steps', () => {
    const wh = (minute: number): number => 30_000 + Math.floor((1_200 * minute) / 60);
    const coarse = (minute: number) => phases(Math.floor(wh(minute) / 1_000) * 3_000, REGISTER).slice(0, 1);
    const read = Array.from({ length: 59 }, (_, index) => 6 * (index + 1)).map((minute) =>
      updated(time(minute), null, { samples: [values(time(minute), ...coarse(minute))], digest: `${minute}` }),
    );
    const [final] = new Play(at('20:00'))
      .each(started(at('08:00'), wh(0) + 7), ...read, ended(at('14:00'), wh(360) + 7))
      .after(2_000)
      .of('session-finalized');
    expect((final?.['periods'] as { kind: string }[]).filter(({ kind }) => kind === 'parking')).toEqual([]);
  });
});
