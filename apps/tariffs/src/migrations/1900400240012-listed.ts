import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages of lists are read from an index, by whatever they are filtered. */
export class TariffsListed1900400240012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX tariffs_listed ON tariffs (operator_id, tariff_id);
      CREATE INDEX tariff_assignments_listed ON tariff_assignments (operator_id, assignment_id);
      CREATE INDEX location_groups_listed ON location_groups (operator_id, location_group_id);
      CREATE INDEX station_tariffs_listed ON station_tariffs (operator_id, station_id, evse_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP INDEX tariffs_listed, tariff_assignments_listed, location_groups_listed, station_tariffs_listed',
    );
  }
}
