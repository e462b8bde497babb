import { expect, it } from '@jest/globals';
import { localeOf } from './locale.js';

it.each([
  ['AUT', undefined, 'de-AT'],
  ['AUT', 'de', 'de-AT'],
  ['AUT', 'fr', 'fr'],
  ['BEL', undefined, 'nl-BE'],
  ['POL', undefined, 'en'],
  [null, 'nl', 'nl'],
] as const)('prices in %s for who asked for %s are spelled as in %s', (country, wanted, locale) => {
  expect(localeOf(country, wanted)).toBe(locale);
});
