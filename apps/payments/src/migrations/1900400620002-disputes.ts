import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Of payments whose drivers want the money back by their banks. */
export class Disputes1900400620002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payment_disputes (
        dispute_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        -- The provider's own name of it.
        reference text NOT NULL,
        amount numeric NOT NULL,
        currency text NOT NULL,
        reason text NOT NULL,
        status text NOT NULL,
        opened_at timestamptz NOT NULL,
        evidence_due_by timestamptz,
        UNIQUE (operator_id, payment_id, reference)
      );
      CREATE INDEX payment_disputes_of_operator ON payment_disputes (operator_id, dispute_id);
      CREATE INDEX payment_disputes_of_payment ON payment_disputes (operator_id, payment_id, dispute_id);
      ${rowSecurity('payment_disputes')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payment_disputes');
  }
}
