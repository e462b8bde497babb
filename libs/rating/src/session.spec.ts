import { describe, expect, it } from '@jest/globals';
import { type Period, type Session, SessionInvalid, compileTariff, cutSession, rate } from './index.js';

const tariff = compileTariff(
  { currency: 'EUR', elements: [{ price_components: [{ type: 'ENERGY', price: 0.5, step_size: 0 }] }] },
  { timeZone: 'UTC' },
);
const period = (from: string, to: string, change: Partial<Period> = {}): Period => ({
  startedAt: `2026-01-07T${from}:00Z`,
  endedAt: `2026-01-07T${to}:00Z`,
  energyWh: 1000,
  kind: 'charging',
  ...change,
});
const session = (...periods: Period[]): Session => ({
  startedAt: '2026-01-07T10:00:00Z',
  endedAt: '2026-01-07T12:00:00Z',
  periods,
});

function problemOf(bad: Session): string {
  try {
    rate(tariff, bad);
    return 'none';
  } catch (error) {
    if (error instanceof SessionInvalid) return error.code;
    throw error;
  }
}

describe('a session that contradicts itself is refused', () => {
  it.each<[string, Session, string]>([
    ['no date', session(period('10:00', '11:00', { startedAt: 'soon' })), 'bad-instant'],
    ['30 February', session(period('10:00', '11:00', { startedAt: '2026-02-30T10:00:00Z' })), 'bad-instant'],
    ['a period backwards', session(period('11:00', '10:00')), 'ends-before-start'],
    ['a session backwards', { ...session(), endedAt: '2026-01-07T09:00:00Z' }, 'ends-before-start'],
    ['two years', { ...session(), endedAt: '2028-01-07T09:00:00Z' }, 'too-long'],
    ['negative energy', session(period('10:00', '11:00', { energyWh: -1 })), 'bad-energy'],
    ['energy that is no number', session(period('10:00', '11:00', { energyWh: NaN })), 'bad-energy'],
    ['two gigawatt-hours', session(period('10:00', '11:00', { energyWh: 2e9 })), 'bad-energy'],
    ['overlap', session(period('10:00', '11:00'), period('10:59', '11:30')), 'overlap'],
    ['before the start', session(period('09:59', '11:00')), 'outside-session'],
    ['after the end', session(period('11:00', '12:01')), 'outside-session'],
    [
      'a reservation of what is in use',
      session(period('10:00', '11:00'), period('11:00', '12:00', { kind: 'reservation', energyWh: 0 })),
      'reservation-after-use',
    ],
    ['too many periods', session(...Array<Period>(100_001).fill(period('10:00', '10:00'))), 'too-many-periods'],
  ])('%s', (_, bad, code) => {
    expect(problemOf(bad)).toBe(code);
  });
});

it('a session is refused in which the price may change without end', () => {
  const minutes = Array.from({ length: 31 }, (_, index) => index * 46);
  const clockOf = (minute: number) => new Date(minute * 60_000).toISOString().slice(11, 16);
  const elements = minutes.map((minute) => ({
    price_components: [{ type: 'TIME', price: 1 }],
    restrictions: { start_time: clockOf(minute), end_time: clockOf(minute + 23) },
  }));
  const restless = compileTariff({ currency: 'EUR', elements }, { timeZone: 'UTC' });
  const [startedAt, endedAt] = ['2026-01-01T00:00:00Z', '2026-12-31T00:00:00Z'];
  const long = { startedAt, endedAt, periods: [{ startedAt, endedAt, energyWh: 1, kind: 'charging' as const }] };
  expect(() => rate(restless, long)).toThrow(expect.objectContaining({ code: 'too-many-changes' }));
});

it('a car that stops and goes on all day makes no bill of thousands of lines, and costs what it costs', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 7, 0, minute)).toISOString();
  const periods = Array.from({ length: 1_200 }, (_, minute): Period => {
    const kind = minute % 2 === 0 ? 'charging' : 'parking';
    return { startedAt: at(minute), endedAt: at(minute + 1), energyWh: kind === 'charging' ? 100 : 0, kind };
  });
  const prices = ['ENERGY', 'TIME', 'PARKING_TIME'].map((type) => ({ type, price: 6, vat: 20, step_size: 900 }));
  const compiled = compileTariff({ currency: 'EUR', elements: [{ price_components: prices }] }, { timeZone: 'UTC' });
  const { lines, totalBeforeTaxes } = rate(compiled, { startedAt: at(0), endedAt: at(1_200), periods });
  expect(lines.map(({ component, volume, billedVolume }) => [component, volume, billedVolume])).toEqual([
    ['ENERGY', '60', '60.3'],
    ['TIME', '10', '10'],
    ['PARKING_TIME', '10', '10'],
  ]);
  expect(totalBeforeTaxes).toBe('481.80');
});

describe('a session is read as it is sent', () => {
  it('with offsets and fractions of seconds', () => {
    const [slice] = cutSession(
      tariff,
      session(period('10:00', '11:00', { startedAt: '2026-01-07T12:00:00.250+02:00', endedAt: '2026-01-07T11:00:00' })),
    );
    expect([slice?.startMs, slice?.endMs]).toEqual([Date.UTC(2026, 0, 7, 10, 0, 0, 250), Date.UTC(2026, 0, 7, 11)]);
  });

  it('with energy that came in no time', () => {
    expect(rate(tariff, session(period('11:00', '11:00'))).totalBeforeTaxes).toBe('0.50');
  });

  it('as one line per unbroken stretch, which says its first and last period', () => {
    const touching = [period('10:00', '10:30'), period('10:30', '11:00')];
    const { lines } = rate(tariff, session(...touching, period('11:30', '12:00')));
    expect(lines.map(({ periodIndex, lastPeriodIndex, endedAt }) => [periodIndex, lastPeriodIndex, endedAt])).toEqual([
      [0, 1, '2026-01-07T11:00:00Z'],
      [2, 2, '2026-01-07T12:00:00Z'],
    ]);
  });

  it('without any period', () => {
    expect(rate(tariff, session())).toMatchObject({ totalBeforeTaxes: '0.00', lines: [] });
  });

  it('to a hundredth of a watt-hour', () => {
    const result = rate(
      tariff,
      session(period('10:00', '11:00', { energyWh: 0.01 }), period('11:00', '12:00', { energyWh: 0.02 })),
    );
    expect([result.totals.energy.volume, result.exactBeforeTaxes]).toEqual(['0.00003', '0.000015']);
  });
});
