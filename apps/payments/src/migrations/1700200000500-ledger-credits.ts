import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is due may be taken back and made due anew. */
export class LedgerCredits1700200000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE ledger_entries ADD kind text NOT NULL DEFAULT 'cdr', ADD credit_reference_id uuid, ADD replaces_cdr_id uuid`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_entries DROP kind, DROP credit_reference_id, DROP replaces_cdr_id');
  }
}
