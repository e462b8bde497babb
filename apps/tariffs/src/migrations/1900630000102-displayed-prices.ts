import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stations of OCPP 2.0.1 are given texts to display: a change of prices finds these, too, and those that are connected are looked at. */
export class DisplayedPrices1900630000102 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX known_stations_told_prices;
      CREATE INDEX known_stations_told_prices ON known_stations (operator_id, station_id)
        WHERE connected AND NOT deleted AND ocpp_version IN ('2.0.1', '2.1');
      INSERT INTO station_tariff_checks (station_id, operator_id, due_at)
        SELECT station_id, operator_id, now() FROM known_stations WHERE connected AND NOT deleted AND ocpp_version = '2.0.1'
        ON CONFLICT (station_id) DO NOTHING;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX known_stations_told_prices;
      CREATE INDEX known_stations_told_prices ON known_stations (operator_id, station_id)
        WHERE connected AND NOT deleted AND ocpp_version = '2.1';
    `);
  }
}
