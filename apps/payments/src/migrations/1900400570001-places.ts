import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Where drivers stand who pay without a contract. */
export class Places1900400570001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Looked up by whoever stands before a station, without a caller's operator; hence without row security, as all of it
      -- is written on the station.
      CREATE TABLE known_stations (
        station_id text PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        location_id uuid,
        released boolean NOT NULL,
        connected boolean NOT NULL,
        evses jsonb NOT NULL,
        evse_keys jsonb NOT NULL
      );
      CREATE INDEX known_stations_by_evse_key ON known_stations USING gin (evse_keys);
      CREATE INDEX known_stations_of_operator ON known_stations (operator_id, station_id);
      CREATE TABLE known_locations (
        location_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        place jsonb NOT NULL
      );

      -- A row for each session that has begun and not ended.
      CREATE TABLE evses_in_use (
        session_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        evse_id integer NOT NULL,
        started_at timestamptz NOT NULL
      );
      CREATE INDEX evses_in_use_by_evse ON evses_in_use (station_id, evse_id);
      ${rowSecurity('evses_in_use')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE evses_in_use, known_stations, known_locations');
  }
}
