import { Connection, type ConnectionConfig } from './connection.js';
import { ConnectionLost } from './retryable.js';
import { statementNames } from './statement-names.js';

/** How often a session that is only held is asked, and how soon it has to answer, in milliseconds. */
const ASKED_EVERY_MS = 10_000;
const ANSWERS_WITHIN_MS = 10_000;

/**
 * A connection outside the pool, for what belongs to a connection: session locks and LISTEN. It is asked regularly, so
 * that neither side holds on to the other in silence: the server ends a session that does not ask, this side one that
 * does not answer.
 */
export class DatabaseSession {
  private readonly loss = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly connection: Connection) {
    connection.once('end', () => this.over());
    this.timer = setInterval(() => void this.ask(), ASKED_EVERY_MS).unref();
    if (connection.lost) this.over();
  }

  static async open(config: ConnectionConfig): Promise<DatabaseSession> {
    const connection = new Connection(config);
    try {
      await connection.connect();
    } catch (error) {
      throw new ConnectionLost(error);
    }
    return new DatabaseSession(connection);
  }

  /** Aborted when the session is over, with all that it held. */
  get lost(): AbortSignal {
    return this.loss.signal;
  }

  /** @param withinMs how soon an answer has to come, where that is sooner than to any statement; else the session is over */
  query<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = [], withinMs = Infinity): Promise<Row[]> {
    const ask = () => this.connection.query<Row & object>(sql, parameters);
    return this.next(() => this.connection.within(withinMs, ask)).then(({ rows }) => rows);
  }

  /** Like `query`, for a statement that is given again and again: it is parsed and planned once. */
  prepared<Row = Record<string, unknown>>(sql: string, parameters: unknown[]): Promise<Row[]> {
    const statement = { ...statementNames.named(sql), text: sql, values: parameters };
    return this.next(() => this.connection.query<Row & object>(statement)).then(({ rows }) => rows);
  }

  /** Hears what is announced on the channels it listens to. */
  onNotification(heard: (channel: string, payload: string) => void): void {
    this.connection.on('notification', ({ channel, payload }) => heard(channel, payload ?? ''));
  }

  /** Ends the session, and with it its locks. */
  async close(): Promise<void> {
    this.over();
    await this.connection.end();
  }

  private async ask(): Promise<void> {
    const asked = () => this.connection.within(ANSWERS_WITHIN_MS, () => this.connection.query('SELECT 1'));
    await this.next(asked).catch(() => undefined);
  }

  /** One statement at a time: the asking is one too. */
  private async next<T>(statement: () => Promise<T>): Promise<T> {
    const answer = this.last.then(statement);
    this.last = answer.catch(() => undefined);
    try {
      return await answer;
    } catch (error) {
      if (!this.connection.lost) throw error;
      // Its end may never come.
      void this.close().catch(() => undefined);
      throw new ConnectionLost(error);
    }
  }

  private over(): void {
    clearInterval(this.timer);
    this.loss.abort();
  }
}
