import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Receipts and credit notes as they were issued, their numbers, and who issues them. */
export class Receipts1900400570002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE receipts (
        receipt_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        kind text NOT NULL,
        number text NOT NULL,
        issued_at timestamptz NOT NULL,
        document jsonb NOT NULL,
        UNIQUE (operator_id, kind, number)
      );
      CREATE INDEX receipts_of_payment ON receipts (payment_id);
      -- A payment has one receipt; what changes of it later is in credit notes.
      CREATE UNIQUE INDEX one_receipt_of_a_payment ON receipts (payment_id) WHERE kind = 'receipt';
      ${rowSecurity('receipts')}

      CREATE TABLE receipt_numbers (
        operator_id uuid NOT NULL,
        kind text NOT NULL,
        last bigint NOT NULL,
        PRIMARY KEY (operator_id, kind)
      );
      ${rowSecurity('receipt_numbers')}

      CREATE TABLE receipt_issuers (operator_id uuid PRIMARY KEY, issuer jsonb NOT NULL);
      ${rowSecurity('receipt_issuers')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE receipts, receipt_numbers, receipt_issuers');
  }
}
