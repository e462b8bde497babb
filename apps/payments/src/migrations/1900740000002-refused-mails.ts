import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has the driver on the phone is told that a mail was refused. */
export class RefusedMails1900740000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE receipt_mails ADD COLUMN refused boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE receipt_mails DROP COLUMN refused');
  }
}
