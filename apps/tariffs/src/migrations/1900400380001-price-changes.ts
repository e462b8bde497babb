import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Operators whose prices changed since stations were last looked at for it. */
export class PriceChanges1900400380001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE price_changes (
        operator_id uuid PRIMARY KEY,
        changed_at timestamptz NOT NULL
      );
      ${rowSecurity('price_changes')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE price_changes');
  }
}
