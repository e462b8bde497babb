import { describe, expect, it } from '@jest/globals';
import { newEvent } from '@chargemesh/contracts';
import { eventually, operatorId, pause, range } from '../ledger.js';
import type { Bench } from './bench.js';

/** What a consumer gets: all of it, in the order of each key, and applied once. */
export function deliveryContract(bench: Bench): void {
  const { newLedger, send, start } = bench;

  describe('order and delivery', () => {
    it('keeps the order of a key', async () => {
      const { ledger, topic, posting } = await newLedger();
      const accounts = range(1, 12).map((account) => `account-${account}`);
      for (const first of [1, 21, 41]) {
        const numbers = range(first, first + 19);
        await send(numbers.flatMap((number) => accounts.map((account) => posting(account, number))));
      }
      await start(ledger.consumer(topic));
      await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(12 * 60));
      for (const account of accounts) expect(await ledger.numbers(topic, account)).toEqual(range(1, 60));
    });

    it('merges the partitions into few batches', async () => {
      const { ledger, topic, posting } = await newLedger();
      await send(range(1, 200).map((number) => posting(`account-${number}`, number)));
      const sizes: number[] = [];
      await start(ledger.consumer(topic, (events) => void sizes.push(events.length)));
      await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(200));
      expect(sizes.length).toBeLessThan(10);
    });

    it('gives a batch again until it is handled', async () => {
      const { ledger, topic, posting } = await newLedger();
      await send([posting('a', 1), posting('a', 2)]);
      let tries = 0;
      const away = () => {
        tries += 1;
        if (tries < 4) throw Object.assign(new Error('the database is away'), { code: '57P01' });
      };
      await start(ledger.consumer(topic, away));
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]));
      expect(tries).toBe(4);
    });

    it('reads from the beginning when a group is new, and goes on where it stood when it comes back', async () => {
      const { ledger, topic, posting } = await newLedger();
      await send([posting('a', 1)]);
      const first = await start(ledger.consumer(topic));
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1]));
      await first.stop();
      await send([posting('a', 2)]);
      const seen: unknown[] = [];
      await start(ledger.consumer(topic, (events) => void seen.push(...events.map(({ data }) => data['number']))));
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]));
      expect(seen).toEqual([2]);
    });

    it('applies a fact once, however often it was sent', async () => {
      const { ledger, topic, posting } = await newLedger();
      await start(ledger.consumer(topic));
      await send([posting('a', 1), posting('a', 1), posting('a', 2)]);
      await send([posting('a', 2), posting('a', 1), posting('a', 3)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3]));
      await pause(200);
      expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3]);
    });

    it('applies each of several facts that have one id and different times, in one batch or in several', async () => {
      const { ledger, topic, Posted } = await newLedger();
      const at = (second: number) =>
        newEvent(Posted, { operatorId, time: `2026-01-01T00:00:0${second}Z`, data: { account: 'a', number: second } });
      const again = (...seconds: number[]) => seconds.map((second) => ({ ...at(second), id: at(0).id }));
      await send(again(1, 2));
      await start(ledger.consumer(topic));
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]));
      await send(again(2, 3, 1, 4));
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3, 4]));
    });

    it('lets different services read the same topic, each once', async () => {
      const { ledger, topic, posting } = await newLedger();
      const other = { subscription: { mode: 'consume', service: 'other', topic } } as const;
      await start(ledger.consumer(topic));
      await start(ledger.consumer(topic, undefined, other));
      await send([posting('a', 1)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 1]));
    });
  });
}
