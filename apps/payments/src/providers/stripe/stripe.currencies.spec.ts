import { describe, expect, it } from '@jest/globals';
import { CurrencyUnknown } from '@chargemesh/money';
import { fromMinor, toMinor } from '../minor-units.js';
import { stripeDigits, stripeStep } from './stripe.currencies.js';

describe('amounts at Stripe', () => {
  it.each([
    ['EUR', '12.34', 1_234],
    ['JPY', '1200', 1_200],
    ['CLP', '1200', 1_200],
    ['KWD', '1.230', 1_230],
    ['ISK', '1200', 120_000],
    ['UGX', '1200', 120_000],
  ])('in %s: %s is %i', (currency, amount, units) => {
    expect(toMinor(amount, stripeDigits(currency))).toBe(units);
    expect(Number(fromMinor(units, stripeDigits(currency)))).toBe(Number(amount));
  });

  it('of thousandths end in 0', () => {
    expect([stripeStep('KWD'), stripeStep('EUR'), stripeStep('JPY')]).toEqual([10, 1, 1]);
  });

  it.each(['XAU', 'XXX', 'eur', 'toString'])('in %s are refused', (currency) => {
    expect(() => stripeDigits(currency)).toThrow(CurrencyUnknown);
  });
});
