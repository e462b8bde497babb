import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a connector said that no session took: the start of the one that it is of may come later. */
export class WordsBeforeStarts1900400410002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE connector_states ADD words jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connector_states DROP words');
  }
}
