import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions of whose energy another one is billed a part, at an EVSE that nobody entered, or by a token that may not charge. */
export class EnergyTwice1900400260101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
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

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-unreadable', 'start-time-doubtful',
          'readings-doubtful', 'readings-unnamed', 'readings-overtaken', 'place-unknown', 'begin-unreadable',
          'end-unreadable', 'begin-unsaid', 'end-unsaid', 'readings-outside', 'interval-missing', 'register-stands',
          'time-missing', 'energy-between', 'register-differs', 'message-quarantined']
          OR status IN ('held', 'pending', 'active')`);
  }
}
