import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions to review are found by any flag that is not a common one, so that no later flag needs another index. */
export class ReviewOfAnyFlag1900400330001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags - ARRAY['authorized-by-default', 'clock-ahead', 'decided', 'end-inferred', 'free-start', 'gap',
          'id-token-mended', 'intervals-summed', 'readings-assigned', 'time-zone-assumed', 'token-unknown'] <> '[]'
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
