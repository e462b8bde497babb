import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MeterValuesReceivedAt1900300006001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Rows go by when they arrived: a station's clock may be years away.
      ALTER TABLE meter_values ADD COLUMN received_at timestamptz NOT NULL DEFAULT now();
      CREATE INDEX meter_values_default_received ON meter_values_default (received_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX meter_values_default_received; ALTER TABLE meter_values DROP COLUMN received_at');
  }
}
