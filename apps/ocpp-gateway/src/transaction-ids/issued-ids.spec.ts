import { describe, expect, it } from '@jest/globals';
import { ConnectionLost } from '@chargemesh/persistence';
import { IssuedIds } from './issued-ids.js';

const on = { stationId: 'CP-1', epoch: 7 };

/** Looks up what was issued, and counts how often. */
function looking(...issued: number[]) {
  const asked: number[] = [];
  const ids = new IssuedIds();
  const has = (id: number, where = on) =>
    ids.has(where, id, () => {
      asked.push(id);
      return Promise.resolve(issued.includes(id));
    });
  return { ids, asked, has };
}

describe('the transaction ids that a station was issued', () => {
  it('are looked up once each', async () => {
    const { asked, has } = looking(5);
    expect([await has(5), await has(5), await has(6), await has(6)]).toEqual([true, true, false, false]);
    expect(asked).toEqual([5, 6]);
  });

  it('are known without looking when they were issued here', async () => {
    const { ids, asked, has } = looking();
    expect(await has(9)).toBe(false);
    ids.add(on, 9);
    expect(await has(9)).toBe(true);
    expect(asked).toEqual([9]);
  });

  it('are looked up again on another connection, and those of each station by themselves', async () => {
    const { asked, has } = looking(5);
    await has(5);
    await has(5, { ...on, epoch: 8 });
    await has(5, { stationId: 'CP-2', epoch: 7 });
    expect(asked).toEqual([5, 5, 5]);
  });

  it('count as issued while nobody can be asked, but not where the question itself is wrong', async () => {
    const { ids, has } = looking();
    expect(await ids.has(on, 5, () => Promise.reject(new ConnectionLost(new Error('away'))))).toBe(true);
    await expect(ids.has(on, 6, () => Promise.reject(new Error('out of range')))).rejects.toThrow('out of range');
    expect(await has(5)).toBe(false);
  });

  it('are forgotten, the oldest first, where a station says more and more', async () => {
    const { asked, has } = looking();
    for (let id = 1; id <= 60; id++) await has(id);
    await has(60);
    await has(1);
    expect(asked).toEqual([...Array.from({ length: 60 }, (_, index) => index + 1), 1]);
  });
});
