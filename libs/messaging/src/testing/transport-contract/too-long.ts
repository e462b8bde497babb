import { expect, it } from '@jest/globals';
import type { Transaction } from '@chargemesh/persistence';
import { WaitingKeys } from '../../waiting.js';
import { eventually, now, range, silent } from '../ledger.js';
import type { Bench } from './bench.js';

async function slowly(tx: Transaction): Promise<void> {
  await tx.query('SET LOCAL statement_timeout = 30');
  await tx.query('SELECT pg_sleep(5)');
}

/** A batch that takes longer than the database allows. */
export function tooLongContract(bench: Bench): void {
  const { newLedger, running, send, start } = bench;

  it('halves a batch that takes too long, and parks the one that always does while others go on', async () => {
    const { ledger, topic, posting } = await newLedger();
    const consumer = ledger.consumer(topic, async (events, tx) => {
      if (events.some(({ data }) => data['account'] === 'slow' && data['number'] === 2)) await slowly(tx);
    });
    const letters = ledger.deadLetters(consumer);
    running.push(new WaitingKeys(consumer, letters, { logger: silent, now }));
    await send(range(1, 4).flatMap((number) => ['good', 'slow', 'fine'].map((account) => posting(account, number))));
    await start(consumer);
    await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(9));
    expect(await ledger.numbers(topic, 'good')).toEqual(range(1, 4));
    expect(await ledger.numbers(topic, 'slow')).toEqual([1]);
    let others = 10;
    await eventually(async () => {
      // It waits as long as nothing else is applied, and how much that is while it is tried is a matter of batches.
      await send([posting('good', ++others)]);
      const parked = await letters.list({ consumer: consumer.name, limit: 10 });
      expect(parked.map(({ reason, waitsUntil }) => [reason, waitsUntil])).toEqual([
        [expect.stringContaining('statement timeout'), null],
        [null, null],
        [null, null],
      ]);
    });
  });

  it('lets one that takes too long wait, and not a person look, while nothing else goes through', async () => {
    const { ledger, topic, posting } = await newLedger();
    let slow = true;
    const consumer = ledger.consumer(topic, async (_, tx) => {
      if (slow) await slowly(tx);
    });
    const letters = ledger.deadLetters(consumer);
    running.push(new WaitingKeys(consumer, letters, { logger: silent, now }));
    await send([posting('a', 1)]);
    await start(consumer);
    await eventually(async () => {
      const found = await letters.list({ consumer: consumer.name, limit: 10 });
      expect(found).toMatchObject([{ waitsUntil: expect.any(Date) }]);
    });
    slow = false;
    await send([posting('a', 2)]);
    await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]));
    expect(await letters.list({ consumer: consumer.name, limit: 10 })).toEqual([]);
  });
}
