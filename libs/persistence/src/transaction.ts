import type { EntityManager, QueryRunner } from 'typeorm';
import type { Connection } from './connection.js';
import { blame } from './retryable.js';
import { lockName } from './lock-name.js';
import { statementNames } from './statement-names.js';

/** The transaction was used after its end: something in it was not waited for. */
class TransactionOver extends Error {
  override readonly name = 'TransactionOver';
}

/** An open transaction. */
export class Transaction {
  private readonly afterCommit: (() => void)[] = [];
  private over = false;
  private operators: readonly string[] = [];

  constructor(
    private readonly runner: QueryRunner,
    private readonly connection: Connection,
    /** Whether the next transaction may be on another connection of the server. */
    private readonly pooled: boolean,
    private readonly schema: string,
  ) {}

  /** TypeORM's entity manager on this transaction, for reads and single rows; hot paths use `prepared`. */
  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** Whose rows are visible. */
  get seen(): readonly string[] {
    return this.operators;
  }

  get isOver(): boolean {
    return this.over;
  }

  /** Runs one statement and returns the rows it gives, for every kind of statement. */
  async query<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.run(() => this.connection.query(sql, parameters))).rows as Row[];
  }

  /**
   * Like `query`, for a statement that is given again and again: each connection parses and plans it once, unless it is
   * pooled. For statements that reach rows by an index whatever the parameters are: the plan knows nothing of them.
   * @param sql one of few texts; no value is a part of it
   */
  async prepared<Row = Record<string, unknown>>(sql: string, parameters: unknown[]): Promise<Row[]> {
    const statement = { ...(this.pooled ? {} : statementNames.named(sql)), text: sql, values: parameters };
    return (await this.run(() => this.connection.query(statement))).rows as Row[];
  }

  /** Makes the rows of these operators visible, for the rest of the transaction, in place of those before. */
  async see(operators: readonly string[]): Promise<void> {
    await this.query(`SELECT set_config('chargemesh.operators', $1, true)`, [listOf(operators)]);
    this.operators = operators;
  }

  /**
   * Takes the exclusive locks of the service's aggregates of these names until the end of the transaction, in one order for
   * everybody.
   */
  async lock(keys: Iterable<string>): Promise<void> {
    const names = this.lockNames(keys);
    if (names.length === 0) return;
    await this.prepared(
      `SELECT pg_advisory_xact_lock(id) FROM (SELECT DISTINCT hashtextextended(name, 0) AS id FROM unnest($1::text[]) AS name ORDER BY id) AS locks`,
      [names],
    );
  }

  /** Takes the locks of those that nobody else holds, without waiting for the others; gives whose they are. */
  async tryLock(keys: Iterable<string>): Promise<ReadonlySet<string>> {
    const wanted = [...new Set(keys)];
    if (wanted.length === 0) return new Set();
    const rows = await this.query<{ key: string }>(
      `SELECT key FROM unnest($1::text[], $2::text[]) AS wanted(key, name)
       WHERE pg_try_advisory_xact_lock(hashtextextended(name, 0))`,
      [wanted, this.lockNames(wanted)],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /**
   * Runs work in a savepoint: when it fails, what it wrote and what it wanted after the commit is forgotten, and the
   * transaction goes on. Deferred constraints are checked at its end.
   */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    const actions = this.afterCommit.length;
    const { operators } = this;
    await this.query('SAVEPOINT attempt');
    try {
      const result = await work();
      await this.query('SET CONSTRAINTS ALL IMMEDIATE');
      await this.query('SET CONSTRAINTS ALL DEFERRED');
      await this.query('RELEASE SAVEPOINT attempt');
      return result;
    } catch (error) {
      this.afterCommit.length = actions;
      // The setting goes back with the savepoint.
      this.operators = operators;
      // Released, since an attempt around it has one of the same name.
      await this.query('ROLLBACK TO SAVEPOINT attempt');
      await this.query('RELEASE SAVEPOINT attempt');
      throw blame(this.connection, error);
    }
  }

  onCommit(action: () => void): void {
    this.afterCommit.push(action);
  }

  /** @internal Begins it and makes the rows of these operators visible, in one round trip. */
  async begin(operators: readonly string[]): Promise<void> {
    // TypeORM saves entities within it then, and not each in a transaction of its own.
    Object.assign(this.runner, { isTransactionActive: true });
    const seen = this.connection.escapeLiteral(listOf(operators));
    await this.run(() =>
      this.connection.query(`START TRANSACTION; SELECT set_config('chargemesh.operators', ${seen}, true)`),
    );
    this.operators = operators;
  }

  /** @internal */
  async commit(): Promise<void> {
    // A transaction in which a statement failed is rolled back by its COMMIT, which is no error to PostgreSQL.
    const { command } = await this.run(() => this.connection.query('COMMIT'));
    if (command !== 'COMMIT') throw new Error('nothing was committed: a statement of the transaction had failed');
  }

  /** @internal */
  end(): void {
    this.over = true;
  }

  /** @internal */
  committed(failed: (error: unknown) => void): void {
    for (const action of this.afterCommit) {
      try {
        action();
      } catch (error) {
        failed(error);
      }
    }
  }

  private lockNames(keys: Iterable<string>): string[] {
    return [...new Set(keys)].map((key) => lockName(this.schema, key));
  }

  private async run<T>(statement: () => Promise<T>): Promise<T> {
    if (this.over) throw new TransactionOver('a statement was given to a transaction that is over');
    try {
      return await statement();
    } catch (error) {
      throw blame(this.connection, error);
    }
  }
}

/** As an array of PostgreSQL. */
function listOf(operators: readonly string[]): string {
  return `{${operators.join(',')}}`;
}
