import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** What is held at terminals, what is wanted of their operators, and which word contradicts one before. */
export class TerminalAuthorizations1900400710002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE terminal_authorizations (
        authorization_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        reference text NOT NULL,
        payment_id uuid NOT NULL UNIQUE,
        -- Null where nobody said what is held.
        amount numeric,
        capture_before timestamptz,
        capture_wanted numeric,
        release_wanted boolean NOT NULL DEFAULT false,
        UNIQUE (operator_id, reference)
      );
      ${rowSecurity('terminal_authorizations')}

      -- Several may be told in one millisecond, of which the first counts.
      ALTER TABLE terminal_settlements ADD COLUMN place bigint GENERATED ALWAYS AS IDENTITY,
        ADD COLUMN differs boolean NOT NULL DEFAULT false;
      CREATE INDEX terminal_settlements_differing ON terminal_settlements (settlement_id) WHERE differs;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX terminal_settlements_differing;
      ALTER TABLE terminal_settlements DROP COLUMN differs, DROP COLUMN place;
      DROP TABLE terminal_authorizations;
    `);
  }
}
