import { describe, expect, it } from '@jest/globals';
import type { Tariff } from '@chargemesh/rating';
import { withVat } from './pin.js';
import type { TariffVersion } from '../tariffs/tariff.entity.js';

const version = (tariff: Tariff): TariffVersion => ({
  tariffId: 't',
  tariffVersion: 1,
  operatorId: 'o',
  name: 'T',
  currency: 'EUR',
  tariff,
  validFrom: new Date(0),
  publishedAt: new Date(0),
});
const of = (...vats: (number | undefined)[]): Tariff => ({
  currency: 'EUR',
  elements: [
    { price_components: vats.map((vat) => ({ type: 'ENERGY', price: 1, ...(vat === undefined ? {} : { vat }) })) },
  ],
});

describe('a tariff as a session is priced by it', () => {
  it('has the VAT of the place where a component has none', () => {
    expect(withVat(version(of(7, undefined, 0)), { vatPercent: '8.1', vatTreatment: null }).tariff).toEqual(
      of(7, 8.1, 0),
    );
  });

  it.each<[string, Tariff, string | null]>([
    ['every component has its own', of(7, 0), '19'],
    ['none is known there', of(undefined), null],
    ['there is no tax', { ...of(undefined), tax_included: 'N/A' }, '19'],
  ])('is as published where %s', (_what, tariff, vatPercent) => {
    expect(withVat(version(tariff), { vatPercent, vatTreatment: null }).tariff).toBe(tariff);
  });

  it('is one whose buyer owes the VAT where the sale is such', () => {
    const { tariff } = withVat(version(of(7)), { vatPercent: '19', vatTreatment: 'reverse-charge' });
    expect(tariff).toEqual({ ...of(7), chargemesh: { reverse_charge: true } });
  });
});
