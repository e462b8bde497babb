import type { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';

/** How long a connection may take to be made, in milliseconds. */
export const CONNECT_WITHIN_MS = 5_000;
/** How long a statement may take, and may wait for a lock, unless it is said otherwise, in milliseconds. */
export const STATEMENT_TIMEOUT_MS = 30_000;
export const LOCK_TIMEOUT_MS = 20_000;
/** When an idle connection begins to be probed by TCP, in milliseconds. */
const PROBE_AFTER_MS = 10_000;
/** What is here already when the event loop was blocked is read within this, in milliseconds. */
const READ_WITHIN_MS = 200;
/** How long the other side has to say goodbye, in milliseconds. */
const ENDS_WITHIN_MS = 2_000;

export interface ConnectionConfig extends ClientConfig {
  /** How long a statement may stay without its answer, in milliseconds; without a bound, if absent. */
  readonly answerWithinMs?: number;
}

/**
 * The one kind of connection to PostgreSQL, in pools and alone. Its loss is an error of whoever uses it and never one of
 * the process; one that has gone silent (no FIN, no RST) is ended when an answer is overdue.
 */
export class Connection extends Client {
  /** Whether it is gone and its transaction, its locks and what it listened to with it. */
  lost = false;
  private answerWithinMs: number;

  constructor(config: ConnectionConfig) {
    super({
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: PROBE_AFTER_MS,
      ...config,
    });
    this.answerWithinMs = config.answerWithinMs ?? Infinity;
    const lost = (): void => {
      this.lost = true;
    };
    // Before anybody has it: a server that stops may say so in the same packet in which it lets us in.
    this.on('error', lost).on('end', lost);
    this.query = this.bounded(this.query.bind(this) as Query) as Client['query'];
  }

  /** Does work whose statements have to be answered sooner. */
  async within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
    const usual = this.answerWithinMs;
    this.answerWithinMs = Math.min(milliseconds, usual);
    try {
      return await work();
    } finally {
      this.answerWithinMs = usual;
    }
  }

  /** Ends the connection, at the latest when the other side has said nothing to it for two seconds. */
  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const { stream } = (this as unknown as { connection: { stream: Socket } }).connection;
    const timer = setTimeout(() => stream.destroy(), ENDS_WITHIN_MS).unref();
    this.once('end', () => clearTimeout(timer));
    return callback ? super.end(callback) : super.end();
  }

  /** Statements are given with a callback (by the pool) or without. */
  private bounded(query: Query): Query {
    return (...given) => {
      const answered = this.expectAnswer();
      const callback = given.at(-1);
      if (typeof callback === 'function') {
        const heard = (error: unknown, ...result: unknown[]): void => {
          answered(error);
          (callback as (...answer: unknown[]) => void)(error, ...result);
        };
        return query(...given.slice(0, -1), heard);
      }
      const answer = query(...given) as Promise<unknown>;
      answer.then(() => answered(undefined), answered);
      return answer;
    };
  }

  private expectAnswer(): (error: unknown) => void {
    let timer: NodeJS.Timeout | undefined;
    const overdue = (): void => {
      timer = setTimeout(() => void this.end(), READ_WITHIN_MS);
    };
    if (this.answerWithinMs !== Infinity) timer = setTimeout(overdue, this.answerWithinMs);
    return (error) => {
      clearTimeout(timer);
      if (isEnding(error) || isForgetful(error)) this.lost = true;
    };
  }
}

type Query = (...given: unknown[]) => unknown;

/** What is looked at of an error of PostgreSQL. */
interface ServerError {
  readonly severity?: string;
  readonly code?: string;
  readonly routine?: string;
}

/** The server says why it ends a connection before it does. */
function isEnding(error: unknown): boolean {
  const { severity } = (error ?? {}) as ServerError;
  return severity === 'FATAL' || severity === 'PANIC';
}

/**
 * Whether a statement was prepared that is not there (a pooler between, `DISCARD`), or gives other columns since a migration:
 * only a new connection gets over that.
 */
function isForgetful(error: unknown): boolean {
  const { code, routine } = (error ?? {}) as ServerError;
  return code === '26000' || code === '42P05' || (code === '0A000' && routine === 'RevalidateCachedQuery');
}

/**
 * What the server is told about a connection, so that a client that died without a word holds nothing for long: no
 * transaction, no lock, no session lock. In milliseconds, those of TCP in seconds, as PostgreSQL has them.
 */
export function serverSettings(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries({
    timezone: 'UTC',
    idle_in_transaction_session_timeout: 45_000,
    idle_session_timeout: 45_000,
    // Where the system of the server does not know one of them, it says so in its log and goes on.
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
    tcp_user_timeout: 20_000,
    ...settings,
  })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
