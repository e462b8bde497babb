import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Changes of prices are noted by place; a row without one is of all stations of its operator, as all were until now. */
export class ChangedPlaces1900400540001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE price_changes DROP CONSTRAINT price_changes_pkey,
        ADD price_change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        ADD location_group_id uuid, ADD location_id uuid, ADD station_id text;
      CREATE INDEX tariff_assignments_by_tariff ON tariff_assignments (tariff_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX tariff_assignments_by_tariff;
      DELETE FROM price_changes a USING price_changes b
        WHERE a.operator_id = b.operator_id AND a.price_change_id > b.price_change_id;
      ALTER TABLE price_changes DROP price_change_id, DROP location_group_id, DROP location_id, DROP station_id,
        ADD PRIMARY KEY (operator_id);
    `);
  }
}
