import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LeasesHeldSince1900800006001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Since when a process has renewed its lease without a pause, by which it knows that the others could have, too.
    await runner.query('ALTER TABLE pods ADD COLUMN held_since timestamptz NOT NULL DEFAULT now()');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pods DROP COLUMN held_since');
  }
}
