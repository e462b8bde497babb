import type { Database } from '@chargemesh/persistence';
import type { QueryRunner } from 'typeorm';
import type { Logger } from './log.js';
import { MAX_RECORD_BYTES, type OutgoingRecord, type Transport } from './transport.js';
import { Backoff, wait, within } from './wait.js';

const BATCH_ROWS = 1_000;
/** Also how soon rows of other processes are seen. */
const IDLE_MS = 100;
/** How often a relay that is not the active one tries to become it. */
const STANDBY_MS = 1_000;
const STOP_WITHIN_MS = 10_000;

interface OutboxRow extends OutgoingRecord {
  readonly id: string;
}

/**
 * Sends a schema's outbox rows and deletes them. One relay per schema is active, by a session lock on the connection
 * that it also reads and deletes with; it looks for rows that are there, never for ids above the last one, because ids
 * commit out of order.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private idle = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly transport: Pick<Transport, 'produce'>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Says that there are new rows. */
  readonly wake = (): void => this.idle.abort();

  /** Lets the batch in hand be sent and deleted. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    const ended = await within(STOP_WITHIN_MS, this.running ?? Promise.resolve());
    if (!ended) this.logger.warn({ schema: this.database.schema }, 'the relay did not end in time');
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(IDLE_MS, 5_000);
    while (!this.stopping.signal.aborted) {
      const runner = this.database.dataSource.createQueryRunner();
      try {
        await this.waitForTurn(runner);
        backoff.reset();
        await this.relay(runner);
        await runner.query('SELECT pg_advisory_unlock_all()');
      } catch (error) {
        this.logger.warn({ err: error, schema: this.database.schema }, 'the relay starts over');
        // The connection goes back to the pool; its lock must not go with it.
        await runner.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
        await backoff.pause(this.stopping.signal);
      } finally {
        await runner.release().catch(() => undefined);
      }
    }
  }

  private async waitForTurn(runner: QueryRunner): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const [row] = (await runner.query(`SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held`, [
        `relay:${this.database.schema}`,
      ])) as { held: boolean }[];
      if (row?.held) return;
      await wait(STANDBY_MS, this.stopping.signal);
    }
  }

  private async relay(runner: QueryRunner): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // Before the read, so that a row committed during it is not slept over.
      this.idle = new AbortController();
      const rows = await this.read(runner);
      if (rows.length === 0) {
        await wait(IDLE_MS, this.idle.signal);
        continue;
      }
      await this.transport.produce(rows.map(({ id: _id, ...record }) => record));
      await runner.query(`DELETE FROM outbox WHERE id = ANY ($1::bigint[])`, [rows.map(({ id }) => id)]);
    }
  }

  /** The oldest rows, as many as fit one send and memory. */
  private async read(runner: QueryRunner): Promise<OutboxRow[]> {
    return (await runner.query(
      `SELECT id, topic, key, value, headers FROM (
         SELECT *, sum(octet_length(value)) OVER (ORDER BY id) - octet_length(value) AS before
         FROM (SELECT * FROM outbox ORDER BY id LIMIT ${BATCH_ROWS}) AS oldest) AS rows
       WHERE before < ${MAX_RECORD_BYTES} ORDER BY id`,
    )) as OutboxRow[];
  }
}
