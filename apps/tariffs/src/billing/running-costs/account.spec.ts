import { describe, expect, it } from '@jest/globals';
import { type Period, type Tariff, type TariffRestrictions, compileTariff, rate } from '@chargemesh/rating';
import { random } from '@chargemesh/testing/random';
import { type Account, PERIODS_MAX, type Reading, compacted, goneOn, measured } from './account.js';

const START = Date.parse('2026-03-02T08:00:00.000Z');
const minute = (count: number): Date => new Date(START + count * 60_000);
const begun: Account = { startedAt: minute(0), measuredAt: minute(0), energyWh: 0, idle: false, load: {}, periods: [] };
const read = (...readings: Reading[]): Account => readings.reduce(measured, begun);
const reading = (at: number, energyWh: number, idleSince?: number): Reading => ({
  at: minute(at),
  energyWh,
  ...(idleSince === undefined ? {} : { idleSince: minute(idleSince) }),
});
const shown = (periods: readonly Period[]) =>
  periods.map(({ startedAt, endedAt, energyWh, kind }) => [
    (Date.parse(startedAt) - START) / 60_000,
    (Date.parse(endedAt) - START) / 60_000,
    energyWh,
    kind,
  ]);

describe('the account of a running session', () => {
  it('has a stretch from reading to reading', () => {
    const account = read(reading(10, 1_000), reading(20, 1_500));
    expect(shown(account.periods)).toEqual([
      [0, 10, 1_000, 'charging'],
      [10, 20, 500, 'charging'],
    ]);
    expect(account).toMatchObject({ measuredAt: minute(20), energyWh: 1_500, idle: false });
  });

  it('parks since the station says so, and until energy flows again', () => {
    const account = read(reading(10, 1_000), reading(20, 1_500, 15), reading(40, 1_500, 15), reading(50, 1_800));
    expect(shown(account.periods)).toEqual([
      [0, 10, 1_000, 'charging'],
      [10, 15, 500, 'charging'],
      [15, 20, 0, 'parking'],
      [20, 40, 0, 'parking'],
      [40, 50, 300, 'charging'],
    ]);
  });

  it('parks from long ago when that is only known now', () => {
    const account = read(reading(10, 1_000), reading(14, 1_000), reading(16, 1_000, 10));
    expect(shown(account.periods)).toEqual([
      [0, 10, 1_000, 'charging'],
      [10, 14, 0, 'parking'],
      [14, 16, 0, 'parking'],
    ]);
    const within = read(reading(10, 1_000), reading(16, 1_000, 8));
    expect(shown(within.periods)).toEqual([
      [0, 8, 1_000, 'charging'],
      [8, 10, 0, 'parking'],
      [10, 16, 0, 'parking'],
    ]);
  });

  it('gives energy of no time to the stretch before, and begins anew when the register went back', () => {
    expect(shown(read(reading(10, 1_000), reading(10, 1_100)).periods)).toEqual([[0, 10, 1_100, 'charging']]);
    expect(shown(read(reading(10, 1_000), reading(20, 1_500), reading(30, 900)).periods)).toEqual([
      [0, 30, 900, 'charging'],
    ]);
  });

  it('has the mean of what was measured at both ends of a stretch, and none while it parks', () => {
    const account = read(
      { ...reading(10, 1_000), load: { powerW: 6_000, currentA: 10 } },
      { ...reading(20, 2_000), load: { powerW: 11_001, currentA: 16 } },
      reading(30, 3_000),
      reading(40, 3_000, 30),
    );
    expect(account.periods.map(({ powerW, currentA }) => [powerW, currentA])).toEqual([
      [6_000, 10],
      [8_501, 13],
      [11_001, 16],
      [undefined, undefined],
    ]);
  });

  it('goes on as it did at last', () => {
    expect(shown(goneOn(read(reading(10, 1_000)), minute(12)))).toEqual([
      [0, 10, 1_000, 'charging'],
      [10, 12, 0, 'charging'],
    ]);
    expect(shown(goneOn(read(reading(10, 1_000, 5)), minute(12))).at(-1)).toEqual([10, 12, 0, 'parking']);
    expect(goneOn(read(reading(10, 1_000)), minute(10))).toHaveLength(1);
  });
});

function tariff(...elements: [restrictions: TariffRestrictions | undefined, ...prices: [string, number][]][]): Tariff {
  return {
    currency: 'EUR',
    tax_included: 'NO',
    elements: elements.map(([restrictions, ...prices]) => ({
      ...(restrictions ? { restrictions } : {}),
      price_components: prices.map(([type, price]) => ({ type: type as 'ENERGY', price, vat: 19, step_size: 1 })),
    })),
  };
}

const tariffs: [string, Tariff][] = [
  ['a price of energy', tariff([undefined, ['ENERGY', 0.4]])],
  ['prices of everything', tariff([undefined, ['ENERGY', 0.4], ['TIME', 1.3], ['PARKING_TIME', 6], ['FLAT', 0.35]])],
  [
    'prices of the day and the night',
    tariff(
      [{ start_time: '10:00', end_time: '13:30' }, ['ENERGY', 0.6], ['TIME', 2]],
      [undefined, ['ENERGY', 0.3], ['PARKING_TIME', 3]],
    ),
  ],
  [
    'steps of energy and duration',
    tariff(
      [{ max_kwh: 5 }, ['ENERGY', 0.3]],
      [{ min_kwh: 5, max_kwh: 20 }, ['ENERGY', 0.5]],
      [{ min_duration: 3_600 }, ['PARKING_TIME', 9], ['FLAT', 2]],
      [undefined, ['ENERGY', 0.7]],
    ),
  ],
  [
    'steps of power, with a gap between them',
    tariff(
      [{ max_power: 4 }, ['ENERGY', 0.3], ['TIME', 1]],
      [{ min_power: 11, max_power: 30 }, ['ENERGY', 0.6], ['TIME', 3]],
      [undefined, ['ENERGY', 0.45]],
    ),
  ],
  [
    'a grace and caps of the day and the session',
    {
      ...tariff([undefined, ['ENERGY', 0.4], ['TIME', 1.3], ['PARKING_TIME', 6]]),
      chargemesh: {
        idle_grace: 900,
        caps: [
          { type: 'PARKING_TIME', per: 'DAY', price: 2.5 },
          { type: 'TIME', per: 'SESSION', price: 3 },
        ],
      },
    },
  ],
  ['prices of a market', market()],
];

/** Dearer every quarter hour, for the first three hours. */
function market(): Tariff {
  const prices = Array.from({ length: 12 }, (_, quarter) => ({
    from: minute(quarter * 15).toISOString(),
    market: String(quarter / 10),
  }));
  const chargemesh = { spot: { series: 'market', prices } };
  return {
    currency: 'EUR',
    elements: [{ price_components: [{ type: 'ENERGY', price: 0.5, vat: 19, step_size: 1, chargemesh }] }],
  };
}

/** kW, one after another. */
const LEVELS = [3, 20, 0, 8, 45, 2, 0, 15];

/** Readings of some hours at random intervals, with breaks in which nothing flows. */
function readings(next: () => number): Reading[] {
  const result: Reading[] = [];
  let [at, energyWh] = [0, 0];
  for (let count = 0; count < 300; count++) {
    const minutes = 0.5 + Math.floor(next() * 4) / 2;
    const level = LEVELS[Math.floor(count / 40) % LEVELS.length] as number;
    at += minutes;
    energyWh += Math.round((level * 1_000 * minutes * (0.9 + 0.2 * next())) / 60);
    result.push(reading(at, energyWh, level > 0 ? undefined : at));
  }
  return result;
}

describe('an account in fewer stretches', () => {
  it.each(tariffs)('costs the same by %s, after any reading', (_, given) => {
    const compiled = compileTariff(given, { timeZone: 'Europe/Berlin' });
    const cost = ({ measuredAt, periods }: Account) => {
      const { exactInclTaxes } = rate(compiled, {
        startedAt: begun.startedAt.toISOString(),
        endedAt: measuredAt.toISOString(),
        periods,
      });
      return exactInclTaxes;
    };
    for (let seed = 1; seed <= 3; seed++) {
      let [whole, compact] = [begun, begun];
      const next = random(seed);
      for (const one of readings(next)) {
        whole = measured(whole, one);
        compact = compacted(compiled, measured(compact, one));
        if (next() < 0.1) expect([seed, one.at, cost(compact)]).toEqual([seed, one.at, cost(whole)]);
      }
      expect(compact.periods.length).toBeLessThan(whole.periods.length / 2);
      expect(compact.periods.length).toBeLessThanOrEqual(PERIODS_MAX);
    }
  });

  it('has a bound, whatever the prices do', () => {
    const changing = tariff([{ max_power: 5 }, ['ENERGY', 0.3]], [undefined, ['ENERGY', 0.6]]);
    const compiled = compileTariff(changing, { timeZone: 'UTC' });
    let account = begun;
    for (let count = 1; count <= 1_000; count++) {
      account = compacted(compiled, measured(account, reading(count, account.energyWh + (count % 2 ? 10 : 500))));
    }
    expect(account.periods.length).toBeLessThanOrEqual(PERIODS_MAX);
    expect(account.periods.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBe(account.energyWh);
    expect(account.periods.at(-1)?.endedAt).toBe(minute(1_000).toISOString());
  });
});
