import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages of lists are read from an index, by whatever they are filtered. */
export class DevicesListed1900400240011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX stations_by_connection ON stations (operator_id, connected, station_id) WHERE NOT deleted;
      CREATE INDEX meter_keys_of_station ON meter_keys (station_id, meter_key_id);
      CREATE INDEX meter_keys_by_status ON meter_keys (operator_id, status, meter_key_id);
      CREATE INDEX commands_of_operator ON commands (operator_id, command_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP INDEX stations_by_connection, meter_keys_of_station, meter_keys_by_status, commands_of_operator',
    );
  }
}
