import { describe, expect, it } from '@jest/globals';
import { type ImportedDay, MarketBook, quarterly } from './market-prices.decide.js';

const series = { operatorId: '01900000-0000-7000-8000-000000000001', seriesId: 'day-ahead' };
const at = (time: string) => new Date(`2026-03-02T${time}:00Z`);
const imported = (importedAt: Date, price: string): ImportedDay => ({
  ...series,
  startsAt: at('00:00'),
  importedAt,
  prices: Array<string>(96).fill(price),
});
const codeOf = (call: () => unknown): unknown => {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('the price of a quarter hour', () => {
  const noon = at('12:00').getTime();
  const book = new MarketBook([
    imported(at('11:30'), '0.3'),
    imported(at('08:00'), '0.1'),
    imported(at('10:00'), '0.2'),
  ]);
  const priceAt = (began: string) => book.priceAt(series, noon, at(began));

  it.each([
    ['10:00', '0.2'],
    ['11:29', '0.2'],
    ['11:30', '0.3'],
    ['13:00', '0.3'],
  ])('is for a session that began at %s what was known then', (began, price) => {
    expect(priceAt(began)).toBe(price);
  });

  it('is the first that became known after the session began, and stays it', () => {
    expect(priceAt('07:00')).toBe('0.1');
  });

  it('is not known if it was imported when the quarter hour had begun already', () => {
    expect(book.priceAt(series, at('07:45').getTime(), at('07:00'))).toBeUndefined();
    expect(book.priceAt(series, at('08:00').getTime(), at('07:00'))).toBe('0.1');
  });

  it('is that of its own day, series and operator', () => {
    expect(book.priceAt(series, at('23:45').getTime(), at('13:00'))).toBe('0.3');
    expect(book.priceAt(series, at('24:00').getTime(), at('13:00'))).toBeUndefined();
    expect(book.priceAt({ ...series, seriesId: 'other' }, noon, at('13:00'))).toBeUndefined();
    expect(book.priceAt({ ...series, operatorId: 'other' }, noon, at('13:00'))).toBeUndefined();
  });
});

describe('the prices of a day', () => {
  const prices = (count: number) => Array.from({ length: count }, (_, index) => String(index));

  it('are by quarter hours, or by hours of four of them', () => {
    const { startsAt, prices: quarters } = quarterly('2026-03-02', 'Europe/Berlin', prices(24));
    expect(startsAt.toISOString()).toBe('2026-03-01T23:00:00.000Z');
    expect(quarters).toHaveLength(96);
    expect(quarters.slice(3, 6)).toEqual(['0', '1', '1']);
    expect(quarterly('2026-03-02', 'Europe/Berlin', prices(96)).prices).toEqual(prices(96));
  });

  it.each([
    ['2026-03-29', 92],
    ['2026-03-29', 23],
    ['2026-10-25', 100],
    ['2026-10-25', 25],
  ])('of %s are %d', (day, count) => {
    expect(quarterly(day, 'Europe/Berlin', prices(count)).prices).toHaveLength(count < 30 ? count * 4 : count);
  });

  it.each([
    ['of an hour too many', '2026-03-29', prices(96), 'market-prices-count'],
    ['of half of the day', '2026-03-02', prices(48), 'market-prices-count'],
    ['of a day that there is none of', '2026-02-30', prices(96), 'bad-request'],
    ['per GWh', '2026-03-02', prices(95).concat('-1000000.1'), 'bad-request'],
  ])('are refused %s', (_what, day, given, code) => {
    expect(codeOf(() => quarterly(day, 'Europe/Berlin', given))).toBe(code);
  });
});
