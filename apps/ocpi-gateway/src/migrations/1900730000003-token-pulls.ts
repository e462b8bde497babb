import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

export class TokenPulls1900730000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE token_pulls (
        operator_id uuid NOT NULL,
        partner_id uuid NOT NULL,
        -- When the connection began that is pulled by.
        connected_at timestamptz NOT NULL,
        -- While somebody pulls, when that is over at the latest.
        next_at timestamptz NOT NULL,
        -- Of the list in hand, if there is one.
        began_at timestamptz,
        -- Changes since then; null: all tokens.
        since timestamptz,
        -- Null: the first page.
        next_url text,
        pages integer NOT NULL DEFAULT 0,
        objects integer NOT NULL DEFAULT 0,
        unreadable integer NOT NULL DEFAULT 0,
        -- When the last list that was read to its end began, and the last one of all tokens.
        pulled_at timestamptz,
        pulled_all_at timestamptz,
        failures integer NOT NULL DEFAULT 0,
        failed text,
        PRIMARY KEY (operator_id, partner_id),
        FOREIGN KEY (operator_id, partner_id) REFERENCES partners
      );
      ${rowSecurity('token_pulls')}
      CREATE INDEX tokens_of_partner ON tokens (operator_id, partner_id, told_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE token_pulls; DROP INDEX tokens_of_partner');
  }
}
