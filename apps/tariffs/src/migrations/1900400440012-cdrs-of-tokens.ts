import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * CDRs are listed by token, and tokens found, in any case, by a column of their own: row-level security lets no index be used
 * by `upper`, which is not LEAKPROOF.
 */
export class CdrsOfTokens1900400440012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE cdrs ADD token_uid text COLLATE "C"
        GENERATED ALWAYS AS (upper((document -> 'token' ->> 'uid') COLLATE "C")) STORED;
      CREATE INDEX cdrs_of_token ON cdrs (operator_id, token_uid, number);
      ALTER TABLE known_tokens ADD any_case_uid text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (upper(uid COLLATE "C")) STORED;
      DROP INDEX known_tokens_by_uid;
      CREATE INDEX known_tokens_by_uid ON known_tokens (operator_id, any_case_uid);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE cdrs DROP token_uid;
      ALTER TABLE known_tokens DROP any_case_uid;
      CREATE INDEX known_tokens_by_uid ON known_tokens (operator_id, upper(uid COLLATE "C"));
    `);
  }
}
