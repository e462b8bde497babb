import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last that was read of an EVSE while it was free, by which it has a meter. */
export class FreeReadings1900600000351 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connector_states ADD free_reading jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connector_states DROP free_reading');
  }
}
