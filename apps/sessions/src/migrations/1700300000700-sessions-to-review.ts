import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The few sessions that somebody should look at are found among the many. */
export class SessionsToReview1700300000700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX sessions_to_review ON sessions (operator_id, session_id)
       WHERE flags ?| ARRAY['late-facts', 'unverified']`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sessions_to_review');
  }
}
