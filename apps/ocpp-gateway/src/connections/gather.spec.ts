import { describe, expect, it } from '@jest/globals';
import { Gather, Overloaded } from './gather.js';

function recorder(limits = { batch: 10, waiting: 100 }) {
  const batches: string[][] = [];
  const releases: (() => void)[] = [];
  const gather = new Gather<string, string>(
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
  return { gather, batches, release };
}

describe('gathering', () => {
  it('sends what arrived during a batch as the next batch', async () => {
    const { gather, batches, release } = recorder();
    const first = gather.ask('a');
    const others = Promise.all([gather.ask('b'), gather.ask('c')]);
    await release();
    await release();
    expect(await first).toBe('a!');
    expect(await others).toEqual(['b!', 'c!']);
    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it('never puts a key into one batch twice', async () => {
    const { gather, batches, release } = recorder();
    const all = Promise.all([gather.ask('x'), gather.ask('a'), gather.ask('a'), gather.ask('b')]);
    await release();
    await release();
    await release();
    await all;
    expect(batches).toEqual([['x'], ['a', 'b'], ['a']]);
  });

  it('fails only those of the batch that failed', async () => {
    const { gather, release } = recorder({ batch: 1, waiting: 10 });
    const bad = gather.ask('bad');
    const good = gather.ask('good');
    const refused = expect(bad).rejects.toThrow('no');
    await release();
    await release();
    await refused;
    expect(await good).toBe('good!');
  });

  it('refuses more than it may keep waiting', async () => {
    const { gather } = recorder({ batch: 1, waiting: 1 });
    void gather.ask('a');
    void gather.ask('b');
    await expect(gather.ask('c')).rejects.toThrow(Overloaded);
  });
});
