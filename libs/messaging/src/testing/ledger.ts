import { randomBytes } from 'node:crypto';
import { type Event, type EventOf, type Topic, WattHours, event, newEvent, text, topic } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import type { TestDatabase } from '@chargemesh/persistence/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BatchConsumer, type ConsumerOptions } from '../consume.js';
import { DeadLetters } from '../dead-letters.js';
import type { Logger } from '../log.js';
import { Overdue } from '../overdue.js';
import { messagingMigrations } from '../migrations.js';
import { Telemetry } from '../telemetry.js';

export const operatorId = '01900000-0000-7000-8000-000000000001';
export const now = (): Date => new Date();
export const silent: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function quiet(): void {
  // What is logged is looked at by hand when a test fails.
}

class AppliedTable1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Without a unique key on purpose: a fact applied twice has to show.
    await runner.query(`CREATE TABLE applied (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, account text NOT NULL, number int NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE applied');
  }
}

/** A topic of its own, whose facts are numbered postings to accounts. */
export function ledgerTopic(partitions = 4) {
  const on = topic(`tests.ledger-${randomBytes(5).toString('hex')}.v1`, { key: ['account'], partitions });
  const Posted = event(on, 'posted', {
    identity: ['account', 'number'],
    data: { account: text(50), number: WattHours },
  });
  const posting = (account: string, number: number, traceparent?: string) =>
    newEvent(Posted, { operatorId, time: '2026-01-01T00:00:00Z', data: { account, number }, traceparent });
  return { topic: on, Posted, posting };
}

export type Posting = EventOf<ReturnType<typeof ledgerTopic>['Posted']>;

/** A service that applies postings to its table. */
export class LedgerService {
  private constructor(
    readonly database: Database,
    readonly url: string,
  ) {}

  static async open(on: TestDatabase): Promise<LedgerService> {
    const url = await on.schema({
      schema: 'ledger',
      migrations: [...messagingMigrations, AppliedTable1800000000000],
    });
    return new LedgerService(await Database.open({ url, schema: 'ledger', poolSize: 12 }), url);
  }

  /** A consumer whose handler writes what it gets; `before` may fail, wait or kill first. */
  consumer(
    of: Topic,
    before: (events: Event[], tx: Transaction) => void | Promise<void> = () => undefined,
    options: Partial<ConsumerOptions> = {},
  ): BatchConsumer {
    return new BatchConsumer({
      subscription: { mode: 'consume', service: 'ledger', topic: of },
      database: this.database,
      logger: silent,
      now,
      telemetry: new Telemetry(),
      overdue: new Overdue(),
      wake: () => undefined,
      handle: async (events, tx) => {
        await before(events, tx);
        await this.apply(events, tx);
      },
      ...options,
    });
  }

  deadLetters(...consumers: BatchConsumer[]): DeadLetters {
    return new DeadLetters(this.database, new Map(consumers.map((consumer) => [consumer.name, consumer])), now);
  }

  /** What was applied of a topic, in order: `account/number`. */
  async applied(of: Topic): Promise<string[]> {
    const rows = await this.database.transaction([], (tx) =>
      tx.query<{ posting: string }>(
        `SELECT account || '/' || number AS posting FROM applied WHERE topic = $1 ORDER BY id`,
        [of.name],
      ),
    );
    return rows.map(({ posting }) => posting);
  }

  /** The numbers that were applied to an account, in order. */
  async numbers(of: Topic, account: string): Promise<number[]> {
    const applied = await this.applied(of);
    return applied
      .filter((posting) => posting.startsWith(`${account}/`))
      .map((posting) => Number(posting.split('/')[1]));
  }

  /** Books the postings. */
  async apply(events: readonly Event[], tx: Transaction): Promise<void> {
    const data = events.map((posted) => posted.data);
    await tx.query(
      `INSERT INTO applied (topic, account, number)
       SELECT $1, account, number FROM unnest($2::text[], $3::int[]) WITH ORDINALITY AS rows(account, number, place) ORDER BY place`,
      [events[0]?.topic, data.map(({ account }) => account), data.map(({ number }) => number)],
    );
  }
}

export { eventually } from '@chargemesh/waiting';

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Something a test waits for: `happened` is called once it takes place. */
export function signal() {
  let happened: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    happened = resolve;
  });
  return { promise, happened };
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);
