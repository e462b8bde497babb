import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tells that readings without a transaction may be of another driver, and those sessions among those to review. */
export class ReadingsDoubtful1900400020002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE connector_states ADD free_at timestamptz;
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'readings-doubtful', 'register-differs',
          'message-quarantined'] OR status IN ('held', 'pending')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE connector_states DROP free_at;
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-differs', 'message-quarantined']
          OR status IN ('held', 'pending')`);
  }
}
