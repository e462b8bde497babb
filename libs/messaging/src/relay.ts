import type { Database, DatabaseSession } from '@chargemesh/persistence';
import type { Logger } from './log.js';
import { MAX_RECORD_BYTES, type OutgoingRecord, type Transport } from './transport.js';
import { Backoff, wait, within } from './wait.js';

const BATCH_ROWS = 1_000;
/** How soon rows are seen of which no word came, as when their process ended right after the commit. */
const LOOK_MS = 15_000;
/** How often a relay that is not the active one tries to become it. */
const STANDBY_MS = 1_000;
/** How often such a one tells the active one of new rows, at most. */
const TOLD_EVERY_MS = 50;
const AGAIN_AFTER_MS = 100;
const STOP_WITHIN_MS = 10_000;

interface OutboxRow extends OutgoingRecord {
  readonly id: string;
}

/**
 * Sends a schema's outbox rows and deletes them. One relay per schema is active, by a session lock on the connection
 * that it also reads and deletes with; it looks for rows that are there, never for ids above the last one, because ids
 * commit out of order. It is woken by commits of its own process, and by the relays of the others, which notify it after
 * theirs: a NOTIFY within these transactions would have them commit one after the other.
 */
export class Relay {
  private readonly stopping = new AbortController();
  /** Aborted when there are new rows. */
  private news = new AbortController();
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
  readonly wake = (): void => this.news.abort();

  /** Lets the batch in hand be sent and deleted. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    const ended = await within(STOP_WITHIN_MS, this.running ?? Promise.resolve());
    if (!ended) this.logger.warn({ schema: this.database.schema }, 'the relay did not end in time');
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(AGAIN_AFTER_MS, 5_000);
    while (!this.stopping.signal.aborted) {
      let session: DatabaseSession | undefined;
      try {
        session = await this.database.session('relay');
        await this.waitForTurn(session);
        backoff.reset();
        await this.relay(session);
      } catch (error) {
        this.logger.warn({ err: error, schema: this.database.schema }, 'the relay starts over');
        await backoff.pause(this.stopping.signal);
      } finally {
        // Its lock goes with it.
        await session?.close();
      }
    }
  }

  private get channel(): string {
    return `${this.database.schema}_outbox`;
  }

  /** Until it is the active one, it tells that one of new rows. */
  private async waitForTurn(session: DatabaseSession): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (await this.isTurn(session)) return;
      await wait(STANDBY_MS, this.news.signal);
      if (!this.news.signal.aborted) continue;
      // Before it is told, so that of a row committed meanwhile is told as well.
      this.news = new AbortController();
      await session.query(`SELECT pg_notify($1, '')`, [this.channel]);
      await wait(TOLD_EVERY_MS, this.stopping.signal);
    }
  }

  private async isTurn(session: DatabaseSession): Promise<boolean> {
    const [row] = await session.query<{ held: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held`,
      [`relay:${this.database.schema}`],
    );
    return row?.held === true;
  }

  private async relay(session: DatabaseSession): Promise<void> {
    session.onNotification(this.wake);
    session.lost.addEventListener('abort', this.wake, { once: true });
    await session.query(`LISTEN "${this.channel}"`);
    // It only deletes: what a crash of the server brings back is sent once more, as after a crash of ours.
    await session.query('SET synchronous_commit = off');
    while (!this.stopping.signal.aborted) {
      // Before the read, so that a row committed during it is not slept over.
      this.news = new AbortController();
      const rows = await this.read(session);
      if (rows.length === 0) {
        await wait(LOOK_MS, this.news.signal);
        continue;
      }
      await this.transport.produce(rows.map(({ id: _id, ...record }) => record));
      await session.prepared(`DELETE FROM outbox WHERE id = ANY ($1::bigint[])`, [rows.map(({ id }) => id)]);
    }
  }

  /** The oldest rows, as many as fit one send and memory. */
  private read(session: DatabaseSession): Promise<OutboxRow[]> {
    return session.prepared<OutboxRow>(
      `SELECT id, topic, key, value, headers FROM (
         SELECT *, sum(octet_length(value)) OVER (ORDER BY id) - octet_length(value) AS before
         FROM (SELECT * FROM outbox ORDER BY id LIMIT ${BATCH_ROWS}) AS oldest) AS rows
       WHERE before < ${MAX_RECORD_BYTES} ORDER BY id`,
      [],
    );
  }
}
