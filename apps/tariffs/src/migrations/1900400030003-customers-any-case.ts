import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens, contracts and groups are compared by their ASCII letters: `upper` alone depends on the database's language. */
export class CustomersAnyCase1900400030003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(compared((column) => `upper(${column} COLLATE "C")`));
    await runner.query(known('uid COLLATE "C"'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(compared((column) => `lower(${column})`));
    await runner.query(known('uid'));
  }
}

function compared(by: (column: string) => string): string {
  return `
    DROP INDEX tariff_assignments_by_key;
    ALTER TABLE tariff_assignments DROP audience_key;
    ALTER TABLE tariff_assignments
      ADD audience_key text NOT NULL GENERATED ALWAYS AS (audience || CASE audience
        WHEN 'contract' THEN ':' || country_code || ':' || party_id || ':' || ${by('contract_id')}
        WHEN 'token-group' THEN ':' || country_code || ':' || party_id || ':' || ${by('group_id')}
        WHEN 'partner' THEN ':' || country_code || ':' || party_id
        ELSE '' END) STORED;
    CREATE INDEX tariff_assignments_by_key ON tariff_assignments (operator_id, target_key, audience_key);
  `;
}

function known(uid: string): string {
  return `
    DROP INDEX known_tokens_by_uid;
    CREATE INDEX known_tokens_by_uid ON known_tokens (operator_id, upper(${uid}));
  `;
}
