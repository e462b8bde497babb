import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What stations did not answer and can do without, so that every process knows, after a restart too. */
export class StationSilences1900400030001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Read with the credentials, before the operator is known, hence without row security.
      CREATE TABLE station_silences (
        station_id text NOT NULL,
        operator_id uuid NOT NULL,
        action text NOT NULL,
        until timestamptz NOT NULL,
        PRIMARY KEY (station_id, action)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE station_silences');
  }
}
