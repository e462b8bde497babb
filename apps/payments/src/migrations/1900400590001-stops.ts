import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stops of payments are asked for again, in whatever state, until there is nothing to stop. */
export class Stops1900400590001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments ADD COLUMN stops_asked integer NOT NULL DEFAULT 0;
      ALTER TABLE payments ADD COLUMN stop_again_at timestamptz;
      -- Of all operators' payments: those whose stop waits to be asked for again.
      ALTER TABLE payments NO FORCE ROW LEVEL SECURITY;
      UPDATE payments SET stops_asked = 1, stop_again_at = deadline_at WHERE stop_failed AND state = 'charging';
      ALTER TABLE payments FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments DROP COLUMN stop_again_at, DROP COLUMN stops_asked');
  }
}
