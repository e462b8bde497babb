import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** What terminals took, or failed to, as it was told: each word once, and none that contradicts another is lost. */
export class TerminalSettlements1900400710001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE terminal_settlements (
        settlement_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        -- In capitals: OCPP's tokens have no case.
        reference text NOT NULL,
        status text NOT NULL,
        amount numeric NOT NULL,
        settled_at timestamptz NOT NULL,
        status_info text,
        -- Of the station whose terminal it was.
        station_id text,
        transaction_id text,
        receipt_id text,
        receipt_url text,
        vat_number text,
        vat_company jsonb,
        told_by text NOT NULL,
        told_at timestamptz NOT NULL,
        -- Null until the payment is known.
        payment_id uuid,
        UNIQUE (operator_id, reference, status, amount)
      );
      CREATE INDEX terminal_settlements_unpaired ON terminal_settlements (settlement_id)
        WHERE payment_id IS NULL AND status = 'Settled' AND amount > 0;
      ${rowSecurity('terminal_settlements')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE terminal_settlements');
  }
}
