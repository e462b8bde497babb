import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a connector said its last word, by the station's clock: it may be of a session whose start comes after it. */
export class ConnectorsStatedAt1900400220201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connector_states ADD stated_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connector_states DROP stated_at');
  }
}
