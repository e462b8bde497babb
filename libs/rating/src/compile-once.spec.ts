import { describe, expect, it } from '@jest/globals';
import { compilingOnce } from './compile-once.js';
import { TariffInvalid } from './tariff-check.js';

const tariff = (price: number) => ({ currency: 'EUR', elements: [{ price_components: [{ type: 'ENERGY', price }] }] });
const berlin = { timeZone: 'Europe/Berlin' };

describe('tariffs of a batch', () => {
  it('are compiled once for each text and time zone', () => {
    const compile = compilingOnce();
    const first = compile(tariff(0.3), berlin);
    expect(compile(tariff(0.3), berlin)).toBe(first);
    expect(compile(tariff(0.4), berlin)).not.toBe(first);
    expect(compile(tariff(0.3), { timeZone: 'Europe/Lisbon' })).not.toBe(first);
  });

  it('are refused each time where they are none', () => {
    const compile = compilingOnce();
    for (let times = 0; times < 2; times += 1) expect(() => compile({}, berlin)).toThrow(TariffInvalid);
  });
});
