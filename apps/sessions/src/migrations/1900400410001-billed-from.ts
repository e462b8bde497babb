import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the driver of a session was authorized, and when it first charged: from when on it is billed. */
export class BilledFrom1900400410001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions ADD COLUMN authorized_at timestamptz;
      ALTER TABLE sessions ADD COLUMN charged_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions DROP COLUMN charged_at;
      ALTER TABLE sessions DROP COLUMN authorized_at`);
  }
}
