import { describe, expect, it } from '@jest/globals';
import { isCountry } from '@chargemesh/contracts';
import { type Sale, type VatParty, treatmentOf } from './treatment.decide.js';
import { BETWEEN_DEALERS, VAT_RULES } from './treatment.rules.js';

const party = (establishedIn: string, more: Partial<VatParty> = {}): VatParty => ({
  ...{ establishedIn, vatNumber: 'X123', isDealer: true },
  ...more,
});
const sale = (more: Partial<Sale>): Sale => ({
  ...{ kind: 'roaming', country: 'DEU', hasOwnRate: false, seller: party('DEU'), buyer: party('NLD') },
  ...more,
});

describe('the VAT of a sale', () => {
  it.each([
    ['without a contract', sale({ kind: 'ad-hoc' }), 'DEU'],
    ['to a customer of its own', sale({ kind: 'own-customer' }), 'DEU'],
    ['where a foreign operator sells to a driver', sale({ kind: 'ad-hoc', seller: party('AUT') }), 'DEU'],
    ['to a partner that is no dealer', sale({ buyer: party('NLD', { isDealer: false }) }), 'DEU'],
    [
      'of one that is no dealer to one at home',
      sale({ seller: party('DEU', { isDealer: false }), buyer: party('DEU') }),
      'DEU',
    ],
    [
      'outside the EU, at a rate that the operator has set',
      sale({ kind: 'ad-hoc', country: 'CHE', hasOwnRate: true }),
      'CHE',
    ],
  ])('%s is owed by the seller', (_, of, country) => {
    expect(treatmentOf(of)).toMatchObject({ treatment: 'domestic', country });
  });

  it.each([
    ['to a dealer from another member state', sale({}), 'NLD'],
    ['of a seller from outside the EU to a dealer in it', sale({ seller: party('CHE') }), 'NLD'],
    ['among dealers in Germany, wherever the point is', sale({ country: 'AUT', buyer: party('DEU') }), 'DEU'],
  ])('%s is owed by the buyer', (_, of, country) => {
    expect(treatmentOf(of)).toMatchObject({ treatment: 'reverse-charge', country });
  });

  it.each([
    ['country-not-looked-up', sale({ country: 'GBR' })],
    ['country-not-looked-up', sale({ kind: 'own-customer', country: 'CHE' })],
    ['seller-unknown', sale({ seller: undefined })],
    ['buyer-unknown', sale({ buyer: undefined })],
    ['seller-established-elsewhere', sale({ seller: party('AUT'), buyer: party('NLD', { isDealer: false }) })],
    ['buyer-outside-eu', sale({ buyer: party('CHE') })],
    ['vat-number-missing', sale({ buyer: party('NLD', { vatNumber: null }) })],
    ['dealers-not-looked-up', sale({ seller: party('FRA'), buyer: party('FRA') })],
  ])('is not decided: %s', (reason, of) => {
    expect(treatmentOf(of)).toEqual({ treatment: 'not-decided', reason });
  });
});

it.each(Object.entries(VAT_RULES))('%s has a source and a day', (_, { source, lookedUp }) => {
  expect(source.length).toBeGreaterThan(20);
  expect(lookedUp).toMatch(/^20\d\d-\d\d-\d\d$/);
});

it.each(Object.keys(BETWEEN_DEALERS))('%s is a country', (country) => expect(isCountry(country)).toBe(true));
