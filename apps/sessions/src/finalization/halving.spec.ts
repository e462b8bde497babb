import { describe, expect, it } from '@jest/globals';
import type { Transaction } from '@chargemesh/persistence';
import { halved } from './halving.js';

/** A transaction whose savepoints have nothing to roll back. */
const tx = { attempt: <T>(work: () => Promise<T>) => work() } as Transaction;

describe('what is done for several at once', () => {
  const doing = async (items: readonly number[], bad: readonly number[]) => {
    const failed: number[] = [];
    const done = await halved(tx, items, {
      each: (some) =>
        some.some((item) => bad.includes(item)) ? Promise.reject(new Error(`${some}`)) : Promise.resolve(some.length),
      failed: (item) => Promise.resolve(void failed.push(item)),
    });
    return { done, failed };
  };

  it.each([
    ['none', []],
    ['the first', [1]],
    ['the last', [7]],
    ['all but one', [1, 2, 3, 5, 6, 7]],
  ])('leaves out %s for which it cannot be done', async (_, bad) => {
    expect(await doing([1, 2, 3, 4, 5, 6, 7], bad)).toEqual({ done: 7, failed: bad });
  });

  it('leaves out the only one', async () => {
    expect(await doing([1], [1])).toEqual({ done: 1, failed: [1] });
  });

  it('waits where it can be done for none of several', async () => {
    await expect(doing([1, 2, 3], [1, 2, 3])).rejects.toThrow();
  });
});
