import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Until when the law wants a receipt to be there; null of those of before, which stay. */
export class ReceiptsKeptUntil1900400660003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE receipts ADD COLUMN keep_until date;
      CREATE INDEX receipts_kept_until ON receipts (keep_until) WHERE keep_until IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE receipts DROP COLUMN keep_until');
  }
}
