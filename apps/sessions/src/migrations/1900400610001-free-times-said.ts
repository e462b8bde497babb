import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a connector was first said to be free within each minute: what is said just after a start came is not of before it. */
export class FreeTimesSaid1900400610001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE free_signs ADD COLUMN said_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE free_signs DROP COLUMN said_at');
  }
}
