import { describe, expect, it } from '@jest/globals';
import { MAX_SPOT_PRICES } from './extension-check.js';
import { marketSeriesOf, quarterHoursOfDay, quartersUsed, tariffProblems, withMarketPrices } from './index.js';
import type { Period, Tariff } from './index.js';

const at = (time: string) => `2026-01-07T${time}:00Z`;
const ms = (time: string) => Date.parse(at(time));
const period = (from: string, to: string, energyWh: number): Period => ({
  startedAt: at(from),
  endedAt: at(to),
  energyWh,
  kind: 'charging',
});
const spot = (series: string) => ({
  price_components: [{ type: 'ENERGY' as const, price: 0.4, chargemesh: { spot: { series } } }],
});
const tariff: Tariff = { currency: 'EUR', elements: [spot('night'), spot('day'), spot('day')] };

describe('the quarter hours of a session', () => {
  it('are those in which energy flowed, each once and in order', () => {
    const periods = [period('11:10', '11:16', 5), period('10:05', '10:30', 5), period('10:30', '11:10', 0)];
    expect(quartersUsed(periods)).toEqual(['10:00', '10:15', '11:00', '11:15'].map(ms));
  });

  it('have the one of energy that took no time', () => {
    expect(quartersUsed([period('10:05', '10:05', 5)])).toEqual([ms('10:00')]);
  });

  it('are no more than a tariff can carry', () => {
    const year: Period = { ...period('00:00', '00:00', 5), endedAt: '2027-01-01T00:00:00Z' };
    expect(quartersUsed([year])).toHaveLength(MAX_SPOT_PRICES);
    const markets = withMarketPrices(tariff, quartersUsed([year]), () => '0.1');
    expect(tariffProblems(markets)).toEqual([]);
  });
});

describe('a tariff of a market', () => {
  it('names its series', () => {
    expect(marketSeriesOf(tariff)).toEqual(['night', 'day']);
  });

  it('gets the prices that are known', () => {
    const known = (series: string, startMs: number) =>
      series === 'day' && startMs === ms('10:15') ? '-0.05' : undefined;
    const [night, day] = withMarketPrices(tariff, [ms('10:00'), ms('10:15')], known).elements;
    expect(night?.price_components[0]?.chargemesh?.spot?.prices).toEqual([]);
    expect(day?.price_components[0]?.chargemesh?.spot?.prices).toEqual([
      { from: '2026-01-07T10:15:00.000Z', market: '-0.05' },
    ]);
  });
});

describe('a day', () => {
  it.each([
    ['2026-01-07', 'Europe/Berlin', '2026-01-06T23:00:00Z', 96],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z', 92],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z', 100],
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00Z', 92],
  ])('%s in %s begins at %s and has %d quarter hours', (date, zone, from, count) => {
    expect(quarterHoursOfDay(date, zone)).toEqual({ startMs: Date.parse(from), count });
  });
});
