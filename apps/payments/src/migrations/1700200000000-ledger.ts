import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class LedgerTables1700200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger_entries (
        ledger_entry_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        -- One entry per CDR, however often it is told.
        cdr_id uuid NOT NULL UNIQUE,
        cdr_number text NOT NULL,
        session_id uuid NOT NULL,
        station_id text NOT NULL,
        token_kind text NOT NULL,
        currency text NOT NULL,
        amount numeric NOT NULL,
        issued_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL
      );
      CREATE INDEX ledger_entries_of_operator ON ledger_entries (operator_id, ledger_entry_id);
      CREATE INDEX ledger_entries_of_session ON ledger_entries (session_id);
      ${rowSecurity('ledger_entries')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger_entries');
  }
}
