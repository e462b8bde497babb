import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Readings that name no transaction, which wait until the start of that comes. */
export class WaitingReadings1900400410004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE waiting_readings (
        readings_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        received_at timestamptz NOT NULL,
        -- As it came, in whatever characters: no jsonb.
        event text NOT NULL
      );
      CREATE INDEX waiting_readings_by_station ON waiting_readings (station_id, received_at);
      CREATE INDEX waiting_readings_by_arrival ON waiting_readings (received_at);
      ${rowSecurity('waiting_readings')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE waiting_readings');
  }
}
