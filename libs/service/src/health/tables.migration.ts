import type { MigrationInterface, QueryRunner } from 'typeorm';

export class StorageChecks1900000006003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What the health of a process writes to see whether anything can be written.
      CREATE TABLE storage_checks (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        filler text NOT NULL
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE storage_checks');
  }
}
