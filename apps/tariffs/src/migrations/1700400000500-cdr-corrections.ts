import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A session may have several CDRs, of which one is live: what is wrong is credited once, and replaced once after that. */
export class CdrCorrections1700400000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE pins ADD final_version integer;
      ALTER TABLE cdrs
        DROP CONSTRAINT cdrs_session_id_key,
        ADD kind text NOT NULL DEFAULT 'cdr',
        ADD credits_cdr_id uuid UNIQUE,
        ADD replaces_cdr_id uuid UNIQUE,
        ADD UNIQUE (cdr_id, session_id),
        ADD UNIQUE (credits_cdr_id, session_id),
        ADD CONSTRAINT cdrs_credit_refers CHECK ((kind = 'credit') = (credits_cdr_id IS NOT NULL)),
        ADD CONSTRAINT cdrs_replacement_refers CHECK ((kind = 'replacement') = (replaces_cdr_id IS NOT NULL)),
        ADD FOREIGN KEY (credits_cdr_id, session_id) REFERENCES cdrs (cdr_id, session_id),
        -- Only what has been credited is replaced.
        ADD FOREIGN KEY (replaces_cdr_id, session_id) REFERENCES cdrs (credits_cdr_id, session_id);
      CREATE UNIQUE INDEX cdrs_first_of_session ON cdrs (session_id) WHERE kind = 'cdr';
      CREATE INDEX cdrs_of_session ON cdrs (session_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX cdrs_of_session;
      ALTER TABLE cdrs DROP replaces_cdr_id, DROP credits_cdr_id CASCADE, DROP kind, ADD UNIQUE (session_id);
      ALTER TABLE pins DROP final_version`);
  }
}
