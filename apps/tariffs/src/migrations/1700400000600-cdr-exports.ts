import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Exports read an operator's CDRs in the order of issue. */
export class CdrExports1700400000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX cdrs_by_issue ON cdrs (operator_id, issued_at, number)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX cdrs_by_issue');
  }
}
