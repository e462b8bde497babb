import { describe, expect, it } from '@jest/globals';
import type { Transaction } from '@chargemesh/persistence';
import { halved } from './halving.js';

/** A transaction whose savepoints have nothing to roll back. */
const tx = { attempt: <T>(work: () => Promise<T>) => work() } as Transaction;

describe('what is done for several at once', () => {
  const doing = async (items: readonly number[], bad: readonly number[]) => {
    const failed: number[] = [];
    let isAnyOfAll = false;
    const done = await halved(tx, items, {
      each: (some) =>
        some.some((item) => bad.includes(item)) ? Promise.reject(new Error(`${some}`)) : Promise.resolve(some.length),
      failed: (item, _, { isOfAll }) => {
        isAnyOfAll ||= isOfAll;
        return Promise.resolve(void failed.push(item));
      },
    });
    return { done, failed, isOfAll: isAnyOfAll };
  };

  it.each([
    ['none', []],
    ['the first', [1]],
    ['the last', [7]],
    ['all but one', [1, 2, 3, 5, 6, 7]],
  ])('leaves out %s for which it cannot be done', async (_, bad) => {
    expect(await doing([1, 2, 3, 4, 5, 6, 7], bad)).toEqual({ done: 7, failed: bad, isOfAll: false });
  });

  it('leaves out the only one', async () => {
    expect(await doing([1], [1])).toEqual({ done: 1, failed: [1], isOfAll: false });
  });

  it('does nothing by halves that takes too long for several, but leaves out one that does so alone', async () => {
    const tooLong = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
    const calls: (readonly number[])[] = [];
    const failed: number[] = [];
    const doing = {
      each: (items: readonly number[]) => {
        calls.push(items);
        return Promise.reject(tooLong);
      },
      failed: (item: number) => Promise.resolve(void failed.push(item)),
    };
    await expect(halved(tx, [1, 2, 3], doing)).rejects.toBe(tooLong);
    expect(calls).toEqual([[1, 2, 3]]);
    expect(await halved(tx, [1], doing)).toBe(1);
    expect(failed).toEqual([1]);
  });

  it('says where it can be done for none of several', async () => {
    expect(await doing([1, 2, 3], [1, 2, 3])).toEqual({ done: 3, failed: [1, 2, 3], isOfAll: true });
  });
});
