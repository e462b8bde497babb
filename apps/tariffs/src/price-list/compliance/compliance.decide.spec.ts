import { describe, expect, it } from '@jest/globals';
import type { Tariff } from '@chargemesh/rating';
import { type Exposure, demandNoNew, notForAdHoc, shortfallsOf } from './compliance.decide.js';

function tariff(...types: Tariff['elements'][number]['price_components'][number]['type'][]): Tariff {
  return { currency: 'EUR', elements: [{ price_components: types.map((type) => ({ type, price: 6 })) }] };
}

const exposure = (more: Partial<Exposure> = {}): Exposure => ({
  assignmentId: 'a',
  tariffId: 't',
  tariffVersion: 1,
  currency: 'EUR',
  country: 'DEU',
  audience: 'everybody',
  isJustified: false,
  isPublic: true,
  locationIds: ['l1'],
  fastEvses: ['CS-1:1'],
  fastCount: 1,
  unshownEvses: [],
  unshownCount: 0,
  ...more,
});
const codes = (one: Exposure, of: Tariff, operatorCurrency = 'EUR') =>
  shortfallsOf([one], () => of, operatorCurrency).map(({ code }) => code);

describe('an ad hoc price of 50 kW and more', () => {
  it.each<[string, Tariff, string[]]>([
    ['energy', tariff('ENERGY'), []],
    ['energy and an occupancy fee', tariff('ENERGY', 'PARKING_TIME'), []],
    ['charging time', tariff('ENERGY', 'TIME'), ['elements[0].price_components[1]']],
    ['a session fee', tariff('FLAT', 'ENERGY'), ['elements[0].price_components[0]']],
    ['a minimum price', { ...tariff('ENERGY'), min_price: { before_taxes: 5 } }, ['min_price']],
    ['a maximum price', { ...tariff('ENERGY'), max_price: { before_taxes: 50 } }, []],
    [
      'a session fee of nothing',
      { currency: 'EUR', elements: [{ price_components: [{ type: 'FLAT', price: 0 }] }] },
      [],
    ],
  ])('with %s has what must not be: %j', (_what, of, paths) => {
    expect(notForAdHoc(of)).toEqual(paths);
  });

  it('is looked at in the EU, and where such EVSEs are', () => {
    const bad = tariff('ENERGY', 'FLAT');
    expect(codes(exposure(), bad)).toEqual(['afir-components']);
    expect(codes(exposure({ fastCount: 0, fastEvses: [] }), bad)).toEqual([]);
    expect(codes(exposure({ country: 'CHE', currency: 'CHF' }), bad)).toEqual([]);
  });
});

it('an ad hoc price that is seen nowhere is told in the EU, and refused nowhere', () => {
  const unshown = exposure({ unshownEvses: ['CS-1:1'], unshownCount: 1 });
  expect(codes(unshown, tariff('ENERGY'))).toEqual(['afir-price-not-shown']);
  expect(codes({ ...unshown, country: 'CHE', currency: 'CHF' }, tariff('ENERGY'))).toEqual([]);
  expect(() =>
    demandNoNew(
      [],
      shortfallsOf([unshown], () => tariff('ENERGY'), 'EUR'),
    ),
  ).not.toThrow();
});

describe('another price than everybody’s', () => {
  it('is told where it is not on record why, in the EU', () => {
    const fine = tariff('ENERGY');
    for (const audience of ['ad-hoc', 'partner', 'token-group', 'contract'] as const) {
      expect(codes(exposure({ audience }), fine)).toEqual(['afir-difference-unjustified']);
      expect(codes(exposure({ audience, isJustified: true }), fine)).toEqual([]);
      expect(codes(exposure({ audience, isPublic: false }), fine)).toEqual([]);
      expect(codes(exposure({ audience, country: 'CHE', currency: 'CHF' }), fine)).toEqual([]);
    }
  });

  it('is not refused for that, as the reason may be said later', () => {
    const unjustified = shortfallsOf([exposure({ audience: 'partner' })], () => tariff('ENERGY'), 'EUR');
    expect(unjustified).toHaveLength(1);
    expect(() => demandNoNew([], unjustified)).not.toThrow();
  });
});

describe('the currency of a tariff', () => {
  it.each([
    ['CHE', 'CHF', 'EUR', []],
    ['CHE', 'EUR', 'EUR', ['currency-not-of-location']],
    ['BGR', 'EUR', 'BGN', []],
    ['JPN', 'JPY', 'JPY', []],
    ['JPN', 'EUR', 'JPY', ['currency-not-of-location']],
  ])('in %s as %s, of an operator with %s, gives %j', (country, currency, operatorCurrency, expected) => {
    expect(codes(exposure({ country, currency }), tariff('ENERGY'), operatorCurrency)).toEqual(expected);
  });

  it('does not matter where something narrower is assigned everywhere', () => {
    expect(codes(exposure({ country: 'CHE', locationIds: [] }), tariff('ENERGY'))).toEqual([]);
  });
});

describe('a change', () => {
  const short = shortfallsOf([exposure()], () => tariff('FLAT'), 'EUR');

  it('is refused for what it is the first to bring about', () => {
    expect(() => demandNoNew([], short)).toThrow(
      expect.objectContaining({ code: 'afir-components', details: expect.objectContaining({ assignmentId: 'a' }) }),
    );
  });

  it('is not refused for what was so before', () => expect(() => demandNoNew(short, short)).not.toThrow());
});
