import { describe, expect, it } from '@jest/globals';
import { Random, randomCase } from '../testing/random.js';
import {
  type LeastPrice,
  type PriceComponent,
  type Tariff,
  type TariffElement,
  type TariffRestrictions,
  compileTariff,
  leastEnergyPrices,
  rate,
} from './index.js';

const AT = new Date('2026-03-02T09:00:00Z');
const energy = (
  price: number,
  restrictions?: TariffRestrictions,
  more: Partial<PriceComponent> = {},
): TariffElement => ({
  price_components: [{ type: 'ENERGY', price, ...more }],
  ...(restrictions ? { restrictions } : {}),
});
const tariff = (elements: TariffElement[], more: Partial<Tariff> = {}): Tariff => ({
  currency: 'EUR',
  tax_included: 'N/A',
  elements,
  ...more,
});
const said = (of: Tariff) => leastEnergyPrices(of, AT).map(({ fromKwh, amount }) => `${amount} from ${fromKwh}`);
const day = { start_time: '06:00', end_time: '22:00' };
const night = { start_time: '22:00', end_time: '06:00' };
const spot = (more: object) => ({ chargemesh: { spot: { series: 'market', ...more } } });

describe('what energy costs at least', () => {
  it.each<[string, TariffElement[], string[]]>([
    ['by one price', [energy(0.59)], ['0.59 from 0']],
    ['by day and night', [energy(0.59, day), energy(0.39, night)], ['0.39 from 0']],
    ['by day alone', [energy(0.59, day)], ['0 from 0']],
    ['by night first', [energy(0.39, night), energy(0.59)], ['0.39 from 0']],
    ['with free kWh', [energy(0, { max_kwh: 10 }), energy(0.5)], ['0 from 0', '0.5 from 10']],
    ['with a price from some kWh on alone', [energy(0.5, { min_kwh: 10 })], ['0 from 0', '0.5 from 10']],
    ['with a price until some kWh alone', [energy(0.5, { max_kwh: 10 })], ['0.5 from 0', '0 from 10']],
    [
      'with free kWh at night',
      [energy(0, { ...night, min_kwh: 20, max_kwh: 30 }), energy(0.5)],
      ['0.5 from 0', '0 from 20', '0.5 from 30'],
    ],
    ['with a price that is never reached', [energy(0.59), energy(0.1)], ['0.59 from 0']],
    ['by power', [energy(0.59, { min_power: 50 }), energy(0.49)], ['0.49 from 0']],
    ['by a price that is past', [energy(0.1, { end_date: '2026-01-01' }), energy(0.5)], ['0.5 from 0']],
    ['by a market', [energy(0.5, undefined, spot({}))], ['0 from 0']],
    ['by a market that has a floor', [energy(0.5, undefined, spot({ floor: 0.2 }))], ['0.2 from 0']],
    ['without a price', [{ price_components: [{ type: 'TIME', price: 6 }] }], ['0 from 0']],
    [
      'whatever a reservation costs',
      [{ price_components: [{ type: 'TIME', price: 6 }], restrictions: { reservation: 'RESERVATION' } }, energy(0.5)],
      ['0.5 from 0'],
    ],
  ])('%s', (_, elements, expected) => {
    expect(said(tariff(elements))).toEqual(expected);
  });

  it('has the taxes in it', () => {
    expect(said(tariff([energy(0.5, undefined, { vat: 19 })], { tax_included: 'NO' }))).toEqual(['0.595 from 0']);
  });

  it.each<[string, Partial<Tariff>, string[]]>([
    ['is free from a maximum on', { max_price: { before_taxes: 40 } }, ['0.5 from 0', '0 from 80']],
    ['counts in what is free', { max_price: { before_taxes: 40, after_taxes: 44 } }, ['0.5 from 0', '0 from 80']],
    ['is as dear below a minimum', { min_price: { before_taxes: 5 } }, ['0.5 from 0']],
    [
      'is as dear where time is capped',
      { chargemesh: { caps: [{ type: 'TIME', per: 'SESSION', price: 5 }] } },
      ['0.5 from 0'],
    ],
  ])('%s', (_, more, expected) => {
    expect(said(tariff([energy(0.5)], more))).toEqual(expected);
  });

  it('is a short list, whose last price is no dearer than those left out', () => {
    const steps = Array.from({ length: 300 }, (_, kwh) => energy(1 + kwh / 1_000, { min_kwh: kwh, max_kwh: kwh + 1 }));
    const prices = leastEnergyPrices(tariff([...steps, energy(0.3)]), AT);
    expect(prices).toHaveLength(100);
    expect(prices.at(-1)).toEqual({ fromKwh: '99', amount: '0.3' });
  });

  it('is nothing where that would take too long to find out', () => {
    const wild = Array.from({ length: 1_000 }, (_, index) =>
      energy(1, { min_power: 1_000 - index, min_duration: (index * 7) % 1_000, min_current: (index * 13) % 1_000 }),
    );
    expect(said(tariff([...wild, energy(0.5)]))).toEqual(['0 from 0']);
  });

  it('is no more than any session costs', () => {
    const random = new Random(20_261_128);
    let priced = 0;
    for (let i = 0; i < 400; i++) {
      const { tariff: of, circumstances, session } = randomCase(random);
      const result = rate(compileTariff(of, circumstances), session);
      const prices = leastEnergyPrices(of, new Date(session.startedAt));
      const least = costOf(prices, session.periods.reduce((sum, { energyWh }) => sum + energyWh, 0) / 1_000);
      if (least > 0) priced++;
      if (least > Number(result.exactInclTaxes) + 1e-5)
        throw new Error(JSON.stringify({ of, session, prices, result }));
    }
    expect(priced).toBeGreaterThan(50);
  });
});

function costOf(prices: readonly LeastPrice[], kwh: number): number {
  return prices.reduce((sum, { fromKwh, amount }, index) => {
    const to = Math.min(kwh, Number(prices[index + 1]?.fromKwh ?? Infinity));
    return sum + Math.max(0, to - Number(fromKwh)) * Number(amount);
  }, 0);
}
