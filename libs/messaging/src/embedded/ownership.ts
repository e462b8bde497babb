import type { Database, DatabaseSession } from '@chargemesh/persistence';
import type { Logger } from '../log.js';
import { Backoff, wait } from '../wait.js';
import { CHANNEL } from './log.store.js';

/** How long a predecessor that is ending is waited for. */
const TAKEN_WITHIN_MS = 5_000;

/** Another process serves this log. */
export class LogInUse extends Error {
  override readonly name = 'LogInUse';
  constructor() {
    super('The embedded log is in use by another process; it serves one at a time.');
  }
}

/** The session that holds the log for this process and hears of appended topics. */
export class Ownership {
  /** False when another process has taken the log. */
  live = true;
  private session: DatabaseSession | undefined;
  private readonly closing = new AbortController();

  constructor(
    private readonly database: Pick<Database, 'session'>,
    private readonly heard: (topic: string) => void,
    /** Called when it hears again: in any topic something may have been appended before. */
    private readonly missed: () => void,
    private readonly logger: Logger,
  ) {}

  async acquire(): Promise<void> {
    const session = await this.database.session('owner');
    try {
      await this.lock(session);
      session.onNotification((_, topic) => this.heard(topic));
      await session.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      await session.close();
      throw error;
    }
    this.session = session;
    if (session.lost.aborted) void this.reacquire();
    else session.lost.addEventListener('abort', () => void this.reacquire(), { once: true });
  }

  async release(): Promise<void> {
    this.closing.abort();
    await this.session?.close();
  }

  private async lock(session: DatabaseSession): Promise<void> {
    for (const until = performance.now() + TAKEN_WITHIN_MS; ;) {
      const [row] = await session.query<{ held: boolean }>(
        `SELECT pg_try_advisory_lock(hashtextextended('embedded_log', 0)) AS held`,
      );
      if (row?.held) return;
      if (performance.now() > until || this.closing.signal.aborted) throw new LogInUse();
      await wait(100, this.closing.signal);
    }
  }

  private async reacquire(): Promise<void> {
    const backoff = new Backoff(50, 2_000);
    while (!this.closing.signal.aborted) {
      try {
        await this.acquire();
        // Nobody has taken it for good.
        this.live = true;
        this.missed();
        return;
      } catch (error) {
        this.live = !(error instanceof LogInUse);
        this.logger.warn({ err: error }, 'the embedded log lost its connection');
        await backoff.pause(this.closing.signal);
      }
    }
  }
}
