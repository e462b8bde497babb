import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import { context, propagation, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Event, EventOf } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { type TestDatabase, testDatabase } from '@chargemesh/persistence/testing';
import { Answers, Consumes, Listens } from './handlers.js';
import { EmbeddedTransport } from './embedded/transport.js';
import { embeddedLog } from './embedded/tables.migration.js';
import { DependencyMissing } from './dependency.js';
import { producerOf } from './producer.js';
import { MessagingStrategy } from './strategy.js';
import { Telemetry } from './telemetry.js';
import type { Transport } from './transport.js';
import { LedgerService, eventually, ledgerTopic, now, pause, signal, silent } from './testing/ledger.js';

const consumed = ledgerTopic();
const asked = ledgerTopic();
const told = ledgerTopic();
type Posting = EventOf<typeof consumed.Posted>;

@Controller()
class LedgerHandler {
  static heard: number[] = [];
  static seen: Event[] = [];
  static missing = false;

  @Consumes('ledger', consumed.topic, { lockBy: (event) => `account:${event.key}` })
  async posted(@Payload() events: Posting[], @Ctx() tx: Transaction): Promise<void> {
    LedgerHandler.seen.push(...events);
    if (LedgerHandler.missing) throw new DependencyMissing('no such account yet');
    if (events.some(({ data }) => data.account === 'bad')) throw new TypeError('cannot be booked');
    const accounts = events.map(({ data }) => data.account);
    await tx.query(
      `INSERT INTO applied (topic, account, number) SELECT $1, account, number FROM unnest($2::text[], $3::int[]) AS rows(account, number)`,
      [consumed.topic.name, accounts, events.map(({ data }) => data.number)],
    );
  }

  @Answers('ledger', asked.topic, { refused: ({ data }: Posting) => told.posting(data.account, data.number + 100) })
  async asked(@Payload() requests: Posting[]): Promise<Event[]> {
    if (requests.some(({ data }) => data.account === 'bad')) throw new TypeError('cannot be read');
    return requests.map(({ data }) => told.posting(data.account, data.number * 2));
  }

  @Listens('ledger', told.topic)
  told(@Payload() event: Posting): void {
    LedgerHandler.heard.push(event.data.number);
  }
}

@Controller()
class SecondHandler {
  @Consumes('ledger', consumed.topic)
  async posted(): Promise<void> {
    throw new Error('never called');
  }
}

@Controller()
class FollowingHandler {
  @Consumes('ledger', consumed.topic, { after: [told.topic] })
  async posted(): Promise<void> {
    throw new Error('never called');
  }
}

@Module({ controllers: [LedgerHandler] })
class LedgerModule {}

@Module({ controllers: [LedgerHandler, SecondHandler] })
class AmbiguousModule {}

@Module({ controllers: [FollowingHandler] })
class FollowingModule {}

describe('the messaging strategy', () => {
  let database: TestDatabase;
  let ledger: LedgerService;
  let transport: EmbeddedTransport;
  const apps: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    ledger = await LedgerService.open(database);
    transport = new EmbeddedTransport({
      url: await database.schema(embeddedLog),
      logger: silent,
      now,
      telemetry: new Telemetry(),
    });
    await transport.start();
    await transport.ensureTopics([consumed.topic, asked.topic, told.topic]);
  });

  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    LedgerHandler.missing = false;
  });

  afterAll(async () => {
    await transport.close();
    await ledger.database.close();
    await database.drop();
  });

  function strategyOf(log: Transport = transport) {
    return new MessagingStrategy({
      transport: log,
      databaseOf: () => ledger.database,
      logger: silent,
      now,
      telemetry: new Telemetry(),
      processName: 'test',
    });
  }

  async function run(module: new () => object = LedgerModule, log: Transport = transport) {
    const strategy = strategyOf(log);
    const app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
    apps.push(app);
    await app.listen();
    await strategy.ready;
    return strategy;
  }

  /** The log, some calls of which fail. */
  function logThat(fails: (call: keyof Transport) => Error | undefined): Transport {
    return new Proxy<Transport>(transport, {
      get: (log, call: keyof Transport) => {
        const error = fails(call);
        return error ? () => Promise.reject(error) : log[call].bind(log);
      },
    });
  }

  /** Locks what another process would lock. @returns what gives it back */
  async function holding(name: string): Promise<() => Promise<void>> {
    const [taken, given] = [signal(), signal()];
    const held = ledger.database.transaction([], async (tx) => {
      await tx.lock([name]);
      taken.happened();
      await given.promise;
    });
    await Promise.race([taken.promise, held]);
    return () => {
      given.happened();
      return held;
    };
  }

  const send = (...events: Event[]) => producerOf('tests', transport).send(events);

  it('gives events to the handlers of Nest controllers, and parks what they throw', async () => {
    const strategy = await run();
    await send(consumed.posting('a', 1), consumed.posting('bad', 1), consumed.posting('a', 2));
    await eventually(async () => expect(await ledger.numbers(consumed.topic, 'a')).toEqual([1, 2]));
    const letters = await strategy.deadLetters('ledger').list({ limit: 10 });
    expect(letters.map(({ reason }) => reason)).toEqual(['TypeError: cannot be booked']);
    expect(letters[0]?.consumer).toBe(`ledger.${consumed.topic.name}`);
  });

  it('produces the replies of an answerer and tells them to the listeners', async () => {
    await run();
    await send(asked.posting('a', 21));
    await eventually(async () => expect(LedgerHandler.heard).toEqual([42]));
  });

  it('refuses a request that cannot be answered for what is in it, and answers the others', async () => {
    await run();
    LedgerHandler.heard = [];
    await send(asked.posting('a', 1), asked.posting('bad', 7), asked.posting('a', 2));
    await eventually(async () => expect(LedgerHandler.heard.toSorted()).toEqual([107, 2, 4]));
  });

  it('begins although whatever it asks the log for is away the first time', async () => {
    const calls = new Set<string>();
    const away = Object.assign(new Error('a lock was not had in time'), { name: 'KafkaJSLockTimeout' });
    await run(
      LedgerModule,
      logThat((call) => (calls.size < calls.add(call).size ? away : undefined)),
    );
    expect([...calls].sort()).toEqual(['consume', 'ensureTopics', 'listen', 'positions']);
    await send(consumed.posting('patient', 1));
    await eventually(async () => expect(await ledger.numbers(consumed.topic, 'patient')).toEqual([1]));
  });

  it('does not begin when the log refuses what it is asked for', async () => {
    const refused = new Error('not allowed');
    await expect(
      run(
        LedgerModule,
        logThat(() => refused),
      ),
    ).rejects.toThrow('not allowed');
  });

  it('refuses two handlers of a service for one topic', async () => {
    await expect(run(AmbiguousModule)).rejects.toThrow(/two handlers subscribe to ledger\.tests\.ledger-/);
  });

  it('refuses a handler that comes after a topic that its service does not consume', async () => {
    await expect(run(FollowingModule)).rejects.toThrow(/is to come after ledger\.tests\.ledger-.*not consumed/);
  });

  it('has caught up when a consumer has handled what was there when it started, and not before', async () => {
    await send(consumed.posting('late', 1));
    const release = await holding('account:late');
    const strategy = await run();
    await pause(500);
    expect(strategy.caughtUp('ledger', consumed.topic)).toBe(false);
    await release();
    await eventually(async () => expect(strategy.caughtUp('ledger', consumed.topic)).toBe(true));
    expect(await ledger.numbers(consumed.topic, 'late')).toEqual([1]);
  });

  it('tells whoever asks when a consumer has handled what is there now, and gives up in time', async () => {
    const strategy = await run();
    expect(await strategy.handled('ledger', consumed.topic, 60_000)).toBe(true);
    const release = await holding('account:held');
    await send(consumed.posting('held', 1));
    expect(await strategy.handled('ledger', consumed.topic, 500)).toBe(false);
    const waiting = [1, 2, 3].map(() => strategy.handled('ledger', consumed.topic, 30_000));
    await release();
    expect(await Promise.all(waiting)).toEqual([true, true, true]);
    expect(await ledger.numbers(consumed.topic, 'held')).toEqual([1]);
  });

  it('tries an event again by itself whose dependency was missing', async () => {
    await run();
    LedgerHandler.missing = true;
    await send(consumed.posting('early', 1));
    await eventually(async () => expect(LedgerHandler.seen.some(({ key }) => key === 'early')).toBe(true));
    LedgerHandler.missing = false;
    await eventually(async () => expect(await ledger.numbers(consumed.topic, 'early')).toEqual([1]));
  });

  it('shows the lag of every group it runs', async () => {
    const strategy = await run();
    const lags = await strategy.lag();
    expect(new Set(lags.map(({ group }) => group))).toEqual(
      new Set([`ledger.${consumed.topic.name}`, `ledger.${asked.topic.name}`]),
    );
  });

  it('stops within a bounded time and takes nothing afterwards', async () => {
    const strategy = await run();
    await strategy.close();
    const seen = LedgerHandler.seen.length;
    await send(consumed.posting('after', 1));
    await pause(300);
    expect(LedgerHandler.seen).toHaveLength(seen);
  });

  it('leaves the trace of an event as it is when nobody collects traces', async () => {
    context.disable();
    propagation.disable();
    trace.disable();
    await run();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await send(consumed.posting('traced', 1, traceparent));
    await eventually(async () => {
      expect(LedgerHandler.seen.find(({ key }) => key === 'traced')?.traceparent).toBe(traceparent);
    });
  });
});
