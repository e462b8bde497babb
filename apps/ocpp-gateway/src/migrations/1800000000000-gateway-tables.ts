import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class GatewayTables1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Looked up by station id before the operator is known, hence without row security.
      CREATE TABLE station_credentials (
        station_id text PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        security_profile smallint NOT NULL,
        password_hashes text[] NOT NULL,
        registration text NOT NULL,
        heartbeat_interval_s integer NOT NULL
      );

      -- Processes and the sockets they hold belong to the installation, hence without row security.
      CREATE TABLE pods (
        pod_id uuid PRIMARY KEY,
        name text NOT NULL,
        lease_until timestamptz NOT NULL
      );
      CREATE TABLE connections (
        station_id text PRIMARY KEY,
        operator_id uuid NOT NULL,
        -- Rises with every authenticated socket of the station, wherever it is.
        epoch integer NOT NULL,
        pod_id uuid NOT NULL,
        open boolean NOT NULL
      );
      CREATE INDEX connections_open_by_pod ON connections (pod_id) WHERE open;

      CREATE TABLE starts (
        -- OCPP 1.6 wants a positive int32 that is unique in the installation.
        transaction_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        -- Digest of what makes two StartTransaction the same start.
        start_key text NOT NULL,
        -- What the station is told about its token, the first time and every time.
        answer jsonb,
        created_at timestamptz NOT NULL,
        UNIQUE (operator_id, station_id, start_key)
      );
      ${rowSecurity('starts')}

      -- Transaction messages that fit no schema: answered so that the station goes on, kept so that nothing is lost.
      CREATE TABLE quarantine (
        id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        epoch integer NOT NULL,
        ocpp_version text NOT NULL,
        action text NOT NULL,
        message_id text NOT NULL,
        reason text NOT NULL,
        -- JSON as text: jsonb would refuse a NUL character and reorder what is evidence.
        payload text NOT NULL,
        received_at timestamptz NOT NULL
      );
      CREATE INDEX quarantine_by_station ON quarantine (operator_id, station_id, received_at);
      ${rowSecurity('quarantine')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quarantine, starts, connections, pods, station_credentials');
  }
}
