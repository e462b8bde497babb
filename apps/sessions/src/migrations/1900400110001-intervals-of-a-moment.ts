import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What flowed since the reading before, each value that was said of the moment: `interval_wh` has the highest only. */
export class IntervalsOfAMoment1900400110001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE meter_values ADD COLUMN intervals jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE meter_values DROP COLUMN intervals');
  }
}
