import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SessionTables1700300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(projections + tokens + sessions + meterValues + commands);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE remote_requests, meter_values, end_signs, sessions, tokens, known_locations, known_stations',
    );
  }
}

const projections = `
  CREATE TABLE known_stations (
    station_id text PRIMARY KEY,
    operator_id uuid NOT NULL,
    version integer NOT NULL,
    deleted boolean NOT NULL,
    location_id uuid,
    connected boolean NOT NULL,
    evses jsonb NOT NULL
  );
  ${rowSecurity('known_stations')}
  CREATE TABLE known_locations (
    location_id uuid PRIMARY KEY,
    operator_id uuid NOT NULL,
    version integer NOT NULL,
    deleted boolean NOT NULL,
    place jsonb NOT NULL
  );
  ${rowSecurity('known_locations')}
`;

const tokens = `
  CREATE TABLE tokens (
    operator_id uuid NOT NULL,
    country_code text NOT NULL,
    party_id text NOT NULL,
    uid text NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    contract_id text NOT NULL,
    issuer text NOT NULL,
    group_id text,
    visual_number text,
    valid boolean NOT NULL,
    whitelist text NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (operator_id, uid, country_code, party_id)
  );
  -- OCPP and OCPI compare tokens without regard to case.
  CREATE UNIQUE INDEX tokens_any_case ON tokens (operator_id, upper(uid), country_code, party_id);
  ${rowSecurity('tokens')}
`;

const sessions = `
  CREATE TABLE sessions (
    session_id uuid PRIMARY KEY,
    operator_id uuid NOT NULL,
    station_id text NOT NULL,
    transaction_id text NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    evse_id integer,
    connector_id integer,
    evse_at timestamptz,
    start_claimed_at timestamptz,
    start_received_at timestamptz,
    started_at timestamptz,
    token jsonb,
    token_at timestamptz,
    location jsonb,
    connector jsonb,
    end_claimed_at timestamptz,
    end_received_at timestamptz,
    stop_reason text,
    ended_at timestamptz,
    inferred_end_at timestamptz,
    start_seq_no integer,
    end_seq_no integer,
    seq_ranges jsonb NOT NULL,
    first_fact_at timestamptz NOT NULL,
    last_fact_at timestamptz NOT NULL,
    last_heard_at timestamptz NOT NULL,
    first_register_at timestamptz,
    first_register_wh double precision,
    last_register_at timestamptz,
    last_register_wh double precision,
    energy_wh bigint NOT NULL,
    final_due_at timestamptz,
    finalized_at timestamptz,
    flags jsonb NOT NULL,
    late_facts integer NOT NULL,
    traceparent text,
    UNIQUE (station_id, transaction_id)
  ) WITH (fillfactor = 70);
  CREATE INDEX sessions_listed ON sessions (operator_id, session_id);
  CREATE INDEX sessions_running ON sessions (station_id) WHERE status = 'active';
  -- For the question whether a token charges elsewhere; tokens are compared without regard to case.
  CREATE INDEX sessions_charging ON sessions (upper(token ->> 'uid')) WHERE status = 'active';
  CREATE INDEX sessions_due ON sessions (final_due_at) WHERE status = 'ended';
  ${rowSecurity('sessions')}
  CREATE TABLE end_signs (
    station_id text NOT NULL,
    evse_id integer NOT NULL,
    connector_id integer NOT NULL,
    operator_id uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (station_id, evse_id, connector_id)
  );
  ${rowSecurity('end_signs')}
`;

const meterValues = `
  -- One wide row per moment; what a station sends again meets its row.
  CREATE TABLE meter_values (
    session_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    at timestamptz NOT NULL,
    energy_wh double precision,
    power_w real,
    current_a real,
    current_l1_a real,
    current_l2_a real,
    current_l3_a real,
    voltage_v real,
    voltage_l1_v real,
    voltage_l2_v real,
    voltage_l3_v real,
    soc real,
    charging_state text,
    edge smallint NOT NULL,
    others jsonb,
    signed jsonb,
    PRIMARY KEY (session_id, at)
  ) PARTITION BY RANGE (at);
  CREATE TABLE meter_values_default PARTITION OF meter_values DEFAULT;
  ${rowSecurity('meter_values')}
`;

const commands = `
  CREATE TABLE remote_requests (
    request_id uuid PRIMARY KEY,
    operator_id uuid NOT NULL,
    kind text NOT NULL,
    station_id text NOT NULL,
    evse_id integer,
    token_uid text,
    session_id uuid,
    status text NOT NULL,
    requested_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    finished_at timestamptz,
    detail text
  );
  CREATE INDEX remote_requests_pending ON remote_requests (expires_at) WHERE status = 'pending';
  ${rowSecurity('remote_requests')}
`;
