import { describe, expect, it } from '@jest/globals';
import { inexactPerMinute } from './per-minute.js';

const at = (type: 'TIME' | 'PARKING_TIME' | 'ENERGY' | 'FLAT', price: number) =>
  inexactPerMinute({ currency: 'EUR', elements: [{ price_components: [{ type, price }] }] });

describe('a price per minute', () => {
  it.each([6, 0, 1.5, 0.06, 2.4, 0.006, 0.3])('is exact for %d per hour', (price) => {
    expect(at('TIME', price)).toEqual([]);
    expect(at('PARKING_TIME', price)).toEqual([]);
  });

  it.each([
    [2, '1.998 or 2.004'],
    [5, '4.998 or 5.004'],
    [0.001, '0 or 0.006'],
    [0.1, '0.096 or 0.102'],
  ])('is not exact for %d per hour, but for its neighbours', (price, near) => {
    expect(at('TIME', price)).toEqual([
      {
        code: 'inexact-per-minute',
        path: 'elements[0].price_components[0].price',
        message: `divides by 60 to no more than four decimals when it is ${near}`,
      },
    ]);
    expect(at('PARKING_TIME', price)).toHaveLength(1);
  });

  it('is not asked of what is not priced by time', () => {
    expect([...at('ENERGY', 0.49), ...at('FLAT', 1)]).toEqual([]);
  });

  it('is told of fifty times at most', () => {
    const elements = Array.from({ length: 60 }, () => ({ price_components: [{ type: 'TIME' as const, price: 1 }] }));
    expect(inexactPerMinute({ currency: 'EUR', elements })).toHaveLength(50);
  });
});
