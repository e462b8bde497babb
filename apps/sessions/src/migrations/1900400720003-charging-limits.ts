import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What stations are to hold ad hoc sessions to, and which limits they can. */
export class ChargingLimits1900400720003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE start_requests ADD COLUMN charging_limit jsonb;
      ALTER TABLE known_stations ADD COLUMN ocpp_version text;
      -- A row for each station that says so (OCPP 2.1, TxCtrlr.SupportedLimits).
      CREATE TABLE supported_limits (
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        limits text[] NOT NULL,
        PRIMARY KEY (operator_id, station_id)
      );
      ${rowSecurity('supported_limits')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE supported_limits;
      ALTER TABLE known_stations DROP COLUMN ocpp_version;
      ALTER TABLE start_requests DROP COLUMN charging_limit`);
  }
}
