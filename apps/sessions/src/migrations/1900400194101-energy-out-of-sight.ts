import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions of which energy may be missing, or is told of by another register, are among those to review. */
export class EnergyOutOfSight1900400194101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
          'readings-doubtful', 'place-unknown', 'begin-unreadable', 'end-unreadable', 'begin-unsaid', 'end-unsaid',
          'readings-outside', 'interval-missing', 'register-stands', 'time-missing', 'register-differs',
          'message-quarantined'] OR status IN ('held', 'pending', 'active')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
          'readings-doubtful', 'place-unknown', 'begin-unreadable', 'end-unreadable', 'begin-unsaid', 'end-unsaid',
          'time-missing', 'register-differs', 'message-quarantined'] OR status IN ('held', 'pending', 'active')`);
  }
}
