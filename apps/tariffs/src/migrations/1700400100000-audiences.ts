import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Audiences1700400100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(groups + audiences);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tariff_assignments DROP target_key, DROP audience_key, DROP location_group_id, DROP audience,
        DROP contract_id, DROP group_id, DROP country_code, DROP party_id;
      DROP TABLE location_group_members, location_groups;
    `);
  }
}

const groups = `
  CREATE TABLE location_groups (
    location_group_id uuid PRIMARY KEY,
    operator_id uuid NOT NULL,
    version integer NOT NULL,
    name text NOT NULL
  );
  ${rowSecurity('location_groups')}
  -- With history: a session that is told late is priced by the group its location was in when it began.
  CREATE TABLE location_group_members (
    location_group_id uuid NOT NULL REFERENCES location_groups,
    location_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    PRIMARY KEY (location_group_id, location_id, valid_from)
  );
  CREATE INDEX location_group_members_by_location ON location_group_members (location_id);
  CREATE UNIQUE INDEX location_group_members_in_one_group ON location_group_members (operator_id, location_id)
    WHERE valid_to IS NULL;
  ${rowSecurity('location_group_members')}
`;

/** One text for a target and one for an audience, by which they are found and compared. */
const audiences = `
  ALTER TABLE tariff_assignments
    ADD location_group_id uuid,
    ADD audience text NOT NULL DEFAULT 'everybody',
    ADD contract_id text,
    ADD group_id text,
    ADD country_code text,
    ADD party_id text;
  ALTER TABLE tariff_assignments
    ADD target_key text NOT NULL GENERATED ALWAYS AS (scope || CASE scope
      WHEN 'evse' THEN ':' || station_id || ':' || evse_id::text
      WHEN 'location' THEN ':' || location_id::text
      WHEN 'location-group' THEN ':' || location_group_id::text
      ELSE '' END) STORED,
    -- OCPI compares contract and group ids without regard to case.
    ADD audience_key text NOT NULL GENERATED ALWAYS AS (audience || CASE audience
      WHEN 'contract' THEN ':' || country_code || ':' || party_id || ':' || lower(contract_id)
      WHEN 'token-group' THEN ':' || country_code || ':' || party_id || ':' || lower(group_id)
      WHEN 'partner' THEN ':' || country_code || ':' || party_id
      ELSE '' END) STORED;
  CREATE INDEX tariff_assignments_by_key ON tariff_assignments (operator_id, target_key, audience_key);
`;
