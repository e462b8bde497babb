import { describe, expect, it } from '@jest/globals';
import { flatMapInSlices, hasLongList, sliceLength } from './slices.js';

describe('a list that is worked on in slices', () => {
  it('lets other work have its turn between them, and gives what all give in their order', async () => {
    const log: string[] = [];
    const other = () => {
      if (log.push('other') < 10) setImmediate(other);
    };
    setImmediate(other);
    const worked = flatMapInSlices(
      [1, 2, 3, 4, 5],
      (item) => {
        log.push(`${item}`);
        return [item, -item];
      },
      2,
    );
    expect(await worked).toEqual([1, -1, 2, -2, 3, -3, 4, -4, 5, -5]);
    expect(log.slice(0, 7)).toEqual(['1', '2', 'other', '3', '4', 'other', '5']);
  });

  it('is done at once where it is short', () => {
    expect(flatMapInSlices([1, 2], (item) => [item])).toEqual([1, 2]);
  });

  it('is found at any depth of a payload', () => {
    const long = Array.from({ length: sliceLength + 1 }, () => 1);
    expect(hasLongList({ a: [{ b: long }], c: 'text' })).toBe(true);
    expect(hasLongList({ a: [{ b: long.slice(1) }], c: null })).toBe(false);
  });
});
