import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions are listed by token, whatever its case. */
export class SessionsOfTokens1900400440010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX sessions_of_token ON sessions (operator_id, upper((token ->> 'uid') COLLATE "C"), session_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sessions_of_token');
  }
}
