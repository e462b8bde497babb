import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Listener } from '../../listen.js';
import { eventually, now, range, silent } from '../ledger.js';
import type { Bench } from './bench.js';

/** Topics that every process reads for itself. */
export function broadcastContract(bench: Bench): void {
  const { newLedger, running, send } = bench;

  describe('broadcast', () => {
    it('gives every reader what comes after it was ready, and nothing from before', async () => {
      const { topic, posting } = await newLedger();
      await send(range(1, 5).map((number) => posting(`account-${number}`, number)));
      const heard = await Promise.all(
        ['first', 'second'].map(async (process) => {
          const numbers: unknown[] = [];
          const listener = new Listener({
            subscription: { mode: 'listen', service: 'tests', topic },
            handle: async ({ data }) => void numbers.push(data['number']),
            logger: silent,
            now,
          });
          const reader = `${listener.name}.${process}-${randomUUID()}`;
          running.push(await bench.log.transport.listen(topic, reader, (records) => listener.take(records)));
          return numbers;
        }),
      );
      await send(range(6, 10).map((number) => posting(`account-${number}`, number)));
      for (const numbers of heard) await eventually(async () => expect([...numbers].sort()).toEqual([10, 6, 7, 8, 9]));
    });
  });
}
