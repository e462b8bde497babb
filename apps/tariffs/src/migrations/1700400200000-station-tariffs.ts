import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class StationTariffs1700400200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What stations were told, or could not be told, of the price at each EVSE; without a tariff it was taken away.
      CREATE TABLE station_tariffs (
        station_id text NOT NULL,
        evse_id integer NOT NULL,
        operator_id uuid NOT NULL,
        tariff_id uuid,
        tariff_version integer,
        -- The tariff's id at the station, which names its content.
        said_as text,
        status text NOT NULL,
        detail text,
        command_id uuid,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (station_id, evse_id)
      );
      CREATE INDEX station_tariffs_by_command ON station_tariffs (command_id) WHERE status = 'pending';
      ${rowSecurity('station_tariffs')}
      -- When to look whether a station has the right prices.
      CREATE TABLE station_tariff_checks (
        station_id text PRIMARY KEY,
        operator_id uuid NOT NULL,
        due_at timestamptz
      );
      CREATE INDEX station_tariff_checks_due ON station_tariff_checks (due_at) WHERE due_at IS NOT NULL;
      ${rowSecurity('station_tariff_checks')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE station_tariffs, station_tariff_checks');
  }
}
