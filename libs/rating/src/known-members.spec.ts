import { expect, it } from '@jest/globals';
import { ownTariffProblems, tariffProblems } from './index.js';

const component = { type: 'ENERGY', price: 0.5, step_size: 1 };
const tariff = (more: object = {}, inElement: object = {}, inComponent: object = {}) => ({
  currency: 'EUR',
  elements: [{ price_components: [{ ...component, ...inComponent }], ...inElement }],
  ...more,
});

it.each<[string, object, string, string]>([
  ['a limit', tariff({ max_prize: { before_taxes: 3 } }), 'max_prize', 'max_price'],
  ['a limit inside', tariff({ max_price: { before_taxes: 3, aftertaxes: 4 } }), 'max_price.aftertaxes', 'after_taxes'],
  ['a date', tariff({ end_datetime: '2027-01-01T00:00:00Z' }), 'end_datetime', 'end_date_time'],
  ['camel case', tariff({ taxIncluded: 'YES' }), 'taxIncluded', 'tax_included'],
  [
    'a restriction',
    tariff({}, { restrictions: { star_time: '08:00' } }),
    'elements[0].restrictions.star_time',
    'start_time',
  ],
  ['the restrictions', tariff({}, { restriction: {} }), 'elements[0].restriction', 'restrictions'],
  ['a step', tariff({}, {}, { stepsize: 60 }), 'elements[0].price_components[0].stepsize', 'step_size'],
  ['an extension', tariff({ chargemesh: { idle_graces: 60 } }), 'chargemesh.idle_graces', 'idle_grace'],
  [
    'a cap',
    tariff({ chargemesh: { caps: [{ type: 'TIME', per: 'DAY', prize: 3, price: 3 }] } }),
    'chargemesh.caps[0].prize',
    'price',
  ],
])('a misspelt member of our own tariff is refused with the nearest word: %s', (_, given, path, word) => {
  expect(ownTariffProblems(given)).toEqual([
    { code: 'unknown-member', path, message: `is not known; the nearest is ${word}` },
  ]);
});

it("members that OCPI knows are none, and a partner's tariff may have any", () => {
  const ocpi = {
    type: 'REGULAR',
    tariff_alt_text: [],
    tariff_alt_url: 'https://x.example',
    energy_mix: {},
    party_id: 'ABC',
  };
  expect(ownTariffProblems(tariff(ocpi))).toEqual([]);
  expect(tariffProblems(tariff({ anything: 1 }, { anything: 1 }, { anything: 1 }))).toEqual([]);
});
