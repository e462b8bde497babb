import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Secrets of dynamic codes on their way to stations. */
export class DynamicCodeRollouts1900500500001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE known_stations ADD COLUMN ocpp_version text;
      CREATE TABLE dynamic_code_rollouts (
        command_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        validity_s integer NOT NULL,
        length integer NOT NULL,
        per_evse boolean NOT NULL,
        status text NOT NULL,
        requested_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        finished_at timestamptz,
        detail text,
        answer jsonb,
        -- Sealed, as in dynamic_codes; as long as the station may have it and it is not in force.
        secret bytea,
        in_force_at timestamptz,
        -- What was in force before, for codes that are still on a display and for who was let in by them.
        replaced_secret bytea,
        replaced_validity_s integer,
        replaced_length integer,
        replaced_at timestamptz
      );
      CREATE INDEX dynamic_code_rollouts_listed ON dynamic_code_rollouts (operator_id, command_id);
      CREATE INDEX dynamic_code_rollouts_of_station ON dynamic_code_rollouts (operator_id, station_id, command_id);
      CREATE INDEX dynamic_code_rollouts_pending ON dynamic_code_rollouts (expires_at) WHERE status = 'pending';
      ${rowSecurity('dynamic_code_rollouts')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dynamic_code_rollouts; ALTER TABLE known_stations DROP COLUMN ocpp_version');
  }
}
