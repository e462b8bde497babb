import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions are to review while which another transaction may have run, whose start never came. */
export class OverlapsToReview1900400690001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-reset', 'register-unreadable', 'register-unused',
          'start-time-doubtful', 'end-time-doubtful', 'parking-doubtful', 'intervals-doubtful',
          'stop-transaction-unknown', 'readings-doubtful', 'readings-unnamed', 'readings-overtaken', 'station-metered',
          'place-unknown', 'begin-unreadable', 'end-unreadable', 'begin-unsaid', 'end-unsaid', 'readings-outside',
          'interval-missing', 'register-stands', 'time-missing', 'energy-between',
          'meter-maybe-shared', 'overlap-possible', 'never-read', 'energy-twice', 'evse-unknown',
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
          'interval-missing', 'register-stands', 'time-missing', 'energy-between',
          'meter-maybe-shared', 'never-read', 'energy-twice', 'evse-unknown',
          'charged-unauthorized', 'ended-by-another', 'register-differs', 'message-quarantined']
          OR status IN ('held', 'pending', 'active')`);
  }
}
