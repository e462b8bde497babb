import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions to review by the flags that joined: what takes time, parking and intervals for doubtful, and who ended a session. */
export class ReviewFlags1900400399001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'register-unused',
          'start-time-doubtful', 'end-time-doubtful', 'parking-doubtful', 'intervals-doubtful',
          'stop-transaction-unknown', 'readings-doubtful', 'readings-unnamed', 'readings-overtaken', 'station-metered',
          'place-unknown', 'begin-unreadable', 'end-unreadable', 'begin-unsaid', 'end-unsaid', 'readings-outside',
          'interval-missing', 'register-stands', 'time-missing', 'energy-between', 'energy-twice', 'evse-unknown',
          'charged-unauthorized', 'ended-by-another', 'register-differs', 'message-quarantined']
          OR status IN ('held', 'pending', 'active')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
          'readings-doubtful', 'readings-unnamed', 'readings-overtaken', 'place-unknown', 'begin-unreadable',
          'end-unreadable', 'begin-unsaid', 'end-unsaid', 'readings-outside', 'interval-missing', 'register-stands',
          'time-missing', 'energy-between', 'energy-twice', 'evse-unknown', 'charged-unauthorized', 'register-differs',
          'message-quarantined']
          OR status IN ('held', 'pending', 'active')`);
  }
}
