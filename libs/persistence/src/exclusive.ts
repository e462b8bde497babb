import type { Connection } from './connection.js';

/** How often the server hears that the lock is still wanted, in milliseconds; it ends a session that says nothing. */
const ASKED_EVERY_MS = 10_000;
const ANSWERS_WITHIN_MS = 10_000;

/** A session lock on a connection that does nothing else meanwhile. */
export class Exclusive {
  constructor(
    private readonly connection: Connection,
    private readonly name: string,
  ) {}

  async run<T>(work: (lost: AbortSignal) => Promise<T>): Promise<T | undefined> {
    if (!(await this.lock())) return undefined;
    const lost = new AbortController();
    const end = (): void => lost.abort();
    this.connection.once('end', end);
    const timer = setInterval(() => void this.ask().catch(() => undefined), ASKED_EVERY_MS).unref();
    try {
      return await work(lost.signal);
    } finally {
      clearInterval(timer);
      this.connection.off('end', end);
      await this.unlock();
    }
  }

  private async lock(): Promise<boolean> {
    const { rows } = await this.connection.query<{ held: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
      [this.name],
    );
    return rows[0]?.held === true;
  }

  private ask(): Promise<unknown> {
    return this.connection.within(ANSWERS_WITHIN_MS, () => this.connection.query('SELECT 1'));
  }

  /** The connection goes back to the pool; where its lock would go with it, it is ended. */
  private async unlock(): Promise<void> {
    try {
      await this.connection.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [this.name]);
    } catch {
      await this.connection.end();
    }
  }
}
