import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For whom and where the price of a session was looked up, so that it is looked up again for somebody else. */
export class PinsAskedFor1900400009100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pins ADD asked_for text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pins DROP asked_for');
  }
}
