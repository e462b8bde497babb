import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Drafts1700400100001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What a tariff may become; nothing is priced by it.
      CREATE TABLE tariff_drafts (
        operator_id uuid NOT NULL,
        tariff_id uuid NOT NULL,
        name text NOT NULL,
        tariff jsonb NOT NULL,
        saved_at timestamptz NOT NULL,
        PRIMARY KEY (operator_id, tariff_id)
      );
      ${rowSecurity('tariff_drafts')}
      CREATE INDEX tariffs_by_validity ON tariffs (tariff_id, valid_from, tariff_version);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tariff_drafts; DROP INDEX tariffs_by_validity');
  }
}
