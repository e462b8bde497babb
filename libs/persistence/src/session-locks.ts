import type { DatabaseSession } from './database-session.js';
import { ConnectionLost } from './retryable.js';

/** Everybody who wants a lock waits for this answer, and nothing in the server does. */
const ANSWERS_WITHIN_MS = 10_000;

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
      return (await this.isLocked(session, name)) ? await this.under(session, name, work) : undefined;
    } finally {
      this.held.delete(name);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const session = await this.session?.catch(() => undefined);
    await session?.close();
  }

  private async isLocked(session: DatabaseSession, name: string): Promise<boolean> {
    const locked = await this.orClosed(session, 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS done', name);
    // It may have ended just after it gave the lock.
    if (locked && session.lost.aborted) throw new ConnectionLost('the session of the lock has ended');
    return locked;
  }

  private async under<T>(session: DatabaseSession, name: string, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await work(session.lost);
    } finally {
      await this.unlock(session, name);
    }
  }

  /** A lock that cannot be given back goes with its session. */
  private async unlock(session: DatabaseSession, name: string): Promise<void> {
    if (session.lost.aborted) return;
    const sql = 'SELECT pg_advisory_unlock(hashtextextended($1, 0)) AS done';
    const isDone = await this.orClosed(session, sql, name).catch(() => false);
    if (!isDone) await session.close().catch(() => undefined);
  }

  /** Whether it is done; where nobody knows, the session is closed, and with it goes what it holds. */
  private async orClosed(session: DatabaseSession, sql: string, name: string): Promise<boolean> {
    try {
      const [row] = await session.query<{ done: boolean }>(sql, [name], ANSWERS_WITHIN_MS);
      return row?.done === true;
    } catch (error) {
      await session.close().catch(() => undefined);
      throw error;
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
