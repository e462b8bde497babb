import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource, type EntitySchema, type QueryRunner } from 'typeorm';
import {
  CONNECT_WITHIN_MS,
  Connection,
  type ConnectionConfig,
  LOCK_TIMEOUT_MS,
  STATEMENT_TIMEOUT_MS,
  serverSettings,
} from './connection.js';
import { ConnectionLost, blame } from './retryable.js';
import { DatabaseSession } from './database-session.js';
import { lockName } from './lock-name.js';
import { SessionLocks } from './session-locks.js';
import { Transaction } from './transaction.js';
import { UnitOfWork } from './unit-of-work.js';

export interface DatabaseOptions {
  /** Connection URL of the service's own role. */
  url: string;
  /**
   * URL that leads to PostgreSQL itself, where `url` leads to a pooler that lends its connections for a transaction
   * (PgBouncer): what belongs to a session goes there, and the settings of pooled connections are those of the role.
   */
  sessionUrl?: string;
  /** The service's schema; the only one its role can reach. */
  schema: string;
  entities?: (EntitySchema | (new () => object))[];
  /** Connections of the pool, at most; 8, if absent. What belongs to a session has connections of its own. */
  poolSize?: number;
  /** How long a statement may take, and may wait for a lock, in milliseconds; 30 s and 20 s, if absent. */
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Hears what was thrown by work after a commit, which stands all the same. */
  afterCommitFailed?: (error: unknown) => void;
}

/** What node-postgres tells of its pool. */
interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max: number };
}

export interface PoolUse {
  readonly open: number;
  readonly idle: number;
  /** Who waits for a connection. */
  readonly waiting: number;
  readonly max: number;
}

/** The server gives up first; who hears nothing even then has a connection that is silent. */
const ANSWER_AFTER_TIMEOUT_MS = 5_000;
/** The server ends what is idle for 45 s; what is in use every few seconds is kept, and not made anew each time. */
const KEPT_IDLE_MS = 40_000;
/** Beginning a transaction waits for nothing in the server. */
const BEGIN_WITHIN_MS = 5_000;

/** A service's view of PostgreSQL: its schema, in transactions that see only the named operators' rows. */
export class Database {
  private readonly units = new AsyncLocalStorage<UnitOfWork>();
  private readonly locks = new SessionLocks(() => this.session('locks'));

  private constructor(
    readonly dataSource: DataSource,
    private readonly options: DatabaseOptions,
  ) {}

  static async open(options: DatabaseOptions): Promise<Database> {
    const applicationName = options.applicationName ?? options.schema;
    const dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      entities: options.entities ?? [],
      poolSize: options.poolSize ?? 8,
      applicationName,
      connectTimeoutMS: CONNECT_WITHIN_MS,
      // A broken idle connection is replaced by the pool; without a listener it would end the process.
      poolErrorHandler: () => undefined,
      extra: {
        Client: Connection,
        idleTimeoutMillis: KEPT_IDLE_MS,
        ...(options.sessionUrl === undefined ? boundsOf(options) : pooledBoundsOf(options)),
      },
    });
    await dataSource.initialize();
    return new Database(dataSource, { ...options, applicationName });
  }

  /** How its connections are used at this moment. */
  get pool(): PoolUse {
    const { totalCount, idleCount, waitingCount, options } = (this.dataSource.driver as unknown as { master: Pool })
      .master;
    return { open: totalCount, idle: idleCount, waiting: waitingCount, max: options.max };
  }

  get schema(): string {
    return this.options.schema;
  }

  /**
   * Runs `work` in one transaction. Row-level security lets it see and write only rows of `operators`;
   * with none, only tables that belong to no operator. Functions given to `onCommit` run after the commit, and what
   * they throw does not undo it. Rejects with `ConnectionLost` whenever the connection was lost, whatever `work` made of
   * it; whether a commit came before the loss is then unknown.
   */
  async transaction<T>(operators: readonly string[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    const unit = this.openUnit();
    if (unit) return unit.join(operators, (inner) => this.units.run(inner, () => work(inner.tx)));
    const { tx, result } = await this.connected(async (runner, connection) => {
      const opened = new Transaction(runner, connection, this.options.sessionUrl !== undefined, this.schema);
      try {
        await connection.within(BEGIN_WITHIN_MS, () => opened.begin(operators));
        const done = await work(opened);
        await opened.commit();
        return { tx: opened, result: done };
      } catch (error) {
        // The connection may be what failed; the error that matters is the first one.
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      } finally {
        opened.end();
      }
    });
    tx.committed(this.options.afterCommitFailed ?? ((error) => process.emitWarning(error as Error)));
    return result;
  }

  /**
   * Runs `work` in a transaction that all transactions and reads join which it begins, wherever in the code: what they
   * change is committed with it or not at all.
   */
  unitOfWork<T>(operators: readonly string[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.transaction(operators, (tx) => this.units.run(new UnitOfWork(tx), () => work(tx)));
  }

  /** One read by itself, in one round trip: of tables that belong to no operator. */
  read<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const unit = this.openUnit();
    if (unit) return unit.tx.query<Row>(sql, parameters);
    return this.connected(async (_, connection) => (await connection.query(sql, parameters)).rows as Row[]);
  }

  /** A connection of its own, for what belongs to one: session locks and LISTEN. */
  session(name: string): Promise<DatabaseSession> {
    return DatabaseSession.open(this.sessionConfig(name));
  }

  /**
   * Does work that one process of all does at a time, under the session lock of this name; undefined when another is at
   * it. The signal is aborted when the lock is lost.
   */
  exclusively<T>(name: string, work: (lost: AbortSignal) => Promise<T>): Promise<T | undefined> {
    return this.locks.run(lockName(this.schema, name), work);
  }

  async close(): Promise<void> {
    try {
      // Waits for the work in hand, which may be under a lock.
      if (this.dataSource.isInitialized) await this.dataSource.destroy();
    } finally {
      await this.locks.close();
    }
  }

  private openUnit(): UnitOfWork | undefined {
    const unit = this.units.getStore();
    return unit?.isOpen ? unit : undefined;
  }

  private sessionConfig(name: string): ConnectionConfig {
    const { url, sessionUrl = url, applicationName } = this.options;
    return {
      connectionString: sessionUrl,
      application_name: `${applicationName} ${name}`,
      ...boundsOf(this.options),
    };
  }

  /** Lends a connection of the pool. That none can be had is nobody's fault either, whatever the reason. */
  private async connected<T>(work: (runner: QueryRunner, connection: Connection) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const connection = await connect(runner);
      try {
        return await work(runner, connection);
      } catch (error) {
        // The pool would lend it once more: the server has said that it ends it, and has not done so yet.
        if (connection.lost) void connection.end();
        throw blame(connection, error);
      }
    } finally {
      await runner.release().catch(() => undefined);
    }
  }
}

function boundsOf({
  schema,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
  lockTimeoutMs = LOCK_TIMEOUT_MS,
}: DatabaseOptions): Pick<ConnectionConfig, 'options' | 'answerWithinMs'> {
  return {
    options: serverSettings({
      search_path: schema,
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
    }),
    answerWithinMs: statementTimeoutMs + ANSWER_AFTER_TIMEOUT_MS,
  };
}

/** A pooler lends connections that others have made: it takes no settings for one of them. */
function pooledBoundsOf(options: DatabaseOptions): Pick<ConnectionConfig, 'answerWithinMs'> {
  return { answerWithinMs: boundsOf(options).answerWithinMs };
}

async function connect(runner: QueryRunner): Promise<Connection> {
  try {
    return (await runner.connect()) as Connection;
  } catch (error) {
    throw new ConnectionLost(error);
  }
}
