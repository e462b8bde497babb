import type { MigrationInterface, QueryRunner } from 'typeorm';

const toReview = (flags: string): string => `
  DROP INDEX sessions_to_review;
  CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
    flags ?| ARRAY[${flags}] OR status IN ('held', 'pending');`;

/** What tells where a session was whose EVSE nobody named, and those of which nobody knows among those to review. */
export class PlacesUnknown1900400138002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE connector_states ADD occupied_at timestamptz, ADD vacated_at timestamptz;
      ALTER TABLE connector_states NO FORCE ROW LEVEL SECURITY;
      UPDATE connector_states SET occupied_at = received_at WHERE status = 'Occupied';
      ALTER TABLE connector_states FORCE ROW LEVEL SECURITY;
      ${toReview(`'late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
        'readings-doubtful', 'place-unknown', 'register-differs', 'message-quarantined'`)}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE connector_states DROP occupied_at, DROP vacated_at;
      ${toReview(`'late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
        'readings-doubtful', 'register-differs', 'message-quarantined'`)}`);
  }
}
