import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** What was captured and given back, by day; the calls of a payment, and what is due and nobody pays. */
export class MoneyMovements1900400630002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payment_movements (
        movement_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        provider text NOT NULL,
        currency text NOT NULL,
        kind text NOT NULL,
        amount numeric NOT NULL,
        moved_at timestamptz NOT NULL
      );
      CREATE INDEX payment_movements_by_time ON payment_movements (operator_id, moved_at);
      -- Of all operators' payments; when each was refunded was not kept.
      ALTER TABLE payments NO FORCE ROW LEVEL SECURITY;
      INSERT INTO payment_movements
      SELECT gen_random_uuid(), operator_id, payment_id, provider, currency, 'capture', captured_amount, captured_at
      FROM payments WHERE captured_amount > 0 AND captured_at IS NOT NULL
      UNION ALL
      SELECT gen_random_uuid(), operator_id, payment_id, provider, currency, 'refund', refunded_amount, changed_at
      FROM payments WHERE refunded_amount > 0;
      ALTER TABLE payments FORCE ROW LEVEL SECURITY;
      ${rowSecurity('payment_movements')}

      CREATE INDEX outbound_calls_of_order ON outbound_calls (order_key, call_id);
      CREATE INDEX payments_short ON payments (operator_id, payment_id)
        WHERE due > captured_amount AND written_off_at IS NULL
          AND state IN ('captured', 'capture-failed', 'refunded', 'released', 'declined', 'failed');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payments_short, outbound_calls_of_order; DROP TABLE payment_movements');
  }
}
