import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions without an end to which readings were given that name no transaction are among those to review. */
export class ReadingsUnnamed1900400220401 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
          'readings-doubtful', 'readings-unnamed', 'readings-overtaken', 'place-unknown', 'begin-unreadable',
          'end-unreadable', 'begin-unsaid', 'end-unsaid', 'readings-outside', 'interval-missing', 'register-stands',
          'time-missing', 'energy-between', 'register-differs', 'message-quarantined']
          OR status IN ('held', 'pending', 'active')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
          'readings-doubtful', 'readings-overtaken', 'place-unknown', 'begin-unreadable', 'end-unreadable', 'begin-unsaid',
          'end-unsaid', 'readings-outside', 'interval-missing', 'register-stands', 'time-missing', 'energy-between',
          'register-differs', 'message-quarantined'] OR status IN ('held', 'pending', 'active')`);
  }
}
