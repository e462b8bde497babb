import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class Connections1900650000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Looked up before the partner's operator is known, hence without row security.
      CREATE TABLE credentials_tokens (
        hash text PRIMARY KEY,
        operator_id uuid NOT NULL,
        partner_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('invitation', 'access', 'proposed', 'replaced')),
        good_until timestamptz,
        FOREIGN KEY (operator_id, partner_id) REFERENCES partners
      );
      CREATE INDEX credentials_tokens_of_partner ON credentials_tokens (operator_id, partner_id);
      INSERT INTO credentials_tokens (hash, operator_id, partner_id, kind)
        SELECT hash, operator_id, partner_id, 'access' FROM partner_tokens;

      -- Processes of the release before write tokens where they did; the table goes with the next one.
      CREATE FUNCTION keep_partner_token() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM credentials_tokens WHERE operator_id = NEW.operator_id AND partner_id = NEW.partner_id;
        INSERT INTO credentials_tokens (hash, operator_id, partner_id, kind)
          VALUES (NEW.hash, NEW.operator_id, NEW.partner_id, 'access');
        RETURN NULL;
      END $$;
      CREATE TRIGGER keep_partner_token AFTER INSERT OR UPDATE ON partner_tokens
        FOR EACH ROW EXECUTE FUNCTION keep_partner_token();

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
      DROP TABLE connections, credentials_tokens;
      DROP TRIGGER keep_partner_token ON partner_tokens;
      DROP FUNCTION keep_partner_token;
    `);
  }
}
