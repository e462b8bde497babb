import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions whose start came late from a station that was connected are among those to review. */
export class StartTimesDoubtful1900400130003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
          'readings-doubtful', 'register-differs', 'message-quarantined'] OR status IN ('held', 'pending')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'readings-doubtful',
          'register-differs', 'message-quarantined'] OR status IN ('held', 'pending')`);
  }
}
