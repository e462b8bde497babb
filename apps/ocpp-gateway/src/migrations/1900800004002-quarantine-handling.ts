import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is kept for a person is looked through, and dealt with. */
export class QuarantineHandling1900800004002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE quarantine
        -- open, or what became of it: matched (sessions knew which transaction it ends), replayed, discarded.
        ADD COLUMN status text NOT NULL DEFAULT 'open',
        -- The transaction that it is about, where one can be read or was given for it.
        ADD COLUMN transaction_id text,
        -- How often the station has sent it, and when last.
        ADD COLUMN times integer NOT NULL DEFAULT 1,
        ADD COLUMN last_received_at timestamptz,
        ADD COLUMN settled_at timestamptz,
        -- API key id, or subject of the access token.
        ADD COLUMN settled_by text,
        -- What was replayed, where it was corrected before; the note of who discarded it.
        ADD COLUMN corrected text,
        ADD COLUMN note text;
      UPDATE quarantine SET last_received_at = received_at;
      ALTER TABLE quarantine ALTER COLUMN last_received_at SET NOT NULL;
      CREATE INDEX quarantine_open ON quarantine (operator_id, station_id) WHERE status = 'open';
      CREATE INDEX quarantine_by_time ON quarantine (operator_id, received_at, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX quarantine_by_time, quarantine_open;
      ALTER TABLE quarantine DROP COLUMN status, DROP COLUMN transaction_id, DROP COLUMN times,
        DROP COLUMN last_received_at, DROP COLUMN settled_at, DROP COLUMN settled_by, DROP COLUMN corrected,
        DROP COLUMN note;
    `);
  }
}
