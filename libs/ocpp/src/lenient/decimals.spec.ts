import { describe, expect, it } from '@jest/globals';
import { decimalMeant, isDecimal, saysNumber } from './decimals.js';

describe('a number that a station writes as text', () => {
  it.each(['12.5', '-3', '0', '007.50', '1.25e1', '1E-3', ''])('%p needs no reading', (text) =>
    expect(isDecimal(text)).toBe(true),
  );

  it.each<[text: string, number: string, unit?: string]>([
    ['12,5', '12.5'],
    ['-0,125', '-0.125'],
    ['1234,567', '1234.567'],
    ['1,2345', '1.2345'],
    [' 12.5', '12.5'],
    ['+12.5\r\n', '12.5'],
    ['.5', '.5'],
    ['12.', '12.'],
    ['12.5 kWh', '12.5', 'kWh'],
    ['12,5kWh', '12.5', 'kWh'],
    ['1.25e1 k Wh', '1.25e1', 'k Wh'],
    ['21.5°C', '21.5', '°C'],
    ['50 %', '50', '%'],
  ])('%p is read as %s', (...[text, number, unit]) => {
    expect(isDecimal(text)).toBe(false);
    expect(decimalMeant(text)).toEqual({ number, ...(unit ? { unit } : {}) });
  });

  it.each([
    '1,234',
    '1.234,5',
    '1,234.5',
    '1.234.567',
    '6 000',
    '1_000',
    '0x1e',
    '1e3e5',
    '1e',
    '12,5,6',
    '12.5 kWh/2',
  ])('%p may mean several numbers, or none', (text) => {
    expect(decimalMeant(text)).toBeUndefined();
    expect(saysNumber(text)).toBe(true);
  });

  it.each(['NaN', 'n/a', '-', 'Infinity', ' '])('%p says none', (text) => {
    expect([decimalMeant(text), saysNumber(text)]).toEqual([undefined, false]);
  });

  it('is not looked for in a text that is longer than any', () => {
    expect(decimalMeant(`${'9'.repeat(100_000)} kWh`)).toBeUndefined();
  });
});
