import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By whom transactions were ended: another one than the driver may be the next driver, whose start was lost. */
export class EndedBy1900400342001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions ADD ended_by jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP ended_by');
  }
}
