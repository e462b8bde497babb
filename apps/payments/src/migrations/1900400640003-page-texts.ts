import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators say on the pages of drivers in words of their own. */
export class PageTexts1900400640003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE page_texts (
        operator_id uuid NOT NULL,
        language text NOT NULL,
        texts jsonb NOT NULL,
        PRIMARY KEY (operator_id, language)
      );
      ${rowSecurity('page_texts')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE page_texts');
  }
}
