import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Who asked for an invoice of a payment, and what lists of receipts go by. */
export class Invoices1900400660001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE invoice_buyers (
        payment_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        buyer jsonb NOT NULL,
        asked_at timestamptz NOT NULL
      );
      ${rowSecurity('invoice_buyers')}

      CREATE INDEX receipts_of_operator ON receipts (operator_id, receipt_id);
      CREATE INDEX receipts_of_kind ON receipts (operator_id, kind, receipt_id);
      CREATE INDEX receipts_of_number ON receipts (operator_id, number, receipt_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX receipts_of_number, receipts_of_kind, receipts_of_operator;
      DROP TABLE invoice_buyers;
    `);
  }
}
