import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IntervalEnergy1900300002200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What flowed since the reading before, and since the one before by the clock: two series over the same energy.
      ALTER TABLE meter_values ADD COLUMN interval_wh double precision, ADD COLUMN aligned_wh double precision;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE meter_values DROP COLUMN interval_wh, DROP COLUMN aligned_wh');
  }
}
