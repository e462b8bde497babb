import type { DatabaseSession } from './database-session.js';
import { ConnectionLost, isTransient } from './retryable.js';

/**
 * What one process of all does at a time, each under a session lock. They share one connection outside the pool: whoever
 * held one of the pool would need a second one for the work, and with as many of them as the pool has, all would wait.
 */
export class SessionLocks {
  private readonly held = new Set<string>();
  private session: Promise<DatabaseSession> | undefined;
  private closed = false;

  constructor(private readonly open: () => Promise<DatabaseSession>) {}

  /**
   * Does work under the lock of this name; undefined when another is at it, here or elsewhere. The signal is aborted when
   * the lock is lost.
   */
  async run<T>(name: string, work: (lost: AbortSignal) => Promise<T>): Promise<T | undefined> {
    // PostgreSQL gives a session its own lock once more.
    if (this.held.has(name)) return undefined;
    this.held.add(name);
    try {
      const session = await this.opened();
      return (await isLocked(session, name)) ? await this.under(session, name, work) : undefined;
    } finally {
      this.held.delete(name);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const session = await this.session?.catch(() => undefined);
    await session?.close();
  }

  private async under<T>(
    session: DatabaseSession,
    name: string,
    work: (lost: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work(session.lost);
    } catch (error) {
      throw session.lost.aborted && !isTransient(error) ? new ConnectionLost(error) : error;
    } finally {
      // A lock that cannot be given back goes with its session.
      await unlock(session, name).catch(() => session.close().catch(() => undefined));
    }
  }

  /** The session that is there, or a new one where it was lost. */
  private opened(): Promise<DatabaseSession> {
    this.session ??= this.begin();
    return this.session;
  }

  private async begin(): Promise<DatabaseSession> {
    const forget = (): void => {
      this.session = undefined;
    };
    try {
      if (this.closed) throw new ConnectionLost('the database was closed');
      const session = await this.open();
      if (session.lost.aborted) throw new ConnectionLost('it ended as soon as it was made');
      session.lost.addEventListener('abort', forget, { once: true });
      return session;
    } catch (error) {
      forget();
      throw error;
    }
  }
}

async function isLocked(session: DatabaseSession, name: string): Promise<boolean> {
  const [row] = await session.query<{ held: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held', [
    name,
  ]);
  return row?.held === true;
}

async function unlock(session: DatabaseSession, name: string): Promise<void> {
  await session.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
}
