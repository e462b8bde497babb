import { describe, expect, it } from '@jest/globals';
import { pause, signal } from '../ledger.js';
import type { Bench } from './bench.js';

/** A consumer that is stopped while it has a batch in hand. */
export function shutdownContract(bench: Bench): void {
  const { lag, newLedger, send, start } = bench;

  describe('shutdown', () => {
    it('lets the batch in hand end and commits its offsets', async () => {
      const { ledger, topic, posting } = await newLedger();
      const inHand = signal();
      const consumption = await start(
        ledger.consumer(topic, () => {
          inHand.happened();
          return pause(300);
        }),
      );
      await send([posting('a', 1)]);
      await inHand.promise;
      await consumption.stop();
      expect(await ledger.numbers(topic, 'a')).toEqual([1]);
      expect(await lag(topic)).toBe(0n);
    });

    it('does not wait for ever for a batch that hangs', async () => {
      const { topic, posting } = await newLedger();
      const inHand = signal();
      const consumption = await (
        await bench.log.another()
      ).consume(topic, `ledger.${topic.name}`, () => {
        inHand.happened();
        return new Promise(() => undefined);
      });
      await send([posting('a', 1)]);
      await inHand.promise;
      await consumption.stop();
      expect(await lag(topic)).toBe(1n);
    });
  });
}
