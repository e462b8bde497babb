import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The stations that show codes with one-time passwords, and the secrets that they are made with. */
export class DynamicCodes1900400640002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE dynamic_codes (
        station_id text PRIMARY KEY,
        operator_id uuid NOT NULL,
        secret bytea NOT NULL,
        validity_s integer NOT NULL,
        length integer NOT NULL
      );
      ${rowSecurity('dynamic_codes')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dynamic_codes');
  }
}
