import { describe, expect, it } from '@jest/globals';
import { DecimalInvalid } from '@chargemesh/money';
import { fromMinor, toMinor } from './minor-units.js';

describe("amounts in a provider's smallest units", () => {
  it.each([
    ['12.34', 2, 1_234],
    ['0.29', 2, 29],
    ['1200', 0, 1_200],
    ['1200', 2, 120_000],
    ['1.005', 3, 1_005],
    ['0.00', 2, 0],
  ])('%s with %i digits is %i, and back', (amount, digits, units) => {
    expect(toMinor(amount, digits)).toBe(units);
    expect(Number(fromMinor(units, digits))).toBe(Number(amount));
  });

  it('are never rounded', () => {
    expect(() => toMinor('12.345', 2)).toThrow(DecimalInvalid);
    expect(() => fromMinor(1.5, 2)).toThrow(DecimalInvalid);
  });
});
