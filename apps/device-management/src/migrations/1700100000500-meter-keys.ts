import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class MeterKeys1700100000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE locations ADD bill_verified_only boolean NOT NULL DEFAULT false;
      CREATE TABLE meter_keys (
        meter_key_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        station_id text COLLATE "C" NOT NULL REFERENCES stations,
        -- 0 and empty: whatever EVSE and meter of the station.
        evse_id integer NOT NULL,
        meter_serial text NOT NULL,
        public_key text NOT NULL,
        trust text NOT NULL,
        status text NOT NULL,
        seen_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX meter_keys_in_use ON meter_keys (station_id, evse_id, meter_serial) WHERE status = 'active';
      CREATE INDEX meter_keys_of_operator ON meter_keys (operator_id, meter_key_id);
      ${rowSecurity('meter_keys')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE meter_keys; ALTER TABLE locations DROP bill_verified_only');
  }
}
