import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Receipts that drivers want by mail. The address is in no other table: it is erased without changing anything else. */
export class ReceiptMails1900400660002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE receipt_mails (
        mail_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        -- Null: erased.
        address text,
        language text NOT NULL,
        settled_at timestamptz
      );
      CREATE INDEX receipt_mails_of_payment ON receipt_mails (payment_id);
      CREATE INDEX receipt_mails_to_erase ON receipt_mails (settled_at) WHERE address IS NOT NULL AND settled_at IS NOT NULL;
      ${rowSecurity('receipt_mails')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE receipt_mails');
  }
}
