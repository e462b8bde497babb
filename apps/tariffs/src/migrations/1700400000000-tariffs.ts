import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TariffTables1700400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(projections + immutability + prices + cdrs);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE cdrs, cdr_numbers, pins, tariff_assignments, tariffs, known_locations, known_stations;
       DROP FUNCTION refuse_change`,
    );
  }
}

const projections = `
  CREATE TABLE known_stations (
    station_id text PRIMARY KEY,
    operator_id uuid NOT NULL,
    version integer NOT NULL,
    deleted boolean NOT NULL,
    location_id uuid
  );
  ${rowSecurity('known_stations')}
  CREATE TABLE known_locations (
    location_id uuid PRIMARY KEY,
    operator_id uuid NOT NULL,
    version integer NOT NULL,
    deleted boolean NOT NULL,
    time_zone text NOT NULL
  );
  ${rowSecurity('known_locations')}
`;

const immutability = `
  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME;
  END $$;
`;

/** What was told to others stays as it was told. */
const immutable = (table: string) =>
  `CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse_change();`;

const prices = `
  -- A version is published once and never changed.
  CREATE TABLE tariffs (
    tariff_id uuid NOT NULL,
    tariff_version integer NOT NULL,
    operator_id uuid NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    tariff jsonb NOT NULL,
    -- The first version has been valid since ever, a later one since it was published.
    valid_from timestamptz NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (tariff_id, tariff_version)
  );
  ${rowSecurity('tariffs')}
  ${immutable('tariffs')}
  CREATE TABLE tariff_assignments (
    assignment_id uuid PRIMARY KEY,
    operator_id uuid NOT NULL,
    version integer NOT NULL,
    tariff_id uuid NOT NULL,
    scope text NOT NULL,
    location_id uuid,
    station_id text,
    evse_id integer,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz
  );
  CREATE INDEX tariff_assignments_by_operator ON tariff_assignments (operator_id, scope);
  ${rowSecurity('tariff_assignments')}
`;

const cdrs = `
  -- What a session is priced by, decided when it started.
  CREATE TABLE pins (
    session_id uuid PRIMARY KEY,
    operator_id uuid NOT NULL,
    assignment_id uuid,
    tariff_id uuid,
    tariff_version integer
  );
  ${rowSecurity('pins')}
  CREATE TABLE cdr_numbers (operator_id uuid PRIMARY KEY, last bigint NOT NULL);
  ${rowSecurity('cdr_numbers')}
  CREATE TABLE cdrs (
    cdr_id uuid PRIMARY KEY,
    operator_id uuid NOT NULL,
    session_id uuid NOT NULL UNIQUE,
    number text NOT NULL,
    station_id text NOT NULL,
    issued_at timestamptz NOT NULL,
    -- json, not jsonb: kept as it was issued, to the byte.
    document json NOT NULL,
    UNIQUE (operator_id, number)
  );
  CREATE INDEX cdrs_by_station ON cdrs (station_id, number);
  ${rowSecurity('cdrs')}
  ${immutable('cdrs')}
`;
