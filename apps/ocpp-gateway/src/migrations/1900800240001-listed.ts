import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages of lists are read from an index, by whatever they are filtered. */
export class GatewayListed1900800240001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX station_incidents_of_kind ON station_incidents (operator_id, kind, hour, station_id);
      CREATE INDEX quarantine_by_status ON quarantine (operator_id, status, received_at, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX station_incidents_of_kind, quarantine_by_status');
  }
}
