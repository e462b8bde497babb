import { afterEach, describe, expect, it } from '@jest/globals';
import type { Event, Topic } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { type Subscription, patternOf } from '../../handlers.js';
import { MessagingStrategy } from '../../strategy.js';
import { Telemetry } from '../../telemetry.js';
import { eventually, now, pause, range, signal, silent } from '../ledger.js';
import type { Bench } from './bench.js';

/** Consumers that come after others, on any transport. */
export function followerContract(bench: Bench): void {
  const { newLedger, send } = bench;

  describe('a consumer that comes after another', () => {
    const strategies: MessagingStrategy[] = [];
    afterEach(() => Promise.all(strategies.splice(0).map((strategy) => strategy.close())));

    /** One service with both: `needed` waits for the gate, what either has handled is told in order. */
    async function run({ needed, follower }: Record<'needed' | 'follower', Topic>, afterWithinMs?: number) {
      const { log, ledger } = bench;
      const [told, gate] = [[] as unknown[], signal()];
      const strategy = new MessagingStrategy({
        ...{
          transport: log.transport,
          databaseOf: () => ledger.database,
          logger: silent,
          now,
          telemetry: new Telemetry(),
        },
        ...{ processName: 'test', stopWithinMs: 10_000 },
        ...(afterWithinMs === undefined ? {} : { afterWithinMs }),
      });
      strategies.push(strategy);
      const consume = (topic: Topic, more: Partial<Subscription>, before: () => Promise<void>): void => {
        const subscription: Subscription = { mode: 'consume', service: 'ledger', topic, ...more };
        const handle = async (events: Event[], tx: Transaction): Promise<void> => {
          await before();
          tx.onCommit(() => told.push(...events.map(({ data }) => data['number'])));
        };
        strategy.addHandler(patternOf(subscription), handle, true, { subscription });
      };
      consume(needed, {}, () => gate.promise);
      consume(follower, { after: [needed] }, () => Promise.resolve());
      strategy.listen(() => undefined);
      await strategy.ready;
      return { strategy, told, open: gate.happened };
    }

    async function ledgers() {
      const [needed, follower] = [await newLedger(), await newLedger()];
      await send(range(1, 5).map((number) => needed.posting('a', number)));
      await send([follower.posting('b', 100)]);
      return { needed: needed.topic, follower: follower.topic, send, another: follower.posting('b', 101) };
    }

    it('begins when the other has handled what it found, and not before', async () => {
      const { send, another, ...topics } = await ledgers();
      const { told, open, strategy } = await run(topics);
      await pause(1_000);
      expect(told).toEqual([]);
      open();
      await eventually(() => expect(told).toEqual([1, 2, 3, 4, 5, 100]));
      await send([another]);
      await eventually(() => expect(told).toEqual([1, 2, 3, 4, 5, 100, 101]));
      expect(new Set((await strategy.lag()).map(({ topic }) => topic))).toEqual(
        new Set([topics.needed.name, topics.follower.name]),
      );
    });

    it('begins at once when there is nothing to wait for', async () => {
      const [needed, follower] = [await newLedger(), await newLedger()];
      const { told } = await run({ needed: needed.topic, follower: follower.topic });
      await send([follower.posting('b', 100)]);
      await eventually(() => expect(told).toEqual([100]));
    });

    it('begins without the other when the time is over', async () => {
      const topics = await ledgers();
      const { told, open } = await run(topics, 300);
      await eventually(() => expect(told).toEqual([100]));
      open();
      await eventually(() => expect(told).toEqual([100, 1, 2, 3, 4, 5]));
    });

    it('does not begin any more when it is stopped before', async () => {
      const topics = await ledgers();
      const { told, open, strategy } = await run(topics);
      open();
      const closed = strategy.close();
      await closed;
      const { told: later } = await run(topics, 0);
      await eventually(() => expect(later).toContain(100));
      expect(told).not.toContain(100);
    });
  });
}
