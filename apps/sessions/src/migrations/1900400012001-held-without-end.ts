import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions that are held without a reported end are found by their station: they may go on. */
export class HeldWithoutEnd1900400012001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_inferred;
      CREATE INDEX sessions_inferred ON sessions (station_id)
        WHERE status IN ('ended', 'held') AND end_claimed_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_inferred;
      CREATE INDEX sessions_inferred ON sessions (station_id) WHERE status = 'ended' AND end_claimed_at IS NULL`);
  }
}
