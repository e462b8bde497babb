import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Stickers with codes: who looked at them, and how often their codes are scanned. */
export class Stickers1900610000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sticker_inspections (
        inspection_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        evse_id integer NOT NULL,
        result text NOT NULL,
        note text,
        inspected_by text NOT NULL,
        inspected_at timestamptz NOT NULL
      );
      CREATE INDEX sticker_inspections_listed ON sticker_inspections (operator_id, inspection_id);
      CREATE INDEX sticker_inspections_of_station ON sticker_inspections (operator_id, station_id, inspection_id);
      ${rowSecurity('sticker_inspections')}

      CREATE TABLE evse_scans (
        scan_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        evse_id integer NOT NULL,
        day date NOT NULL,
        -- Of the strongest connector on that day.
        power_class text NOT NULL,
        scans integer NOT NULL,
        UNIQUE (operator_id, station_id, evse_id, day)
      );
      CREATE INDEX evse_scans_by_day ON evse_scans (day);
      ${rowSecurity('evse_scans')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE evse_scans, sticker_inspections');
  }
}
