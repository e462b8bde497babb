import { Client } from 'pg';
import type { Logger } from '../log.js';
import { Backoff, wait, within } from '../wait.js';
import { CHANNEL } from './log.store.js';

/** How long a predecessor that is ending is waited for. */
const TAKEN_WITHIN_MS = 5_000;
const CONNECT_WITHIN_MS = 5_000;

/** Another process serves this log. */
export class LogInUse extends Error {
  override readonly name = 'LogInUse';
  constructor() {
    super('The embedded log is in use by another process; it serves one at a time.');
  }
}

/** The connection that holds the log for this process and hears of appended topics. */
export class Ownership {
  /** False when another process has taken the log. */
  live = true;
  private client: Client | undefined;
  private readonly closing = new AbortController();

  constructor(
    private readonly url: string,
    private readonly heard: (topic: string) => void,
    private readonly logger: Logger,
  ) {}

  async acquire(): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'embedded_log owner',
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      keepAlive: true,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await this.lock(client);
      client.on('notification', ({ payload }) => this.heard(payload ?? ''));
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
    client.once('end', () => void this.reacquire());
  }

  async release(): Promise<void> {
    this.closing.abort();
    if (this.client) await within(CONNECT_WITHIN_MS, this.client.end());
  }

  private async lock(client: Client): Promise<void> {
    for (const until = performance.now() + TAKEN_WITHIN_MS; ;) {
      const { rows } = await client.query<{ held: boolean }>(
        `SELECT pg_try_advisory_lock(hashtextextended('embedded_log', 0)) AS held`,
      );
      if (rows[0]?.held) return;
      if (performance.now() > until || this.closing.signal.aborted) throw new LogInUse();
      await wait(100, this.closing.signal);
    }
  }

  private async reacquire(): Promise<void> {
    const backoff = new Backoff(50, 2_000);
    while (!this.closing.signal.aborted) {
      try {
        await this.acquire();
        return;
      } catch (error) {
        this.live = !(error instanceof LogInUse);
        this.logger.warn({ err: error }, 'the embedded log lost its connection');
        await backoff.pause(this.closing.signal);
      }
    }
  }
}
