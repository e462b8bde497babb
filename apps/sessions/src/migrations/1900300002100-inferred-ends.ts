import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions that something ended although their station has not: they may go on. */
export class InferredEnds1900300002100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX sessions_inferred ON sessions (station_id) WHERE status = 'ended' AND end_claimed_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sessions_inferred');
  }
}
