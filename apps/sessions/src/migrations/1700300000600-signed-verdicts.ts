import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What signed values are worth, and the keys that they are checked with. */
export class SignedVerdicts1700300000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions ADD signed_verdict jsonb;
      CREATE TABLE known_meter_keys (
        meter_key_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        station_id text NOT NULL,
        evse_id integer,
        meter_serial text,
        public_key text NOT NULL,
        trust text NOT NULL
      );
      CREATE INDEX known_meter_keys_of_station ON known_meter_keys (station_id) WHERE NOT deleted;
      ${rowSecurity('known_meter_keys')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE known_meter_keys; ALTER TABLE sessions DROP signed_verdict');
  }
}
