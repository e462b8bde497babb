import { DataSource, type EntityManager, type EntitySchema, type QueryRunner } from 'typeorm';

export interface DatabaseOptions {
  /** Connection URL of the service's own role. */
  url: string;
  /** The service's schema; the only one its role can reach. */
  schema: string;
  entities?: (EntitySchema | (new () => object))[];
  /** Connections held at most. */
  poolSize?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
}

const CONNECT_WITHIN_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS = 20_000;

/** A service's view of PostgreSQL: its schema, in transactions that see only the named operators' rows. */
export class Database {
  private constructor(
    readonly dataSource: DataSource,
    readonly schema: string,
  ) {}

  static async open(options: DatabaseOptions): Promise<Database> {
    const dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      entities: options.entities ?? [],
      poolSize: options.poolSize ?? 8,
      applicationName: options.applicationName ?? options.schema,
      connectTimeoutMS: CONNECT_WITHIN_MS,
      // A broken idle connection is replaced by the pool; without a listener it would end the process.
      poolErrorHandler: () => undefined,
      extra: {
        options: `-c search_path=${options.schema} -c statement_timeout=${STATEMENT_TIMEOUT_MS} -c lock_timeout=${LOCK_TIMEOUT_MS} -c idle_in_transaction_session_timeout=60000 -c timezone=UTC`,
      },
    });
    await dataSource.initialize();
    return new Database(dataSource, options.schema);
  }

  /**
   * Runs `work` in one transaction. Row-level security lets it see and write only rows of `operators`;
   * with none, only tables that belong to no operator. Functions given to `onCommit` run after the commit.
   */
  async transaction<T>(operators: readonly string[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const tx = new Transaction(runner);
    try {
      await runner.startTransaction();
      await tx.see(operators);
      const result = await work(tx);
      await runner.commitTransaction();
      tx.committed();
      return result;
    } catch (error) {
      // The connection may be what failed; the error that matters is the first one.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  /** One read by itself, in one round trip: of tables that belong to no operator. */
  read<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.dataSource.query<Row[]>(sql, parameters);
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

/** What node-postgres has and TypeORM does not pass on. */
interface PreparingClient {
  query(statement: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>;
}

/** An open transaction. */
export class Transaction {
  private readonly afterCommit: (() => void)[] = [];

  constructor(private readonly runner: QueryRunner) {}

  /** TypeORM's entity manager on this transaction, for reads and single rows; hot paths use `query`. */
  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** Runs one statement and returns the rows it gives, for every kind of statement. */
  async query<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const result = await this.runner.query(sql, parameters, true);
    return (result.records ?? []) as Row[];
  }

  /**
   * Like `query`, for a read that takes longer to plan than to run: each connection plans it once.
   * @param name of this statement and no other, in the service
   */
  async prepared<Row = Record<string, unknown>>(name: string, sql: string, parameters: unknown[]): Promise<Row[]> {
    const client = (await this.runner.connect()) as PreparingClient;
    return (await client.query({ name, text: sql, values: parameters })).rows as Row[];
  }

  /** Makes the rows of these operators visible, for the rest of the transaction, in place of those before. */
  async see(operators: readonly string[]): Promise<void> {
    await this.query(`SELECT set_config('chargemesh.operators', $1, true)`, [`{${operators.join(',')}}`]);
  }

  /** Takes the exclusive locks of the named aggregates until the end of the transaction, in one order for everybody. */
  async lock(keys: Iterable<string>): Promise<void> {
    const names = [...new Set(keys)];
    if (names.length === 0) return;
    await this.query(
      `SELECT pg_advisory_xact_lock(id) FROM (SELECT DISTINCT hashtextextended(name, 0) AS id FROM unnest($1::text[]) AS name ORDER BY id) AS locks`,
      [names],
    );
  }

  /**
   * Runs work in a savepoint: when it fails, what it wrote and what it wanted after the commit is forgotten, and the
   * transaction goes on. Deferred constraints are checked at its end.
   */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    const actions = this.afterCommit.length;
    await this.query('SAVEPOINT attempt');
    try {
      const result = await work();
      await this.query('SET CONSTRAINTS ALL IMMEDIATE');
      await this.query('SET CONSTRAINTS ALL DEFERRED');
      await this.query('RELEASE SAVEPOINT attempt');
      return result;
    } catch (error) {
      this.afterCommit.length = actions;
      await this.query('ROLLBACK TO SAVEPOINT attempt');
      throw error;
    }
  }

  onCommit(action: () => void): void {
    this.afterCommit.push(action);
  }

  /** @internal */
  committed(): void {
    for (const action of this.afterCommit) action();
  }
}
