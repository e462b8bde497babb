import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The pages of meters by which sessions were proven: each proves one. */
export class SessionProofs1900300008001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE session_proofs (
        session_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        public_key text NOT NULL,
        -- Pagination counters have up to 20 digits.
        first_page numeric(20) NOT NULL,
        last_page numeric(20) NOT NULL,
        begun_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX session_proofs_by_page ON session_proofs (operator_id, public_key, first_page);
      ${rowSecurity('session_proofs')}
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'register-differs', 'message-quarantined']
          OR status IN ('held', 'pending')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE session_proofs;
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'message-quarantined']
          OR status IN ('held', 'pending')`);
  }
}
