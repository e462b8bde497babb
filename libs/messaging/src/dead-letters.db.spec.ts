import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Event, toWire } from '@chargemesh/contracts';
import type { Database } from '@chargemesh/persistence';
import { type TestDatabase, testDatabase } from '@chargemesh/persistence/testing';
import type { BatchConsumer } from './consume.js';
import { DeadLetters } from './dead-letters.js';
import { LedgerService, eventually, ledgerTopic, now, range, silent } from './testing/ledger.js';
import type { StoredRecord } from './transport.js';
import { WaitingKeys } from './waiting.js';

/** More than one transaction of a replay takes on. */
const MANY = 250;

describe('what is parked behind another', () => {
  let test: TestDatabase;
  let ledger: LedgerService;
  let on: ReturnType<typeof ledgerTopic>;
  let consumer: BatchConsumer;
  let bookable: boolean;
  let next: WaitingKeys | undefined;

  beforeAll(async () => {
    test = await testDatabase();
    ledger = await LedgerService.open(test);
  });
  beforeEach(async () => {
    on = ledgerTopic();
    bookable = false;
    consumer = ledger.consumer(on.topic, (events) => {
      if (!bookable && events.some(({ data }) => data['number'] === 0)) throw new TypeError('cannot be booked');
    });
    await consumer.take(range(0, MANY).map((number) => record(on.posting('a', number), number)));
  });
  afterEach(() => next?.stop());
  afterAll(async () => {
    await ledger.database.close();
    await test.drop();
  });

  const record = (event: Event, offset: number): StoredRecord => ({
    ...toWire(event, 'tests'),
    ...{ topic: on.topic.name, partition: 0, offset: String(offset) },
  });
  const letters = (database: Pick<Database, 'transaction'> = ledger.database) =>
    new DeadLetters(database as Database, new Map([[consumer.name, consumer]]), now);
  const parked = () => letters().list({ consumer: consumer.name, limit: 1_000 });
  const processStarts = () => {
    next = new WaitingKeys(consumer, letters(), { logger: silent, now });
  };

  it('is applied when that is discarded, although the process ends before it has gone on', async () => {
    const [first, ...behind] = await parked();
    expect(behind).toHaveLength(MANY);
    const by = { discardedAt: now(), discardedBy: 'somebody', discardReason: 'never happened' };
    await ledger.database.transaction([], (tx) => letters().discard(tx, first!, by));
    processStarts();
    await eventually(async () => expect(await ledger.numbers(on.topic, 'a')).toEqual(range(1, MANY)));
    expect(await parked()).toEqual([]);
  });

  it('is applied when that is replayed, although the process ends halfway', async () => {
    bookable = true;
    let transactions = 0;
    const dying = {
      transaction: (...work: Parameters<Database['transaction']>) =>
        ++transactions > 2 ? Promise.reject(new Error('killed')) : ledger.database.transaction(...work),
    } as Pick<Database, 'transaction'>;
    await expect(letters(dying).replay(consumer.name, 'a')).rejects.toThrow('killed');
    const left = await parked();
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(MANY);
    processStarts();
    await eventually(async () => expect(await ledger.numbers(on.topic, 'a')).toEqual(range(0, MANY)));
  });

  it('waits for a person when that fails again', async () => {
    expect(await letters().replay(consumer.name, 'a')).toMatchObject({ replayed: 0 });
    processStarts();
    await next?.stop();
    expect((await parked()).map(({ waitsUntil }) => waitsUntil)).toEqual(Array(MANY + 1).fill(null));
  });
});
