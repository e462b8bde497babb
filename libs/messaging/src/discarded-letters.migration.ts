import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DiscardedLetters1900000006002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Beside the dead letters, so that what waits behind a key is found without looking at what was given up.
      CREATE TABLE discarded_letters (
        LIKE dead_letters INCLUDING STORAGE,
        discarded_at timestamptz NOT NULL,
        -- API key id, or subject of the access token.
        discarded_by text NOT NULL,
        discard_reason text NOT NULL,
        PRIMARY KEY (id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE discarded_letters');
  }
}
