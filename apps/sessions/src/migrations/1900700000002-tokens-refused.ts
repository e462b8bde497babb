import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which tokens of a session were refused when: the one that was accepted later may be the same. Processes of before keep `refused_at` alone. */
export class TokensRefused1900700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions ADD COLUMN refused jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP COLUMN refused');
  }
}
