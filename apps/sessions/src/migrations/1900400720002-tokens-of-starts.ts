import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds tokens that were made for starts by when their time was over. */
export class TokensOfStarts1900400720002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX tokens_of_starts ON tokens (expires_at) WHERE type = 'AD_HOC_USER'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX tokens_of_starts');
  }
}
