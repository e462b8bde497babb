import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tells whether the clocks of stations are right. */
export class StationClocks1900400091001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions ADD offsets jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP offsets');
  }
}
