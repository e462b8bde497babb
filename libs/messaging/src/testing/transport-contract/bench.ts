import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@chargemesh/persistence/testing';
import type { Event, Topic } from '@chargemesh/contracts';
import type { BatchConsumer } from '../../consume.js';
import { producerOf } from '../../producer.js';
import { type Consumption, type Transport, lagOf } from '../../transport.js';
import { LedgerService, ledgerTopic } from '../ledger.js';
import type { LogUnderTest } from '../log-under-test.js';

/** What the tests of a transport share: a log, a service that reads it, and its database. They are there while tests run. */
export class Bench {
  database!: TestDatabase;
  ledger!: LedgerService;
  log!: LogUnderTest;
  /** Is stopped after each test. */
  readonly running: { stop(): Promise<unknown> }[] = [];

  constructor(open: (database: TestDatabase) => Promise<LogUnderTest>) {
    beforeAll(async () => {
      this.database = await testDatabase();
      this.ledger = await LedgerService.open(this.database);
      this.log = await open(this.database);
    });

    afterEach(async () => {
      await Promise.all(this.running.splice(0).map((part) => part.stop()));
    });

    afterAll(async () => {
      await this.log.close();
      await this.ledger.database.close();
      await this.database.drop();
    });
  }

  /** A topic of its own, and the service that books what is posted to it. */
  readonly newLedger = async (partitions?: number) => {
    const made = ledgerTopic(partitions);
    await this.log.transport.ensureTopics([made.topic]);
    return { ...made, ledger: this.ledger };
  };

  readonly send = (events: readonly Event[], transport = this.log.transport): Promise<void> =>
    producerOf('tests', transport).send(events);

  readonly start = async (consumer: BatchConsumer, transport: Transport = this.log.transport): Promise<Consumption> => {
    const consumption = await transport.consume(consumer.subscription.topic, consumer.name, (records) =>
      consumer.take(records),
    );
    this.running.push(consumption);
    return consumption;
  };

  /** How many records the service is behind. */
  readonly lag = async (of: Topic): Promise<bigint> => {
    const positions = await this.log.transport.positions(of, `ledger.${of.name}`);
    return positions.reduce((sum, position) => sum + lagOf(position), 0n);
  };
}
