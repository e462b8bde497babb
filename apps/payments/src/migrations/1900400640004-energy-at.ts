import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the energy of a payment's session last grew, for its power. */
export class EnergyAt1900400640004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments ADD COLUMN energy_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments DROP COLUMN energy_at');
  }
}
