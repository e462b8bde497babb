import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tokens are found, and sessions by their token, in any case, by a column of their own: row-level security lets no index
 * be used by `upper`, which may tell of a row in its errors (it is not LEAKPROOF), so that every look read all tokens of an operator.
 */
export class SessionsOfTokens1900400440010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tokens ADD any_case_uid text COLLATE "C" NOT NULL GENERATED ALWAYS AS (upper(uid COLLATE "C")) STORED;
      ALTER TABLE sessions ADD token_uid text COLLATE "C" GENERATED ALWAYS AS (upper((token ->> 'uid') COLLATE "C")) STORED;
      CREATE INDEX tokens_by_any_case_uid ON tokens (operator_id, any_case_uid);
      DROP INDEX sessions_charging;
      CREATE INDEX sessions_charging ON sessions (operator_id, token_uid) WHERE status = 'active';
      CREATE INDEX sessions_of_token ON sessions (operator_id, token_uid, session_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tokens DROP any_case_uid;
      ALTER TABLE sessions DROP token_uid;
      CREATE INDEX sessions_charging ON sessions (upper((token ->> 'uid') COLLATE "C")) WHERE status = 'active';
    `);
  }
}
