import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What shows that a start is over outlives the process that was told so. */
export class StartsOver1900400190002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE starts
        -- Where it charges, whatever number a station names; unknown of starts from before.
        ADD connector_id double precision,
        -- When it showed that it is over, of those only that another start may repeat.
        ADD over_at timestamptz;
      CREATE INDEX starts_not_over ON starts (operator_id, station_id)
        WHERE recurs_after IS NOT NULL AND start_key IS NOT NULL AND over_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX starts_not_over; ALTER TABLE starts DROP connector_id, DROP over_at');
  }
}
