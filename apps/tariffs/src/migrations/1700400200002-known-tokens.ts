import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KnownTokens1700400200002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE known_tokens (
        operator_id uuid NOT NULL,
        country_code text NOT NULL,
        party_id text NOT NULL,
        uid text NOT NULL,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        type text NOT NULL,
        contract_id text NOT NULL,
        group_id text,
        valid boolean NOT NULL,
        expires_at timestamptz,
        PRIMARY KEY (operator_id, country_code, party_id, uid)
      );
      CREATE INDEX known_tokens_by_uid ON known_tokens (operator_id, upper(uid));
      ${rowSecurity('known_tokens')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE known_tokens');
  }
}
