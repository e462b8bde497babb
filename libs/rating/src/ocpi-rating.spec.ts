import { describe, expect, it } from '@jest/globals';
import { type OcpiVersion, ocpiDifferences, rateOcpi } from './index.js';

const cdr = {
  start_date_time: '2026-03-02T10:00:00Z',
  end_date_time: '2026-03-02T11:00:00Z',
  charging_periods: [{ start_date_time: '2026-03-02T10:00:00Z', dimensions: [{ type: 'ENERGY', volume: 10 }] }],
};
const elements = [{ price_components: [{ type: 'ENERGY', price: 0.5, vat: 25, step_size: 1 }] }];

function totals(version: OcpiVersion, more: object) {
  const tariff = { currency: 'EUR', elements, ...more };
  const { totalBeforeTaxes, totalInclTaxes } = rateOcpi({ version, timeZone: 'Europe/Berlin', tariff, cdr });
  return [totalBeforeTaxes, totalInclTaxes];
}

describe('a tariff of OCPI', () => {
  it('2.3.0 may have its taxes included', () => {
    expect(totals('2.3.0', { tax_included: 'YES' })).toEqual(['4.00', '5.00']);
  });

  it('2.2.1 has prices without them, whatever a newer word says', () => {
    expect(totals('2.2.1', { tax_included: 'YES' })).toEqual(['5.00', '6.25']);
  });

  it('is bounded by the limits of its own version', () => {
    expect(totals('2.2.1', { max_price: { excl_vat: 3, incl_vat: 3.75 } })).toEqual(['3.00', '3.75']);
    expect(totals('2.3.0', { max_price: { before_taxes: 3, after_taxes: 3.75 } })).toEqual(['3.00', '3.75']);
    expect(() => totals('2.3.0', { max_price: { excl_vat: 3 } })).toThrow('max_price.before_taxes: is missing');
  });
});

describe('a CDR of OCPI', () => {
  const tariff = {
    currency: 'EUR',
    elements: [
      {
        price_components: [
          { type: 'ENERGY', price: 0.5, vat: 25 },
          { type: 'TIME', price: 1.2, vat: 25 },
        ],
      },
    ],
  };
  const period = (time: string, ...dimensions: [type: string, volume: number][]) => ({
    start_date_time: `2026-03-02T${time}Z`,
    dimensions: dimensions.map(([type, volume]) => ({ type, volume })),
  });
  const rated = (...charging_periods: object[]) => ratedCdr({ charging_periods });
  const ratedCdr = (more: object) =>
    rateOcpi({ version: '2.2.1', timeZone: 'Europe/Berlin', tariff, cdr: { ...cdr, ...more } });

  it.each<[string, object[]]>([
    ['a time that is longer than its period', [period('10:00:00', ['ENERGY', 10], ['TIME', 1.5])]],
    ['a time that is shorter', [period('10:00:00', ['ENERGY', 10], ['TIME', 0.5])]],
    ['times that are longer together', [period('10:00:00', ['ENERGY', 10], ['TIME', 0.8], ['PARKING_TIME', 0.8])]],
    ['energy that is told twice', [period('10:00:00', ['ENERGY', 10], ['ENERGY_IMPORT', 9])]],
    ['a time below zero', [period('10:00:00', ['ENERGY', 10], ['TIME', -1])]],
  ])('is noted for %s', (_, periods) => {
    expect(rated(...periods).notes).toEqual(['contradictory-volumes']);
  });

  it('is noted for a total that is not the sum of its periods', () => {
    const charging_periods = [period('10:00:00', ['ENERGY', 4]), period('10:30:00', ['ENERGY', 5.9999])];
    expect(ratedCdr({ charging_periods, total_energy: 10 }).notes).toEqual([]);
    expect(ratedCdr({ charging_periods, total_energy: 11 }).notes).toEqual(['contradictory-volumes']);
  });

  it.each<[string, object[]]>([
    [
      'hours that are rounded',
      [period('10:00:00', ['ENERGY', 10], ['TIME', 0.0833]), period('10:05:00', ['TIME', 0.9167])],
    ],
    ['parking that shares a period with charging', [period('10:00:00', ['ENERGY', 10], ['PARKING_TIME', 0.5])]],
    ['energy alone', [period('10:00:00', ['ENERGY', 10])]],
  ])('is not noted for %s', (_, periods) => {
    expect(rated(...periods).notes).not.toContain('contradictory-volumes');
  });

  it('is priced from the first period on, though that begins before the session', () => {
    const { totalBeforeTaxes, notes } = rated(period('09:30:00', ['ENERGY', 10], ['TIME', 1.5]));
    expect([totalBeforeTaxes, notes]).toEqual(['6.80', ['period-before-session']]);
  });

  it('is negative as a credit, in every amount', () => {
    const charging_periods = [period('10:00:00', ['ENERGY', 10], ['TIME', 1])];
    const [bill, credit] = [ratedCdr({ charging_periods }), ratedCdr({ charging_periods, credit: true })];
    expect(bill).toMatchObject({ totalBeforeTaxes: '6.20', totalInclTaxes: '7.75' });
    expect(credit).toMatchObject({
      totalBeforeTaxes: '-6.20',
      totalInclTaxes: '-7.75',
      taxes: [{ amount: '-1.55' }],
      totals: { energy: { amountBeforeTaxes: '-5', volume: '10' }, parking: { amountBeforeTaxes: '0' } },
      lines: [{ amountInclTaxes: '-6.25', price: '0.5' }, { amountInclTaxes: '-1.5' }],
    });
  });
});

describe('what a CDR of OCPI states', () => {
  const tariff = {
    currency: 'EUR',
    tax_included: 'NO',
    elements: [
      { price_components: ['FLAT', 'ENERGY', 'TIME', 'PARKING_TIME'].map((type) => ({ type, price: 1, vat: 20 })) },
    ],
  };
  const stated = {
    ...cdr,
    charging_periods: [
      {
        start_date_time: cdr.start_date_time,
        dimensions: [
          { type: 'ENERGY', volume: 3 },
          { type: 'TIME', volume: 0.5 },
        ],
      },
      { start_date_time: '2026-03-02T10:30:00Z', dimensions: [{ type: 'PARKING_TIME', volume: 0.5 }] },
    ],
    total_energy: 3,
    total_time: 1,
    total_parking_time: 0.5,
  };
  const prices = {
    total_cost: 5,
    total_fixed_cost: 1,
    total_energy_cost: 3,
    total_time_cost: 0.5,
    total_parking_cost: 0.5,
  };
  const spelled = {
    '2.2.1': (amount: number) => ({ excl_vat: amount, incl_vat: amount * 1.2 }),
    '2.3.0': (amount: number) => ({ before_taxes: amount, taxes: [{ name: 'VAT', amount: amount / 5 }] }),
  };
  const members = [...Object.keys(prices), 'total_energy', 'total_time', 'total_parking_time'];

  it.each(['2.2.1', '2.3.0'] as const)('is compared with what it is made of, each figure (%s)', (version) => {
    const costs = Object.entries(prices).map(([name, amount]) => [name, spelled[version](amount)]);
    const right: Record<string, unknown> = { ...stated, ...Object.fromEntries(costs) };
    expect(ocpiDifferences(version, 'UTC', tariff, right)).toEqual([]);
    for (const name of members) {
      const wrong = typeof right[name] === 'number' ? right[name] + 0.01 : spelled[version](9);
      const [difference] = ocpiDifferences(version, 'UTC', tariff, { ...right, [name]: wrong });
      expect(difference?.path.split(' ')[0]).toBe(name);
    }
  });
});
