import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens are compared by their ASCII letters: `upper` alone depends on the database's language. */
export class TokensAnyCase1900400030002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(indexes(' COLLATE "C"'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(indexes(''));
  }
}

function indexes(collation: string): string {
  return `
    DROP INDEX tokens_any_case, sessions_charging;
    CREATE UNIQUE INDEX tokens_any_case ON tokens (operator_id, upper(uid${collation}), country_code, party_id);
    CREATE INDEX sessions_charging ON sessions (upper((token ->> 'uid')${collation})) WHERE status = 'active';
  `;
}
