import { expect, it } from '@jest/globals';
import { isVatNumberFrom } from './vat-number.js';

it.each<readonly [string, string, boolean]>([
  ['NL123456789B01', 'NLD', true],
  ['NL123456789B01', 'DEU', false],
  ['EL123456789', 'GRC', true],
  ['GR123456789', 'GRC', false],
  ['XI123456789', 'GBR', true],
  ['GB123456789', 'GBR', true],
  ['XI123456789', 'IRL', false],
  ['NO123456789MVA', 'NOR', true],
  ['DE123456789', 'NOR', false],
  ...['MCO', 'GLP', 'GUF', 'MTQ', 'MYT', 'REU'].map((of) => ['FR12345678901', of, true] as const),
  ['FI12345678', 'ALA', true],
  ['SE123456789001', 'ALA', false],
  ['GB123456789', 'IMN', true],
  ['XI123456789', 'IMN', false],
  ['CHE123456789', 'CHE', true],
])('%s of a party in %s is taken or not: %s', (vatNumber, country, isTaken) => {
  expect(isVatNumberFrom(vatNumber, country)).toBe(isTaken);
});
