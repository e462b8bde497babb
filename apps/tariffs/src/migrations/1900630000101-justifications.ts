import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why some customers pay other prices than everybody, and since when that is on record (AFIR, article 5(3)). */
export class Justifications1900630000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tariff_assignments ADD COLUMN justification text, ADD COLUMN justified_on date');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tariff_assignments DROP COLUMN justified_on, DROP COLUMN justification');
  }
}
