import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Readings that are shown as a session without a start wait on for that: as which they are shown. */
export class ReadingsShown1900700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE waiting_readings ADD shown_as uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE waiting_readings DROP shown_as');
  }
}
