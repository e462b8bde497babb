import { describe, expect, it } from '@jest/globals';
import { formatInstant, parseInstant } from './instant.js';

describe('instants', () => {
  it('are read like Date.parse does, over leap years and centuries', () => {
    for (let ms = Date.UTC(1899, 0, 1); ms < Date.UTC(2110, 0, 1); ms += 86_400_000 * 13 + 12_345_678) {
      expect(parseInstant(formatInstant(ms))).toBe(ms);
      expect(parseInstant(new Date(ms - (ms % 1000)).toISOString())).toBe(ms - (ms % 1000));
    }
  });

  it.each([
    '',
    'soon',
    '2026-01-07',
    '2026-13-07T10:00:00Z',
    '2025-02-29T10:00:00Z',
    '2026-01-07T24:00:00Z',
    '2026-01-07T10:60:00Z',
    '2026-01-07 10:00:00Z',
    '2026-01-07T10:00:0xZ',
    '2026/01/07T10:00:00Z',
    '2026-01-07T10:00:00.0x0Z',
    '2026-01-07T10:00:00,000Z',
    '2026-01-07T10:00:60.000Z',
  ])('are not %p', (text) => {
    expect(parseInstant(text)).toBeNaN();
  });

  it('are not what only begins like one that was read before', () => {
    expect(parseInstant('2026-01-07T10:00:00Z')).not.toBeNaN();
    const alike = ['2026/01/07T10:00:00Z', '2026-01-07 10:00:00Z', '202Ķ-01-07T10:00:00Z', '2026-01-0:T10:00:00Z'];
    expect(alike.map(parseInstant)).toEqual([NaN, NaN, NaN, NaN]);
  });

  it('may have an offset, or none, which is UTC', () => {
    const ms = Date.UTC(2026, 0, 7, 10);
    expect(['2026-01-07T11:00:00+01:00', '2026-01-07T10:00:00', '2026-01-07T10:00:00.000Z'].map(parseInstant)).toEqual([
      ms,
      ms,
      ms,
    ]);
  });
});
