import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A change of prices finds the stations that take them, among 50,000 that do not. */
export class StationsToldPrices1900400450001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX known_stations_told_prices ON known_stations (operator_id, station_id)
       WHERE connected AND NOT deleted AND ocpp_version = '2.1'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX known_stations_told_prices');
  }
}
