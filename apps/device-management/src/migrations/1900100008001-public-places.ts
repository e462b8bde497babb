import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What national access points want to know of a location and its operator. */
export class PublicPlaces1900100008001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE locations ADD help_phone text, ADD opening_times jsonb, ADD nuts1 text;
      ALTER TABLE operators ADD legal_name text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE operators DROP legal_name;
      ALTER TABLE locations DROP help_phone, DROP opening_times, DROP nuts1`);
  }
}
