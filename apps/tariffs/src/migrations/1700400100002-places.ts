import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Unknown until the station or location is heard of again. */
export class Places1700400100002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- [{"evse_id": 1, "max_power_w": 150000}]
      ALTER TABLE known_stations ADD evses jsonb NOT NULL DEFAULT '[]';
      CREATE INDEX known_stations_by_location ON known_stations (location_id);
      -- ISO 3166-1 alpha-3.
      ALTER TABLE known_locations ADD country text, ADD publish boolean NOT NULL DEFAULT true;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX known_stations_by_location;
      ALTER TABLE known_stations DROP evses;
      ALTER TABLE known_locations DROP country, DROP publish;
    `);
  }
}
