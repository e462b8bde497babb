import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { Batcher, Overloaded } from './batcher.js';

function recorder(limits = { batch: 10, waiting: 100 }) {
  const batches: string[][] = [];
  const releases: (() => void)[] = [];
  const batcher = new Batcher<string, string>(
    (item) => item,
    async (items) => {
      batches.push(items);
      await new Promise<void>((resolve) => releases.push(resolve));
      if (items.includes('bad')) throw new Error('no');
      return items.map((item) => `${item}!`);
    },
    limits,
  );
  const release = async () => {
    releases.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { batcher, batches, release };
}

describe('the batcher', () => {
  it('sends what arrived during a batch as the next batch', async () => {
    const { batcher, batches, release } = recorder();
    const first = batcher.submit('a');
    const others = Promise.all([batcher.submit('b'), batcher.submit('c')]);
    await release();
    await release();
    expect(await first).toBe('a!');
    expect(await others).toEqual(['b!', 'c!']);
    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it('never puts a key into one batch twice', async () => {
    const { batcher, batches, release } = recorder();
    const all = Promise.all([batcher.submit('x'), batcher.submit('a'), batcher.submit('a'), batcher.submit('b')]);
    await release();
    await release();
    await release();
    await all;
    expect(batches).toEqual([['x'], ['a', 'b'], ['a']]);
  });

  it('fails only those of the batch that failed', async () => {
    const { batcher, release } = recorder({ batch: 1, waiting: 10 });
    const bad = batcher.submit('bad');
    const good = batcher.submit('good');
    const refused = expect(bad).rejects.toThrow('no');
    await release();
    await release();
    await refused;
    expect(await good).toBe('good!');
  });

  it('works outside of what its first caller is in, since others join the batch', async () => {
    const unit = new AsyncLocalStorage<string>();
    const batcher = new Batcher<string, string | undefined>(
      (item) => item,
      (items) => Promise.resolve(items.map(() => unit.getStore())),
      { batch: 10, waiting: 10 },
    );
    expect(await unit.run('a transaction', () => batcher.submit('a'))).toBeUndefined();
  });

  it('refuses more than it may keep waiting', async () => {
    const { batcher } = recorder({ batch: 1, waiting: 1 });
    void batcher.submit('a');
    void batcher.submit('b');
    await expect(batcher.submit('c')).rejects.toThrow(Overloaded);
  });
});
