import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@chargemesh/persistence/testing';
import { Listener } from '../listen.js';
import { producerOf } from '../producer.js';
import type { Consumption, Transport } from '../transport.js';
import { LedgerService, eventually, ledgerTopic, now, range, silent } from './ledger.js';
import type { LogUnderTest } from './log-under-test.js';

/** Outages that take as long as the time-outs that end them: everything goes on afterwards, without a hand. */
export function outageContract<Log extends LogUnderTest>(
  open: (database: TestDatabase) => Promise<Log>,
  outages: Readonly<Record<string, (log: Log) => void | Promise<void>>>,
): void {
  let database: TestDatabase;
  let ledger: LedgerService;
  let log: Log;
  const running: Consumption[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    ledger = await LedgerService.open(database);
    log = await open(database);
  }, 90_000);

  afterEach(async () => {
    await Promise.all(running.splice(0).map((part) => part.stop()));
  });

  afterAll(async () => {
    await log.close();
    await ledger.database.close();
    await database.drop();
  });

  const send = async (transport: Transport, posting: ReturnType<typeof ledgerTopic>['posting'], number: number) => {
    // What was not durable in time is sent again, as everybody does who has to.
    for (;;) {
      try {
        return await producerOf('tests', transport).send([posting('a', number)]);
      } catch {
        continue;
      }
    }
  };

  it.each(Object.entries(outages))(
    'goes on after %s',
    async (_, outage) => {
      const made = await Promise.all(
        range(1, 4).map(async () => {
          const { topic, posting } = ledgerTopic();
          await log.transport.ensureTopics([topic]);
          const consumer = ledger.consumer(topic);
          running.push(await log.transport.consume(topic, consumer.name, (records) => consumer.take(records)));
          return { topic, posting };
        }),
      );
      const [first] = made;
      const heard = new Set<unknown>();
      const listener = new Listener({
        subscription: { mode: 'listen', service: 'tests', topic: first!.topic },
        handle: async ({ data }) => void heard.add(data['number']),
        logger: silent,
        now,
      });
      running.push(
        await log.transport.listen(first!.topic, `reader.${first!.topic.name}`, (records) => listener.take(records)),
      );
      await Promise.all(made.map(({ posting }) => send(log.transport, posting, 1)));
      for (const { topic } of made) await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1]));
      const over = outage(log);
      await Promise.all(made.map(({ posting }) => send(log.transport, posting, 2)));
      await over;
      await Promise.all(made.map(({ posting }) => send(log.transport, posting, 3)));
      for (const { topic } of made)
        await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3]));
      await eventually(async () => expect(heard).toEqual(new Set([1, 2, 3])));
      await eventually(async () => {
        const { live, consumers } = log.transport.health();
        expect([live, consumers.length, consumers.filter(({ alive }) => !alive)]).toEqual([true, 5, []]);
      });
    },
    400_000,
  );
}
