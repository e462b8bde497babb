import type { MigrationInterface, QueryRunner } from 'typeorm';

export class StationClocks1900800003001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE station_credentials ADD time_zone text;
      -- Read with the credentials, before the operator is known, hence without row security.
      CREATE TABLE station_clocks (
        station_id text PRIMARY KEY,
        operator_id uuid NOT NULL,
        zoneless_as text NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE station_clocks; ALTER TABLE station_credentials DROP time_zone');
  }
}
