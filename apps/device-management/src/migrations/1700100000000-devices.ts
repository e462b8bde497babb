import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class DeviceTables1700100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Ids that clients choose and that are unique in the installation. Without row security, which would hide from an
      -- operator that another one has the id already.
      CREATE TABLE taken_ids (
        kind text NOT NULL,
        id text NOT NULL,
        operator_id uuid NOT NULL,
        PRIMARY KEY (kind, id)
      );

      -- Listed by the installation's administrator, who is no operator, hence without row security.
      CREATE TABLE operators (
        operator_id uuid PRIMARY KEY,
        version integer NOT NULL,
        name text NOT NULL,
        country_code text NOT NULL,
        party_id text NOT NULL,
        currency text NOT NULL,
        authorization_default text NOT NULL
      );

      CREATE TABLE api_keys (
        api_key_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        name text NOT NULL,
        hash text NOT NULL,
        role text NOT NULL,
        expires_at timestamptz,
        deleted boolean NOT NULL
      );
      CREATE INDEX api_keys_of_operator ON api_keys (operator_id, api_key_id);
      ${rowSecurity('api_keys')}

      CREATE TABLE locations (
        location_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        name text NOT NULL,
        address text NOT NULL,
        city text NOT NULL,
        postal_code text,
        country text NOT NULL,
        coordinates jsonb NOT NULL,
        time_zone text NOT NULL,
        publish boolean NOT NULL
      );
      CREATE INDEX locations_of_operator ON locations (operator_id, location_id) WHERE NOT deleted;
      ${rowSecurity('locations')}

      CREATE TABLE stations (
        station_id text COLLATE "C" PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        location_id uuid REFERENCES locations,
        released boolean NOT NULL,
        security_profile integer NOT NULL,
        heartbeat_interval_s integer NOT NULL,
        connected boolean NOT NULL,
        epoch integer NOT NULL,
        ocpp_version text,
        vendor text,
        model text,
        serial_number text,
        firmware_version text,
        status text,
        status_at timestamptz,
        evses jsonb NOT NULL
      );
      CREATE INDEX stations_of_operator ON stations (operator_id, station_id) WHERE NOT deleted;
      CREATE INDEX stations_of_location ON stations (location_id) WHERE NOT deleted;
      ${rowSecurity('stations')}

      -- Every EVSE uid there ever was: OCPI forbids to use one again for another EVSE.
      CREATE TABLE evse_uids (
        operator_id uuid NOT NULL,
        evse_uid text NOT NULL,
        station_id text NOT NULL,
        evse_id integer NOT NULL,
        PRIMARY KEY (operator_id, evse_uid)
      );
      ${rowSecurity('evse_uids')}

      CREATE TABLE station_credentials (
        station_id text COLLATE "C" PRIMARY KEY REFERENCES stations,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        password_hashes text[] NOT NULL
      );
      ${rowSecurity('station_credentials')}

      CREATE TABLE station_variables (
        id bigint GENERATED ALWAYS AS IDENTITY,
        operator_id uuid NOT NULL,
        station_id text COLLATE "C" NOT NULL REFERENCES stations,
        component text NOT NULL,
        instance text NOT NULL,
        evse_id integer NOT NULL,
        variable text NOT NULL,
        variable_instance text NOT NULL,
        value text,
        mutability text,
        reported_at timestamptz NOT NULL,
        PRIMARY KEY (station_id, component, instance, evse_id, variable, variable_instance)
      );
      CREATE INDEX station_variables_in_order ON station_variables (station_id, id);
      ${rowSecurity('station_variables')}

      CREATE TABLE commands (
        command_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text COLLATE "C" NOT NULL REFERENCES stations,
        command jsonb NOT NULL,
        status text NOT NULL,
        requested_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        finished_at timestamptz,
        detail text,
        answer jsonb
      );
      CREATE INDEX commands_of_station ON commands (station_id, command_id);
      CREATE INDEX commands_pending ON commands (expires_at) WHERE status = 'pending';
      ${rowSecurity('commands')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE commands, station_variables, station_credentials, evse_uids, stations, locations, api_keys, operators,
        taken_ids
    `);
  }
}
