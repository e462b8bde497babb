import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when the connector of a session says that it serves none. */
export class UnservedAt1900750000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions ADD unserved_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP unserved_at');
  }
}
