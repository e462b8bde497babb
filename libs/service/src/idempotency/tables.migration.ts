import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** What was answered to POSTs with an Idempotency-Key, written in the transaction of their change. */
export class IdempotentAnswers1900400440001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotent_answers (
        operator_id uuid NOT NULL,
        key text NOT NULL,
        fingerprint text NOT NULL,
        -- Sealed: some answers show a secret that is kept nowhere else.
        answer bytea NOT NULL,
        answered_at timestamptz NOT NULL,
        PRIMARY KEY (operator_id, key)
      );
      CREATE INDEX idempotent_answers_by_age ON idempotent_answers (answered_at);
      ${rowSecurity('idempotent_answers')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotent_answers');
  }
}
