import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By which start a session was pinned, so that it is pinned anew where that is mended; NULL: by one that stands. */
export class PinsByStart1900400020003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pins ADD started_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pins DROP started_at');
  }
}
