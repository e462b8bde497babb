import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Event, toWire } from '@chargemesh/contracts';
import { type Database, type Transaction, isTransient } from '@chargemesh/persistence';
import { SweptDatabase, lossCases, type TestDatabase, testDatabase } from '@chargemesh/persistence/testing';
import { BatchConsumer } from './consume.js';
import { DeadLetters } from './dead-letters.js';
import { deliver } from './deliver.js';
import { Outbox } from './outbox.js';
import { Overdue } from './overdue.js';
import { Telemetry } from './telemetry.js';
import type { StoredRecord } from './transport.js';
import { LedgerService, ledgerTopic, now, range, silent } from './testing/ledger.js';

describe('a batch, while', () => {
  const { topic, posting } = ledgerTopic();
  const told = ledgerTopic();
  let test: TestDatabase;
  let ledger: LedgerService;
  let swept: SweptDatabase;
  let direct: Database;
  let offset = 0;
  let accounts = 0;
  let bookable = false;

  beforeAll(async () => {
    test = await testDatabase();
    ledger = await LedgerService.open(test);
    direct = ledger.database;
    swept = await SweptDatabase.open(test.adminUrl, { url: ledger.url, schema: 'ledger' });
  });

  afterAll(async () => {
    await swept.close();
    await direct.close();
    await test.drop();
  });

  const outbox = new Outbox('ledger', () => undefined);

  /** Books, tells what it booked, and stumbles over what is bad. */
  async function handle(events: Event[], tx: Transaction): Promise<void> {
    if (!bookable && events.some(({ data }) => data['number'] === 0)) throw new TypeError('cannot be booked');
    await ledger.apply(events, tx);
    await outbox.add(
      tx,
      events.map(({ data }) => told.posting(String(data['account']), Number(data['number']))),
    );
  }

  function consumer(database = swept.database): BatchConsumer {
    return new BatchConsumer({
      subscription: { mode: 'consume', service: 'ledger', topic },
      database,
      handle,
      ...{ logger: silent, now, telemetry: new Telemetry(), overdue: new Overdue(), wake: () => undefined },
    });
  }

  const record = (event: Event): StoredRecord => ({
    ...toWire(event, 'tests'),
    topic: topic.name,
    partition: 0,
    offset: String(offset++),
  });

  /** As the transports give a batch. */
  const give = (to: BatchConsumer, records: readonly StoredRecord[]) =>
    deliver((batch) => to.take(batch), records, {
      reader: to.name,
      signal: new AbortController().signal,
      logger: silent,
    });

  const toldOf = async (account: string): Promise<number> => {
    const count = `SELECT count(*)::integer AS count FROM outbox WHERE topic = $1 AND key = $2`;
    const [row] = await direct.read<{ count: number }>(count, [told.topic.name, account]);
    return row?.count ?? 0;
  };

  const lettersOf = async ({ name }: BatchConsumer, parkingKey: string) => {
    const parked = await new DeadLetters(direct, new Map(), now).list({ consumer: name, limit: 1_000 });
    return parked.filter((letter) => letter.parkingKey === parkingKey);
  };

  it.each(lossCases)('$name at any of its requests, is applied, with what it tells, exactly once', async (loss) => {
    const rounds = await swept.sweep(loss, async () => {
      const account = `account ${++accounts}`;
      const records = range(1, 3).map((number) => record(posting(account, number)));
      await give(consumer(), records);
      swept.passAll();
      // Its offsets may not have been committed.
      await give(consumer(), records);
      expect(await ledger.numbers(topic, account)).toEqual([1, 2, 3]);
      expect(await toldOf(account)).toBe(3);
    });
    expect(rounds).toBeGreaterThan(6);
  });

  it.each(lossCases)('$name at any of its requests, has its poison parked once', async (loss) => {
    bookable = false;
    const rounds = await swept.sweep(loss, async () => {
      const [bad, good] = ['bad', 'good'].map((what) => `${what} ${++accounts}`) as [string, string];
      const records = [posting(good, 1), posting(bad, 0), posting(bad, 1), posting(good, 2)].map(record);
      const taking = consumer();
      await give(taking, records);
      swept.passAll();
      await give(taking, records);
      expect(await ledger.numbers(topic, good)).toEqual([1, 2]);
      expect((await lettersOf(taking, bad)).map(({ reason }) => reason)).toEqual(['TypeError: cannot be booked', null]);
      expect([await toldOf(good), await toldOf(bad)]).toEqual([2, 0]);
    });
    expect(rounds).toBeGreaterThan(9);
  });

  it.each(lossCases)('that is parked is replayed once, while $name at any request of the replay', async (loss) => {
    const rounds = await swept.sweep(loss, async () => {
      const account = `account ${++accounts}`;
      const taking = consumer();
      bookable = false;
      await give(consumer(direct), [record(posting(account, 0)), record(posting(account, 1))]);
      bookable = true;
      const letters = new DeadLetters(swept.database, new Map([[taking.name, taking]]), now);
      // As whoever asked for it does, who was told that the database is away.
      for (let replayed = false; !replayed;) {
        const done = await letters.replay(taking.name, account).catch((error: unknown) => error);
        replayed = !isTransient(done);
      }
      swept.passAll();
      expect(await lettersOf(taking, account)).toEqual([]);
      expect(await ledger.numbers(topic, account)).toEqual([0, 1]);
      expect(await toldOf(account)).toBe(2);
    });
    expect(rounds).toBeGreaterThan(8);
  });
});
