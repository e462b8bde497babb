import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts what a provider answered to a payment's calls, for the keys under which they are made. */
export class Attempts1900400590003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments ADD COLUMN provider_attempt integer NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments DROP COLUMN provider_attempt');
  }
}
