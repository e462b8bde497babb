import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class Connections1900650000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of a token that is being renewed the one before is good for a while.
      ALTER TABLE partner_tokens
        DROP CONSTRAINT partner_tokens_operator_id_partner_id_key,
        ADD COLUMN kind text NOT NULL DEFAULT 'access' CHECK (kind IN ('invitation', 'access')),
        ADD COLUMN good_until timestamptz;
      ALTER TABLE partner_tokens ALTER COLUMN kind DROP DEFAULT;
      CREATE INDEX partner_tokens_of_partner ON partner_tokens (operator_id, partner_id);

      CREATE TABLE connections (
        operator_id uuid NOT NULL,
        partner_id uuid NOT NULL,
        version text NOT NULL,
        versions_url text NOT NULL,
        -- What we are known by there, sealed.
        token bytea NOT NULL,
        token_form text NOT NULL CHECK (token_form IN ('base64', 'plain')),
        roles jsonb NOT NULL,
        hub_party_id text,
        endpoints jsonb NOT NULL,
        connected_at timestamptz NOT NULL,
        PRIMARY KEY (operator_id, partner_id),
        FOREIGN KEY (operator_id, partner_id) REFERENCES partners
      );
      ${rowSecurity('connections')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE connections;
      DELETE FROM partner_tokens WHERE kind = 'invitation' OR good_until IS NOT NULL;
      ALTER TABLE partner_tokens DROP COLUMN kind, DROP COLUMN good_until,
        ADD UNIQUE (operator_id, partner_id);
    `);
  }
}
