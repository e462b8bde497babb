import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Event, Instant, type Topic, Uuid, event, newEvent, text, toWire, topic } from '@chargemesh/contracts';
import { Answerer } from '../answer.js';
import type { Transaction } from '@chargemesh/persistence';
import type { BatchConsumer } from '../consume.js';
import { DeadLetters } from '../dead-letters.js';
import type { DeadLetter } from '../dead-letters.store.js';
import { DependencyMissing } from '../dependency.js';
import { Listener } from '../listen.js';
import { Outbox } from '../outbox.js';
import { producerOf } from '../producer.js';
import { Relay } from '../relay.js';
import { OpenRequests } from '../requests.js';
import { type Consumption, type Transport, lagOf } from '../transport.js';
import { WaitingKeys } from '../waiting.js';
import { followerContract } from './followers.js';
import {
  LedgerService,
  type TestDatabase,
  eventually,
  ledgerTopic,
  now,
  operatorId,
  pause,
  range,
  signal,
  silent,
  testDatabase,
} from './ledger.js';

/** A transport and the faults its log can be given. */
export interface LogUnderTest {
  readonly transport: Transport;
  /** Joins the log as another process would, where the log serves several; else the same transport. */
  another(): Promise<Transport>;
  /** Lets the log take the next produce and lose its answer. */
  loseNextAnswer(): void;
  answersLost(): number;
  /** Lets nothing pass on the connections there are, which stay open. */
  silence(): void;
  /** Takes the log away for a moment. */
  restart(): Promise<void>;
  /** Puts a group at an offset that the log does not have. */
  misplace(topic: Topic, group: string): Promise<void>;
  close(): Promise<void>;
}

export function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('no test server: name the file *.db.spec.ts or *.kafka.spec.ts');
  return url;
}

/** What every transport promises. Transports under test stop within a second. */
export function transportContract(open: (database: TestDatabase) => Promise<LogUnderTest>): void {
  let database: TestDatabase;
  let ledger: LedgerService;
  let log: LogUnderTest;
  const running: { stop(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    database = await testDatabase(serverUrl());
    ledger = await LedgerService.open(database);
    log = await open(database);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((part) => part.stop()));
  });

  afterAll(async () => {
    await log.close();
    await ledger.database.close();
    await database.drop();
  });

  async function newLedger(partitions?: number) {
    const made = ledgerTopic(partitions);
    await log.transport.ensureTopics([made.topic]);
    return made;
  }

  function send(events: readonly Event[], transport = log.transport): Promise<void> {
    return producerOf('tests', transport).send(events);
  }

  async function start(consumer: BatchConsumer, transport = log.transport): Promise<Consumption> {
    const consumption = await transport.consume(consumer.subscription.topic, consumer.name, (records) =>
      consumer.take(records),
    );
    running.push(consumption);
    return consumption;
  }

  followerContract(() => ({ transport: log.transport, ledger, newLedger, send }));

  describe('order and delivery', () => {
    it('keeps the order of a key', async () => {
      const { topic, posting } = await newLedger();
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
      const { topic, posting } = await newLedger();
      await send(range(1, 200).map((number) => posting(`account-${number}`, number)));
      const sizes: number[] = [];
      await start(ledger.consumer(topic, (events) => void sizes.push(events.length)));
      await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(200));
      expect(sizes.length).toBeLessThan(10);
    });

    it('gives a batch again until it is handled', async () => {
      const { topic, posting } = await newLedger();
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
      const { topic, posting } = await newLedger();
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
      const { topic, posting } = await newLedger();
      await start(ledger.consumer(topic));
      await send([posting('a', 1), posting('a', 1), posting('a', 2)]);
      await send([posting('a', 2), posting('a', 1), posting('a', 3)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3]));
      await pause(200);
      expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3]);
    });

    it('applies each of several facts that have one id and different times, in one batch or in several', async () => {
      const { topic, Posted } = await newLedger();
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
      const { topic, posting } = await newLedger();
      const other = { subscription: { mode: 'consume', service: 'other', topic } } as const;
      await start(ledger.consumer(topic));
      await start(ledger.consumer(topic, undefined, other));
      await send([posting('a', 1)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 1]));
    });
  });

  describe('faults of the log', () => {
    it('loses nothing when the answer to a produce is lost while other sends wait', async () => {
      const { topic, posting } = await newLedger();
      await start(ledger.consumer(topic));
      await send([posting('a', 0)]);
      const lost = log.answersLost();
      log.loseNextAnswer();
      await Promise.all(range(1, 50).map((number) => pause(number % 5).then(() => send([posting('a', number)]))));
      expect(log.answersLost()).toBe(lost + 1);
      await eventually(async () =>
        expect((await ledger.numbers(topic, 'a')).sort((a, b) => a - b)).toEqual(range(0, 50)),
      );
      const positions = await log.transport.positions(topic, 'anybody');
      const records = positions.reduce((sum, { end }) => sum + Number(end), 0);
      expect(records).toBeGreaterThan(51);
    });

    it('goes on after the log was restarted', async () => {
      const { topic, posting } = await newLedger();
      await start(ledger.consumer(topic));
      await send([posting('a', 1)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1]));
      const restarted = log.restart();
      const sent = send([posting('a', 2)]);
      await restarted;
      await sent;
      await send([posting('a', 3)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3]));
      expect(log.transport.health().live).toBe(true);
    });
  });

  describe('the relay of an outbox', () => {
    async function startRelay() {
      const relay = new Relay(ledger.database, log.transport, silent);
      relay.start();
      running.push(relay);
      return new Outbox('ledger', relay.wake);
    }

    it('sends what was committed and nothing that was rolled back', async () => {
      const { topic, posting } = await newLedger();
      const outbox = await startRelay();
      await start(ledger.consumer(topic));
      await ledger.database.transaction([], (tx) => outbox.add(tx, [posting('a', 1), posting('a', 2)]));
      const failed = ledger.database.transaction([], async (tx) => {
        await outbox.add(tx, [posting('a', 3)]);
        throw new Error('changed its mind');
      });
      await expect(failed).rejects.toThrow('changed its mind');
      await ledger.database.transaction([], (tx) => outbox.add(tx, [posting('a', 4)]));
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 4]));
      await eventually(async () => expect(await database.admin('SELECT * FROM ledger.outbox')).toEqual([]));
    });

    it('sends a row that commits after a younger one', async () => {
      const { topic, posting } = await newLedger();
      const outbox = await startRelay();
      await start(ledger.consumer(topic));
      const written = signal();
      const released = signal();
      const slow = ledger.database.transaction([], async (tx) => {
        await outbox.add(tx, [posting('slow', 1)]);
        written.happened();
        await released.promise;
      });
      await written.promise;
      await ledger.database.transaction([], (tx) => outbox.add(tx, [posting('quick', 1)]));
      await eventually(async () => expect(await ledger.applied(topic)).toEqual(['quick/1']));
      released.happened();
      await slow;
      await eventually(async () => expect(await ledger.applied(topic)).toEqual(['quick/1', 'slow/1']));
    });

    it('is one of several, and another goes on when its connection dies', async () => {
      const { topic, posting } = await newLedger();
      const outbox = await startRelay();
      await startRelay();
      await start(ledger.consumer(topic));
      for (const number of range(1, 5)) {
        await ledger.database.transaction([], (tx) => outbox.add(tx, [posting('a', number)]));
        await database.admin(
          `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
           WHERE locktype = 'advisory' AND application_name = 'ledger' AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
      }
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual(range(1, 5)));
    });
  });

  describe('a consumer', () => {
    it('parks a poison message and its followers, and goes on with the others', async () => {
      const { topic, posting } = await newLedger();
      const consumer = ledger.consumer(topic, (events) => {
        if (events.some(({ data }) => data['account'] === 'bad' && data['number'] === 2))
          throw new Error('cannot be booked');
      });
      await send(range(1, 4).flatMap((number) => ['good', 'bad', 'fine'].map((account) => posting(account, number))));
      await start(consumer);
      await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(9));
      await send([posting('bad', 5), posting('good', 5)]);
      await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(10));
      expect(await ledger.numbers(topic, 'good')).toEqual(range(1, 5));
      expect(await ledger.numbers(topic, 'fine')).toEqual(range(1, 4));
      expect(await ledger.numbers(topic, 'bad')).toEqual([1]);
      const letters = await ledger.deadLetters(consumer).list({ consumer: consumer.name, limit: 10 });
      expect(letters.map(({ value }) => (JSON.parse(value) as { number: number }).number)).toEqual([2, 3, 4, 5]);
      expect(letters.map(({ reason }) => reason)).toEqual(['Error: cannot be booked', null, null, null]);
      expect(letters[0]?.stack).toContain('transport-contract');
    });

    it('survives a handler that throws TypeError', async () => {
      const { topic, posting } = await newLedger();
      const consumer = ledger.consumer(topic, (events) => {
        if (events.some(({ data }) => data['account'] === 'bad')) throw new TypeError('undefined is not a function');
      });
      await start(consumer);
      await send([posting('bad', 1), posting('good', 1)]);
      await send([posting('good', 2)]);
      await eventually(async () => expect(await ledger.applied(topic)).toEqual(['good/1', 'good/2']));
      const [letter] = await ledger.deadLetters(consumer).list({ consumer: consumer.name, limit: 10 });
      expect(letter?.reason).toBe('TypeError: undefined is not a function');
      expect(log.transport.health()).toMatchObject({ live: true, alarms: [] });
    });

    it('parks what is no event, under the key of its record', async () => {
      const { topic, posting } = await newLedger();
      const consumer = ledger.consumer(topic);
      const wrong = { topic: topic.name, ...toWire(posting('a', 2), 'tests'), value: '{"account":"a","number":-1}' };
      const garbage = { topic: topic.name, key: 'b', value: 'no JSON', headers: {} };
      await send([posting('a', 1)]);
      await log.transport.produce([wrong, garbage]);
      await send([posting('a', 3), posting('c', 1)]);
      await start(consumer);
      await eventually(async () => expect((await ledger.applied(topic)).sort()).toEqual(['a/1', 'c/1']));
      const letters = await ledger.deadLetters(consumer).list({ consumer: consumer.name, limit: 10 });
      expect(letters.filter(({ parkingKey }) => parkingKey === 'a').map(({ reason }) => reason)).toEqual([
        'SchemaViolation: /number must be >= 0',
        null,
      ]);
      expect(letters.filter(({ parkingKey }) => parkingKey === 'b')).toHaveLength(1);
    });

    it('lets an event wait for what it depends on while other keys go on', async () => {
      const { topic, posting } = await newLedger();
      let arrived = 0;
      const consumer = ledger.consumer(topic, (events) => {
        if (events.some(({ data }) => data['account'] === 'early' && Number(data['number']) > arrived))
          throw new DependencyMissing('no such account yet');
      });
      running.push(new WaitingKeys(consumer, ledger.deadLetters(consumer), { logger: silent, now }));
      await start(consumer);
      await send([posting('early', 1), posting('other', 1), posting('early', 2)]);
      await eventually(async () => expect(await ledger.applied(topic)).toEqual(['other/1']));
      arrived = 1;
      await eventually(async () => expect(await ledger.numbers(topic, 'early')).toEqual([1]));
      await pause(300);
      arrived = 3;
      await eventually(async () => expect(await ledger.numbers(topic, 'early')).toEqual([1, 2]));
      await send([posting('early', 3)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'early')).toEqual([1, 2, 3]));
    });

    it('never gives up an event that waits, however long its dependency takes', async () => {
      const { topic, posting } = await newLedger();
      let [passed, missing] = [0, true];
      const clock = () => new Date(Date.now() + passed);
      let tries = 0;
      const consumer = ledger.consumer(
        topic,
        () => {
          tries += 1;
          if (missing) throw new DependencyMissing('no such account');
        },
        { now: clock },
      );
      const letters = new DeadLetters(ledger.database, new Map([[consumer.name, consumer]]), clock);
      running.push(new WaitingKeys(consumer, letters, { logger: silent, now: clock }));
      await start(consumer);
      await send([posting('early', 1)]);
      for (const hours of [1, 24, 24 * 30]) {
        await eventually(async () => {
          const [letter] = await letters.list({ consumer: consumer.name, limit: 10 });
          expect(letter).toMatchObject({ reason: 'DependencyMissing: no such account', waitsUntil: expect.any(Date) });
        });
        const before = tries;
        passed = hours * 3_600_000;
        await eventually(async () => expect(tries).toBeGreaterThan(before));
      }
      missing = false;
      passed += 3_600_000;
      await eventually(async () => expect(await ledger.numbers(topic, 'early')).toEqual([1]));
    });

    it('tries all that wait in their turn, however many there are', async () => {
      const { topic, posting } = await newLedger();
      const last = 'account-450';
      let missing = true;
      const consumer = ledger.consumer(topic, (events) => {
        const lacking = events.find(({ data }) => missing || data['account'] !== last);
        if (lacking) throw new DependencyMissing('no such account yet');
      });
      const letters = ledger.deadLetters(consumer);
      await start(consumer);
      await send(range(1, 450).map((account) => posting(`account-${account}`, 1)));
      await eventually(async () =>
        expect(await letters.list({ consumer: consumer.name, limit: 500 })).toHaveLength(450),
      );
      missing = false;
      running.push(new WaitingKeys(consumer, letters, { logger: silent, now }));
      await eventually(async () => expect(await ledger.applied(topic)).toEqual([`${last}/1`]));
    }, 150_000);

    it('goes on with what waits as soon as the state that it waits for is applied', async () => {
      const [postings, accounts] = [await newLedger(), await newLedger()];
      const still = new Date();
      const frozen = () => still;
      const known = new Set<unknown>();
      const consumers = new Map<string, BatchConsumer>();
      const options = { now: frozen, wake: (name: string) => consumers.get(name)?.onWaiting() };
      const poster = ledger.consumer(
        postings.topic,
        (events) => {
          const account = events.map(({ data }) => String(data['account'])).find((name) => !known.has(name));
          if (account === undefined) return;
          throw new DependencyMissing('no such account yet', { topic: accounts.topic, key: account });
        },
        options,
      );
      const keeper = ledger.consumer(
        accounts.topic,
        (events) => void events.forEach(({ data }) => known.add(data['account'])),
        options,
      );
      consumers.set(poster.name, poster).set(keeper.name, keeper);
      const letters = new DeadLetters(ledger.database, consumers, frozen);
      // By this clock nothing is ever due by its time.
      running.push(new WaitingKeys(poster, letters, { logger: silent, now: frozen }));
      await start(poster);
      await start(keeper);
      await send([postings.posting('a', 1), postings.posting('b', 1), postings.posting('a', 2)]);
      await eventually(async () => expect(await letters.list({ consumer: poster.name, limit: 10 })).toHaveLength(3));
      await send([accounts.posting('a', 1)]);
      await eventually(async () => expect(await ledger.applied(postings.topic)).toEqual(['a/1', 'a/2']));
      expect(await letters.list({ consumer: poster.name, limit: 10 })).toMatchObject([
        { parkingKey: 'b', waitsFor: `${accounts.topic.name}/b` },
      ]);
    });

    const slowly = async (tx: Transaction): Promise<void> => {
      await tx.query('SET LOCAL statement_timeout = 30');
      await tx.query('SELECT pg_sleep(5)');
    };

    it('halves a batch that takes too long, and parks the one that always does while others go on', async () => {
      const { topic, posting } = await newLedger();
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
      const { topic, posting } = await newLedger();
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

    it('drains a replayed key before its live events pass', async () => {
      const { topic, posting } = await newLedger();
      let broken = true;
      const replaying = signal();
      const live = signal();
      const consumer = ledger.consumer(topic, async (events) => {
        if (broken && events.some(({ data }) => data['number'] === 1)) throw new Error('cannot be booked');
        if (!broken && events.some(({ data }) => data['number'] === 2)) {
          replaying.happened();
          await live.promise;
        }
      });
      const letters = ledger.deadLetters(consumer);
      await start(consumer);
      await send([posting('a', 1), posting('a', 2), posting('a', 3)]);
      await eventually(async () => expect(await letters.list({ consumer: consumer.name, limit: 10 })).toHaveLength(3));
      broken = false;
      const replayed = letters.replay(consumer.name, 'a');
      await replaying.promise;
      await send([posting('a', 4)]);
      await pause(300);
      expect(await ledger.applied(topic)).toEqual([]);
      live.happened();
      expect(await replayed).toEqual({ replayed: 3, reason: undefined });
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 3, 4]));
      expect(await letters.list({ consumer: consumer.name, limit: 10 })).toEqual([]);
    });

    it('keeps what fails again in a replay, and what is behind it', async () => {
      const { topic, posting } = await newLedger();
      let bad = [1];
      const consumer = ledger.consumer(topic, (events) => {
        if (events.some(({ data }) => bad.includes(Number(data['number']))))
          throw new Error(`cannot book ${bad.join()}`);
      });
      const letters = ledger.deadLetters(consumer);
      await start(consumer);
      await send(range(1, 4).map((number) => posting('a', number)));
      await eventually(async () => expect(await letters.list({ consumer: consumer.name, limit: 10 })).toHaveLength(4));
      bad = [3];
      expect(await letters.replay(consumer.name, 'a')).toEqual({ replayed: 2, reason: 'Error: cannot book 3' });
      expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]);
      const [third, fourth] = await letters.list({ consumer: consumer.name, limit: 10 });
      expect([third?.reason, fourth?.reason]).toEqual(['Error: cannot book 3', null]);
      const by = { discardedAt: new Date(), discardedBy: 'somebody', discardReason: 'never happened' };
      const give = (letter: DeadLetter) => ledger.database.transaction([], (tx) => letters.discard(tx, letter, by));
      expect([await give(third as DeadLetter), await give(third as DeadLetter)]).toEqual([true, false]);
      expect(await letters.discarded({ consumer: consumer.name, limit: 10 })).toEqual([{ ...third, ...by }]);
      expect(await letters.replay(consumer.name, 'a')).toEqual({ replayed: 1, reason: undefined });
      expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 4]);
    });
  });

  describe('crashes', () => {
    it('applies a batch once whose offsets were not committed after the database was', async () => {
      const { topic, posting } = await newLedger();
      const consumer = ledger.consumer(topic);
      const committed = signal();
      const crashing = await log.another();
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
        await log.transport.consume(topic, next.name, async (batch) => {
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
      const { topic, posting } = await newLedger();
      let kills = 2;
      const consumer = ledger.consumer(topic, async (_events, tx) => {
        if (kills-- <= 0) return;
        const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await database.admin(`SELECT pg_terminate_backend(${row?.pid})`);
      });
      await start(consumer);
      await send([posting('a', 1), posting('a', 2)]);
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]));
      expect(kills).toBeLessThan(0);
      expect(await ledger.deadLetters(consumer).list({ consumer: consumer.name, limit: 10 })).toEqual([]);
    });

    it('keeps order and applies once when a member joins while a batch is in hand', async () => {
      const { topic, posting } = await newLedger();
      const inHand = signal();
      const slow = () => {
        inHand.happened();
        return pause(300);
      };
      const accounts = range(1, 8).map((account) => `account-${account}`);
      await send(range(1, 10).flatMap((number) => accounts.map((account) => posting(account, number))));
      await start(ledger.consumer(topic, slow));
      await inHand.promise;
      const joined = start(ledger.consumer(topic, slow), await log.another());
      for (const number of range(11, 30)) {
        await send(accounts.map((account) => posting(account, number)));
        await pause(20);
      }
      await joined;
      await eventually(async () => expect(await ledger.applied(topic)).toHaveLength(8 * 30));
      for (const account of accounts) expect(await ledger.numbers(topic, account)).toEqual(range(1, 30));
    });
  });

  describe('shutdown', () => {
    it('lets the batch in hand end and commits its offsets', async () => {
      const { topic, posting } = await newLedger();
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
        await log.another()
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

  async function lag(of: Topic): Promise<bigint> {
    const positions = await log.transport.positions(of, `ledger.${of.name}`);
    return positions.reduce((sum, position) => sum + lagOf(position), 0n);
  }

  it('shows how far a group is behind', async () => {
    const { topic, posting } = await newLedger();
    expect(await lag(topic)).toBe(0n);
    await send(range(1, 30).map((number) => posting(`account-${number}`, number)));
    expect(await lag(topic)).toBe(30n);
    await start(ledger.consumer(topic));
    await eventually(async () => expect(await lag(topic)).toBe(0n));
  });

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
          running.push(await log.transport.listen(topic, reader, (records) => listener.take(records)));
          return numbers;
        }),
      );
      await send(range(6, 10).map((number) => posting(`account-${number}`, number)));
      for (const numbers of heard) await eventually(async () => expect([...numbers].sort()).toEqual([10, 6, 7, 8, 9]));
    });
  });

  describe('request and reply', () => {
    function question() {
      const id = randomUUID();
      const asked = topic(`tests.asked-${id}.v1`, { key: ['requestId'], partitions: 2 });
      const answered = topic(`tests.answered-${id}.v1`, { key: ['requestId'], partitions: 2 });
      const data = { requestId: Uuid, replyTo: text(64), expiresAt: Instant, word: text(20) };
      return {
        Asked: event(asked, 'asked', { identity: ['requestId'], data }),
        Answered: event(answered, 'answered', { identity: ['requestId'], data }),
      };
    }

    async function setUp(answers: boolean) {
      const { Asked, Answered } = question();
      await log.transport.ensureTopics([Asked.topic, Answered.topic]);
      const requests = new OpenRequests('process-1', producerOf('tests', log.transport), now);
      const listener = new Listener({
        subscription: { mode: 'listen', service: 'tests', topic: Answered.topic },
        handle: async (reply) => requests.settle(reply as Parameters<typeof requests.settle>[0]),
        logger: silent,
        now,
      });
      running.push(
        await log.transport.listen(Answered.topic, `r-${randomUUID()}`, (records) => listener.take(records)),
      );
      const answerer = new Answerer({
        subscription: { mode: 'answer', service: 'ledger', topic: Asked.topic },
        database: ledger.database,
        transport: log.transport,
        handle: async (asked) =>
          asked.map(({ data, time }) =>
            newEvent(Answered, {
              operatorId,
              time,
              data: { ...(data as never as { word: string }), word: 'yes' } as never,
            }),
          ),
        logger: silent,
        now,
      });
      if (answers)
        running.push(await log.transport.consume(Asked.topic, answerer.name, (records) => answerer.take(records)));
      const ask = (replyTo: string, deadlineMs: number) => {
        const expiresAt = new Date(Date.now() + deadlineMs).toISOString();
        const data = { requestId: randomUUID(), replyTo, expiresAt, word: 'may I?' };
        return requests.ask<{ word: string }>(newEvent(Asked, { operatorId, time: expiresAt, data }));
      };
      return { ask };
    }

    it('resolves with the reply', async () => {
      const { ask } = await setUp(true);
      const replies = await Promise.all(range(1, 20).map(() => ask('process-1', 60_000)));
      expect(replies.map((reply) => reply?.word)).toEqual(range(1, 20).map(() => 'yes'));
    });

    it('resolves with nothing when nobody has replied by the deadline', async () => {
      const { ask } = await setUp(false);
      expect(await ask('process-1', 400)).toBeUndefined();
    });

    it('takes no reply that is meant for another process', async () => {
      const { ask } = await setUp(true);
      expect(await ask('process-2', 1_000)).toBeUndefined();
    });
  });

  it('raises an alarm, and reads all that is there, when a group stands where the log has nothing', async () => {
    const { topic, posting } = await newLedger(1);
    await send([posting('a', 1), posting('a', 2)]);
    const consumer = ledger.consumer(topic);
    await log.misplace(topic, consumer.name);
    await start(consumer);
    await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]));
    expect(log.transport.health()).toMatchObject({ live: true, alarms: [expect.stringContaining(topic.name)] });
  });
}
