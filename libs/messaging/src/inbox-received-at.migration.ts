import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InboxReceivedAt1900000006001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Rows go some days after they arrived: a fact's own time may be years away.
      ALTER TABLE inbox ADD COLUMN received_at timestamptz NOT NULL DEFAULT now();
      CREATE INDEX inbox_default_received ON inbox_default (received_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX inbox_default_received; ALTER TABLE inbox DROP COLUMN received_at');
  }
}
