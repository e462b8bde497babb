import { describe, expect, it } from '@jest/globals';
import { eventually, pause, range, signal } from '../ledger.js';
import type { Bench } from './bench.js';

/** A process or a connection that dies between the log and the database. */
export function crashContract(bench: Bench): void {
  const { newLedger, running, send, start } = bench;

  describe('crashes', () => {
    it('applies a batch once whose offsets were not committed after the database was', async () => {
      const { ledger, topic, posting } = await newLedger();
      const consumer = ledger.consumer(topic);
      const committed = signal();
      const crashing = await bench.log.another();
      const consumption = await crashing.consume(topic, consumer.name, async (records) => {
        await consumer.take(records);
        committed.happened();
        await new Promise(() => undefined);
      });
      await send([posting('a', 1), posting('a', 2)]);
      await committed.promise;
      await consumption.stop();
      const seen: unknown[] = [];
      const records: number[] = [];
      const next = ledger.consumer(topic, (events) => void seen.push(...events.map(({ data }) => data['number'])));
      running.push(
        await bench.log.transport.consume(topic, next.name, async (batch) => {
          records.push(batch.length);
          await next.take(batch);
        }),
      );
      await send([posting('a', 3)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3]));
      expect(seen).toEqual([3]);
      expect(records.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1);
    });

    it('commits no offsets when the database did not commit', async () => {
      const { ledger, topic, posting } = await newLedger();
      let kills = 2;
      const consumer = ledger.consumer(topic, async (_events, tx) => {
        if (kills-- <= 0) return;
        const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await bench.database.admin(`SELECT pg_terminate_backend(${row?.pid})`);
      });
      await start(consumer);
      await send([posting('a', 1), posting('a', 2)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]));
      expect(kills).toBeLessThan(0);
      expect(await ledger.deadLetters(consumer).list({ consumer: consumer.name, limit: 10 })).toEqual([]);
    });

    it('keeps order and applies once when a member joins while a batch is in hand', async () => {
      const { ledger, topic, posting } = await newLedger();
      const inHand = signal();
      const slow = () => {
        inHand.happened();
        return pause(300);
      };
      const accounts = range(1, 8).map((account) => `account-${account}`);
      await send(range(1, 10).flatMap((number) => accounts.map((account) => posting(account, number))));
      await start(ledger.consumer(topic, slow));
      await inHand.promise;
      const joined = start(ledger.consumer(topic, slow), await bench.log.another());
      for (const number of range(11, 30)) {
        await send(accounts.map((account) => posting(account, number)));
        await pause(20);
      }
      await joined;
      await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(8 * 30));
      for (const account of accounts) expect(await ledger.numbers(topic, account)).toEqual(range(1, 30));
    });
  });
}
