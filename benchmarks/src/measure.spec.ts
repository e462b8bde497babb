import { expect, it } from '@jest/globals';
import { median, spread } from './measure.js';

it('takes the middle of what was measured, whatever its order', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});

it('shows how far the rounds are apart', () => {
  expect(spread([0.9, 0.7, 0.8], 2)).toBe('0.80 (0.70–0.90)');
});
