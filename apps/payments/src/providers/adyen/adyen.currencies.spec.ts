import { describe, expect, it } from '@jest/globals';
import { CurrencyUnknown } from '@chargemesh/money';
import { fromMinor, toMinor } from '../minor-units.js';
import { adyenDigits } from './adyen.currencies.js';

describe('amounts at Adyen', () => {
  it.each([
    ['EUR', '12.34', 1_234],
    ['JPY', '1200', 1_200],
    ['CLP', '1200', 120_000],
    ['KWD', '1.234', 1_234],
    ['ISK', '1200', 120_000],
    ['UGX', '1200', 1_200],
    ['CVE', '1200', 1_200],
  ])('in %s: %s is %i', (currency, amount, units) => {
    expect(toMinor(amount, adyenDigits(currency))).toBe(units);
    expect(Number(fromMinor(units, adyenDigits(currency)))).toBe(Number(amount));
  });

  it.each(['XAU', 'XXX', 'eur', 'toString'])('in %s are refused', (currency) => {
    expect(() => adyenDigits(currency)).toThrow(CurrencyUnknown);
  });
});
