import { describe, expect, it } from '@jest/globals';
import {
  CurrencyUnknown,
  DecimalInvalid,
  add,
  compare,
  converter,
  divideRounded,
  formatAmount,
  formatDecimal,
  formatScaled,
  fromMinorUnits,
  isCurrency,
  lcm,
  minorDigits,
  multiply,
  parseDecimal,
  round,
  roundToMinor,
  scaled,
  subtract,
  sum,
  toMinorUnits,
} from './index.js';

const text = (value: string | number) => formatDecimal(parseDecimal(value));

describe('decimals', () => {
  it('reads numbers by their shortest spelling, also the small ones', () => {
    expect([text(0.1), text(1e-7), text(-0), text(12.5), text(123456789012)]).toEqual([
      '0.1',
      '0.0000001',
      '0',
      '12.5',
      '123456789012',
    ]);
  });

  it.each(['', ' 1', '1e3', '+1', '.5', '1.', '0x10', 'NaN', '1,5', '1'.repeat(19), `0.${'1'.repeat(19)}`, '١'])(
    'refuses %p',
    (value) => {
      expect(() => parseDecimal(value)).toThrow(DecimalInvalid);
    },
  );

  it.each([NaN, Infinity, -Infinity, 1e19, 1e-19])('refuses the number %p', (value) => {
    expect(() => parseDecimal(value)).toThrow(DecimalInvalid);
  });

  it('keeps sums and products of the largest amounts exact', () => {
    const large = parseDecimal('999999999999999999.999999999999999999');
    const small = parseDecimal('0.000000000000000001');
    expect(formatDecimal(add(large, small))).toBe('1000000000000000000');
    expect(formatDecimal(multiply(large, large))).toBe(
      '999999999999999999999999999999999998.000000000000000000000000000000000001',
    );
    expect(formatDecimal(subtract(small, small))).toBe('0');
    expect(formatDecimal(sum([0.1, 0.2, 0.3].map((value) => parseDecimal(value))))).toBe('0.6');
    expect(Math.sign(compare(large, small))).toBe(1);
  });

  it('rounds half away from zero', () => {
    const rounded = ['0.125', '-0.125', '0.1249', '2.675'].map((value) => formatDecimal(round(parseDecimal(value), 2)));
    expect(rounded).toEqual(['0.13', '-0.13', '0.12', '2.68']);
  });

  it('scales to whole numbers only where nothing is lost', () => {
    expect(scaled(parseDecimal('-1.25'), 3)).toBe(-1250n);
    expect(() => scaled(parseDecimal('1.255'), 2)).toThrow(DecimalInvalid);
  });
});

describe('currencies', () => {
  it('knows the minor digits of ISO 4217', () => {
    expect(['EUR', 'JPY', 'KWD', 'CLF', 'HUF'].map(minorDigits)).toEqual([2, 0, 3, 4, 2]);
  });

  it('agrees with the digits that Intl knows, where ISO and CLDR do not differ', () => {
    const cldrDiffers = new Set(
      'AFN ALL IRR KPW LAK LBP MGA MMK PKR RSD SOS SYP YER COP HUF IDR IQD UYW TWD'.split(' '),
    );
    const codes = Intl.supportedValuesOf('currency').filter((code) => isCurrency(code) && !cldrDiffers.has(code));
    const intl = (currency: string) =>
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
    expect(codes.length).toBeGreaterThan(120);
    expect(codes.filter((code) => intl(code) !== minorDigits(code))).toEqual([]);
  });

  it('refuses a code that is no currency', () => {
    expect(() => minorDigits('XXX')).toThrow(CurrencyUnknown);
    expect(() => minorDigits('toString')).toThrow(CurrencyUnknown);
  });

  it('rounds, counts and prints in the minor unit', () => {
    const amount = parseDecimal('12.345');
    expect(['EUR', 'JPY', 'KWD'].map((code) => formatAmount(amount, code))).toEqual(['12.35', '12', '12.345']);
    expect(['EUR', 'JPY', 'KWD'].map((code) => toMinorUnits(amount, code))).toEqual([1235, 12, 12345]);
    expect(formatDecimal(roundToMinor(parseDecimal('-12.345'), 'EUR'))).toBe('-12.35');
    expect(formatAmount(parseDecimal('-0.001'), 'EUR')).toBe('0.00');
  });

  it('turns minor units back into the amount', () => {
    expect([-5, 0, 1235].map((units) => formatDecimal(fromMinorUnits(units, 'EUR')))).toEqual(['-0.05', '0', '12.35']);
    expect(formatDecimal(fromMinorUnits(1200, 'JPY'))).toBe('1200');
    expect(() => fromMinorUnits(0.5, 'EUR')).toThrow(DecimalInvalid);
    expect(() => toMinorUnits(parseDecimal('999999999999999999'), 'EUR')).toThrow(DecimalInvalid);
  });
});

describe('fractions', () => {
  it('divides to the nearest whole, half away from zero', () => {
    expect([5n, 3n, 2n, -5n, -3n, 0n].map((value) => divideRounded(value, 2n))).toEqual([3n, 2n, 1n, -3n, -2n, 0n]);
    expect([4n, 5n, -4n, -5n].map((value) => divideRounded(value, 3n))).toEqual([1n, 2n, -1n, -2n]);
  });

  it('converts counts of one part into counts of another, rounded half away from zero', () => {
    const quarters = converter(9n, 4n);
    expect([9n, 1n, 2n, -2n, 0n].map(quarters)).toEqual([4n, 0n, 1n, -1n, 0n]);
    expect(converter(4n, 2n)(1n)).toBe(1n);
  });

  it('prints scaled integers as plain decimals', () => {
    expect([0n, 5n, -1250n, 100000n].map((value) => formatScaled(value, 3))).toEqual(['0', '0.005', '-1.25', '100']);
    expect([formatScaled(500n, 2, 'fixed'), formatScaled(7n, 0, 'fixed')]).toEqual(['5.00', '7']);
  });

  it('finds the least common multiple', () => {
    expect(lcm(1_000_000_000n, 3_600_000n)).toBe(9_000_000_000n);
  });
});
