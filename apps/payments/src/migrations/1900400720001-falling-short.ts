import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds what is due and nobody pays also where it was given back; what was written off without a hold is at its end. */
export class FallingShort1900400720001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX payments_falling_short ON payments (operator_id, payment_id)
        WHERE due > captured_amount - refunded_amount + LEAST(goodwill, refunded_amount) AND written_off_at IS NULL
          AND state IN ('captured', 'capture-failed', 'refunded', 'released', 'declined', 'failed');
      DROP INDEX payments_short;
      -- Of all operators' payments.
      ALTER TABLE payments NO FORCE ROW LEVEL SECURITY;
      UPDATE payments SET state = 'released', changed_at = now()
      WHERE state = 'capture-failed' AND hold_state <> 'held' AND written_off_at IS NOT NULL;
      ALTER TABLE payments FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX payments_falling_short;
      CREATE INDEX payments_short ON payments (operator_id, payment_id)
        WHERE due > captured_amount AND written_off_at IS NULL
          AND state IN ('captured', 'capture-failed', 'refunded', 'released', 'declined', 'failed');
    `);
  }
}
