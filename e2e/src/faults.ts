import type { Connection } from '@chargemesh/persistence';

/** What can become of a database, made on purpose for as long as some work takes. */
export class Faults {
  /** @param admin of the database; nobody else may use it meanwhile */
  constructor(private readonly admin: Connection) {}

  /** Somebody holds a table: nobody reads it, or nobody writes it. */
  async holding(table: string, against: 'reads' | 'writes', work: () => Promise<unknown>): Promise<void> {
    await this.admin.query('BEGIN');
    await this.admin.query(`LOCK TABLE ${table} IN ${against === 'reads' ? 'ACCESS EXCLUSIVE' : 'EXCLUSIVE'} MODE`);
    await work().finally(() => this.admin.query('ROLLBACK'));
  }

  /** PostgreSQL takes no writes of a role. */
  async readOnly(role: string, work: () => Promise<unknown>): Promise<void> {
    await this.alter(role, 'SET default_transaction_read_only = on');
    await work().finally(() => this.alter(role, 'RESET default_transaction_read_only'));
  }

  private async alter(role: string, how: string): Promise<void> {
    const { rows } = await this.admin.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
    await this.admin.query(`ALTER ROLE ${role} IN DATABASE ${rows[0]?.name} ${how}`);
    await this.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND datname = current_database()`,
      [role],
    );
  }
}
