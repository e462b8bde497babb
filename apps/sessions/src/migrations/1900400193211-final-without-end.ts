import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions that are final without a reported end are found by their station: they may go on. */
export class FinalWithoutEnd1900400193211 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX sessions_final_inferred ON sessions (station_id, finalized_at)
         WHERE status = 'finalized' AND end_claimed_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sessions_final_inferred');
  }
}
