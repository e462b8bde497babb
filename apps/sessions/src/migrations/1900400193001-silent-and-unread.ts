import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions that run and may be over, and those of which a register or a time could not be read, are among those to review. */
export class SilentAndUnread1900400193001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
          'readings-doubtful', 'place-unknown', 'begin-unreadable', 'end-unreadable', 'begin-unsaid', 'end-unsaid',
          'time-missing', 'register-differs', 'message-quarantined'] OR status IN ('held', 'pending', 'active')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
          'readings-doubtful', 'place-unknown', 'register-differs', 'message-quarantined'] OR status IN ('held', 'pending')`);
  }
}
