import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mails that the helpdesk sends are counted apart from the receipts that drivers ask for. */
export class MailsWithLinks1900610000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE receipt_mails ADD COLUMN kind text NOT NULL DEFAULT 'receipt'
        CONSTRAINT receipt_mails_kind CHECK (kind IN ('receipt', 'link'));
      CREATE INDEX receipt_mails_with_links ON receipt_mails (operator_id, mail_id) WHERE kind = 'link';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE receipt_mails DROP COLUMN kind');
  }
}
