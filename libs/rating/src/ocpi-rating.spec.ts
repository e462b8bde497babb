import { describe, expect, it } from '@jest/globals';
import { type OcpiVersion, rateOcpi } from './index.js';

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
