import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Waiting has no end: `waits_until` is when a letter is tried again by itself, unless what it waits for comes before. */
export class WaitingLetters1900000005101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Topic and key of the state that is missing, where it is known.
      ALTER TABLE dead_letters ADD COLUMN waits_for text;
      ALTER TABLE IF EXISTS discarded_letters ADD COLUMN IF NOT EXISTS waits_for text;
      CREATE INDEX dead_letters_by_dependency ON dead_letters (waits_for) WHERE waits_for IS NOT NULL;
      DROP INDEX dead_letters_waiting;
      CREATE INDEX dead_letters_waiting ON dead_letters (consumer, waits_until) WHERE waits_until IS NOT NULL;
      -- Until now they were left to a person after half a minute.
      UPDATE dead_letters SET waits_until = now() WHERE reason LIKE 'DependencyMissing: %' AND waits_until IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE dead_letters DROP COLUMN waits_for;
      ALTER TABLE IF EXISTS discarded_letters DROP COLUMN IF EXISTS waits_for;
      DROP INDEX dead_letters_waiting;
      CREATE INDEX dead_letters_waiting ON dead_letters (consumer, parking_key) WHERE waits_until IS NOT NULL;
    `);
  }
}
