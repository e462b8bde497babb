import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A hold serves another try after a start that failed; a limit holds by the worst case; payments that nobody paid are found. */
export class AnotherTry1900400630001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments ADD COLUMN start_request_id uuid, ADD COLUMN retry_until timestamptz,
        ADD COLUMN max_power_w double precision, ADD COLUMN limit_at timestamptz,
        ADD COLUMN goodwill numeric NOT NULL DEFAULT 0, ADD COLUMN written_off_at timestamptz;
      -- Of all operators' payments.
      ALTER TABLE payments NO FORCE ROW LEVEL SECURITY;
      UPDATE payments SET start_request_id = payment_id;
      ALTER TABLE payments FORCE ROW LEVEL SECURITY;
      ALTER TABLE payments ALTER COLUMN start_request_id SET NOT NULL;
      CREATE UNIQUE INDEX payments_of_start ON payments (start_request_id);
      DROP INDEX payments_of_attempt;
      CREATE INDEX payments_of_attempt ON payments (attempt)
        WHERE state IN ('authorizing', 'starting', 'waiting-for-plug', 'start-failed', 'charging');
      CREATE INDEX payments_open_at ON payments (station_id, evse_id, payment_id) WHERE state = 'authorizing';
      -- Those by which no money ever moved, which are not kept for good.
      CREATE INDEX payments_unpaid ON payments (payment_id)
        WHERE state IN ('declined', 'failed') AND hold_state = 'none' AND captured_amount = 0;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX payments_unpaid, payments_open_at, payments_of_start, payments_of_attempt;
      CREATE INDEX payments_of_attempt ON payments (attempt)
        WHERE state IN ('authorizing', 'starting', 'waiting-for-plug', 'charging');
      ALTER TABLE payments DROP COLUMN written_off_at, DROP COLUMN goodwill, DROP COLUMN limit_at, DROP COLUMN max_power_w, DROP COLUMN retry_until, DROP COLUMN start_request_id;
    `);
  }
}
