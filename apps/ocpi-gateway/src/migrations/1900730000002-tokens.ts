import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class Tokens1900730000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tokens (
        operator_id uuid NOT NULL,
        country_code text NOT NULL,
        party_id text NOT NULL,
        any_case_uid text COLLATE "C" NOT NULL,
        type text NOT NULL,
        -- As it was spelled first.
        uid text NOT NULL,
        version integer NOT NULL,
        -- Who told of it last.
        partner_id uuid NOT NULL,
        -- As the partner told of it, in words of 2.3.0.
        token jsonb NOT NULL,
        last_updated timestamptz NOT NULL,
        told_at timestamptz NOT NULL,
        -- Since when it is in the partner's whole list no more.
        missing_since timestamptz,
        PRIMARY KEY (operator_id, country_code, party_id, any_case_uid, type),
        FOREIGN KEY (operator_id, partner_id) REFERENCES partners
      );
      ${rowSecurity('tokens')}

      -- Whose session it was when it began; null: the partner of the token's party.
      ALTER TABLE cdrs ADD partner_id uuid;
      CREATE INDEX cdrs_of_partner ON cdrs (operator_id, partner_id, position) WHERE partner_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tokens; ALTER TABLE cdrs DROP partner_id');
  }
}
