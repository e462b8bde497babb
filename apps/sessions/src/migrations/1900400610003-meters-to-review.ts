import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions whose meter may count another connector as well are to review, and those at a connector that was never read. */
export class MetersToReview1900400610003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-reset', 'register-unreadable', 'register-unused',
          'start-time-doubtful', 'end-time-doubtful', 'parking-doubtful', 'intervals-doubtful',
          'stop-transaction-unknown', 'readings-doubtful', 'readings-unnamed', 'readings-overtaken', 'station-metered',
          'place-unknown', 'begin-unreadable', 'end-unreadable', 'begin-unsaid', 'end-unsaid', 'readings-outside',
          'interval-missing', 'register-stands', 'time-missing', 'energy-between',
          'meter-maybe-shared', 'never-read', 'energy-twice', 'evse-unknown',
          'charged-unauthorized', 'ended-by-another', 'register-differs', 'message-quarantined']
          OR status IN ('held', 'pending', 'active')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-reset', 'register-unreadable', 'register-unused',
          'start-time-doubtful', 'end-time-doubtful', 'parking-doubtful', 'intervals-doubtful',
          'stop-transaction-unknown', 'readings-doubtful', 'readings-unnamed', 'readings-overtaken', 'station-metered',
          'place-unknown', 'begin-unreadable', 'end-unreadable', 'begin-unsaid', 'end-unsaid', 'readings-outside',
          'interval-missing', 'register-stands', 'time-missing', 'energy-between', 'energy-twice', 'evse-unknown',
          'charged-unauthorized', 'ended-by-another', 'register-differs', 'message-quarantined']
          OR status IN ('held', 'pending', 'active')`);
  }
}
