import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class PartnerTables1700300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE partners (
        operator_id uuid NOT NULL,
        partner_id uuid NOT NULL,
        name text NOT NULL,
        country_code text NOT NULL,
        party_id text NOT NULL,
        roles text[] NOT NULL,
        PRIMARY KEY (operator_id, partner_id)
      );
      ${rowSecurity('partners')}

      -- Looked up before the partner's operator is known, hence without row security.
      CREATE TABLE partner_tokens (
        hash text PRIMARY KEY,
        operator_id uuid NOT NULL,
        partner_id uuid NOT NULL,
        UNIQUE (operator_id, partner_id),
        FOREIGN KEY (operator_id, partner_id) REFERENCES partners
      );

      CREATE TABLE cdrs (
        -- Rises in the order in which partners can see them.
        position bigint GENERATED ALWAYS AS IDENTITY,
        operator_id uuid NOT NULL,
        cdr_id uuid PRIMARY KEY,
        token_country_code text NOT NULL,
        token_party_id text NOT NULL,
        cdr jsonb NOT NULL,
        last_updated timestamptz NOT NULL
      );
      CREATE INDEX cdrs_of_party ON cdrs (operator_id, token_country_code, token_party_id, position);
      ${rowSecurity('cdrs')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE cdrs, partner_tokens, partners');
  }
}
