import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a token of a session was refused first: another one may be authorized after it has charged. */
export class RefusedTokens1900500200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions ADD COLUMN refused_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions DROP COLUMN refused_at`);
  }
}
