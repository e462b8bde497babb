import { describe, expect, it } from '@jest/globals';
import { eventually, pause, range } from '../ledger.js';
import type { Bench } from './bench.js';

/** A log that loses an answer or goes away for a moment. */
export function faultContract(bench: Bench): void {
  const { newLedger, send, start } = bench;

  describe('faults of the log', () => {
    it('loses nothing when the answer to a produce is lost while other sends wait', async () => {
      const { ledger, topic, posting } = await newLedger();
      await start(ledger.consumer(topic));
      await send([posting('a', 0)]);
      const lost = bench.log.answersLost();
      bench.log.loseNextAnswer();
      await Promise.all(range(1, 50).map((number) => pause(number % 5).then(() => send([posting('a', number)]))));
      expect(bench.log.answersLost()).toBe(lost + 1);
      await eventually(async () =>
        expect((await ledger.numbers(topic, 'a')).sort((a, b) => a - b)).toEqual(range(0, 50)),
      );
      const positions = await bench.log.transport.positions(topic, 'anybody');
      const records = positions.reduce((sum, { end }) => sum + Number(end), 0);
      expect(records).toBeGreaterThan(51);
    });

    it('goes on after the log was restarted', async () => {
      const { ledger, topic, posting } = await newLedger();
      await start(ledger.consumer(topic));
      await send([posting('a', 1)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1]));
      const restarted = bench.log.restart();
      const sent = send([posting('a', 2)]);
      await restarted;
      await sent;
      await send([posting('a', 3)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3]));
      expect(bench.log.transport.health().live).toBe(true);
    });
  });
}
