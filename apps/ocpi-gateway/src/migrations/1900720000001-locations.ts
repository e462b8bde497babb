import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** What is known of locations and stations, and what partners are told of them. */
export class Locations1900720000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE known_locations (
        location_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        publish boolean NOT NULL,
        place jsonb NOT NULL
      );
      CREATE TABLE known_stations (
        station_id text PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        location_id uuid,
        released boolean NOT NULL,
        connected boolean NOT NULL,
        evses jsonb NOT NULL
      );
      CREATE INDEX known_stations_of_location ON known_stations (location_id);

      -- As partners are told of them: what was once told stays, for partners forget nothing that is not said to be removed.
      CREATE TABLE locations (
        location_id uuid PRIMARY KEY,
        -- Rises in the order in which partners can see them.
        position bigint GENERATED ALWAYS AS IDENTITY,
        operator_id uuid NOT NULL,
        place jsonb NOT NULL,
        last_updated timestamptz NOT NULL
      );
      CREATE INDEX locations_in_order ON locations (operator_id, position);
      CREATE INDEX locations_by_change ON locations (operator_id, last_updated);
      CREATE TABLE evses (
        location_id uuid NOT NULL REFERENCES locations,
        evse_uid text NOT NULL,
        operator_id uuid NOT NULL,
        evse jsonb NOT NULL,
        PRIMARY KEY (location_id, evse_uid)
      );
      ${['known_locations', 'known_stations', 'locations', 'evses'].map(rowSecurity).join('')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE evses, locations, known_stations, known_locations');
  }
}
