import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How the session of a payment ended, for its driver. */
export class Endings1900400640001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments ADD COLUMN ending text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments DROP COLUMN ending');
  }
}
