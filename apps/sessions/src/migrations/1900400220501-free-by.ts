import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the connector of a session was first said to be free after the last that was heard of it. */
export class FreeBy1900400220501 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions ADD free_by timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP free_by');
  }
}
