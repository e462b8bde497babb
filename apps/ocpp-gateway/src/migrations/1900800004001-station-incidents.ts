import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** What is odd about the connections of stations: wrong passwords, and two devices with one identity. */
export class StationIncidents1900800004001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE station_incidents (
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        kind text NOT NULL,
        hour timestamptz NOT NULL,
        count integer NOT NULL,
        -- Where they came from, at most twenty.
        addresses jsonb NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (operator_id, station_id, kind, hour)
      );
      CREATE INDEX station_incidents_by_hour ON station_incidents (operator_id, hour, station_id, kind);
      ${rowSecurity('station_incidents')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE station_incidents');
  }
}
