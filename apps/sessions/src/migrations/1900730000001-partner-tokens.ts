import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class PartnerTokens1900730000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The partner that told of it; null: the operator.
      ALTER TABLE tokens ADD partner_id uuid;

      CREATE TABLE known_partner_tokens (
        operator_id uuid NOT NULL,
        country_code text NOT NULL,
        party_id text NOT NULL,
        type text NOT NULL,
        uid text NOT NULL,
        any_case_uid text COLLATE "C" NOT NULL GENERATED ALWAYS AS (upper(uid COLLATE "C")) STORED,
        version integer NOT NULL,
        deleted boolean NOT NULL,
        partner_id uuid NOT NULL,
        contract_id text NOT NULL,
        issuer text NOT NULL,
        group_id text,
        visual_number text,
        valid boolean NOT NULL,
        whitelist text NOT NULL,
        PRIMARY KEY (operator_id, country_code, party_id, type, uid)
      );
      CREATE INDEX known_partner_tokens_by_any_case_uid ON known_partner_tokens (operator_id, any_case_uid);
      ${rowSecurity('known_partner_tokens')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE known_partner_tokens; ALTER TABLE tokens DROP partner_id');
  }
}
