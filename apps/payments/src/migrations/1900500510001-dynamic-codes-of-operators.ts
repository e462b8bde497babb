import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A station that another operator has now may have codes there, too. */
export class DynamicCodesOfOperators1900500510001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE dynamic_codes DROP CONSTRAINT dynamic_codes_pkey, ADD PRIMARY KEY (operator_id, station_id)
    `);
  }

  /** Whose codes a station shows nobody knows by then: they are said again. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM dynamic_codes WHERE station_id IN (SELECT station_id FROM dynamic_codes GROUP BY 1 HAVING count(*) > 1);
      ALTER TABLE dynamic_codes DROP CONSTRAINT dynamic_codes_pkey, ADD PRIMARY KEY (station_id);
    `);
  }
}
