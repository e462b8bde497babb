import type { MigrationInterface, QueryRunner } from 'typeorm';

/** CDRs are listed by token, whatever its case. */
export class CdrsOfTokens1900400440012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX cdrs_of_token ON cdrs (operator_id, upper((document -> 'token' ->> 'uid') COLLATE "C"), number)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX cdrs_of_token');
  }
}
