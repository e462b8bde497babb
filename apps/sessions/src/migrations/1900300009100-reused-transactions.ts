import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tells that a station used the id of a transaction again. */
export class ReusedTransactions1900300009100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions ADD last_start_at timestamptz, ADD first_end_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP last_start_at, DROP first_end_at');
  }
}
