import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The charging state that a session is in, and which of two that were said of one moment came last. */
export class ChargingStates1900400340001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions ADD COLUMN charging_state text;
      ALTER TABLE meter_values ADD COLUMN state_order double precision`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions DROP COLUMN charging_state;
      ALTER TABLE meter_values DROP COLUMN state_order`);
  }
}
