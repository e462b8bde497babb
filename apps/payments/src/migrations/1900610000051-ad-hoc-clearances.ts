import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Countries that operators have cleared for ad hoc sales on their own account. */
export class AdHocClearances1900610000051 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ad_hoc_clearances (
        operator_id uuid NOT NULL,
        country text NOT NULL,
        reason text NOT NULL,
        cleared_by text NOT NULL,
        cleared_at timestamptz NOT NULL,
        PRIMARY KEY (operator_id, country)
      );
      ${rowSecurity('ad_hoc_clearances')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ad_hoc_clearances');
  }
}
