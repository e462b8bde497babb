import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators decide of how sessions are billed; null where they leave it to the default. */
export class KnownOperatorSettings1900300001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE known_operators ADD believed_energy_wh integer, ADD believed_power_factor double precision,
         ADD free_starts boolean`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE known_operators DROP believed_energy_wh, DROP believed_power_factor, DROP free_starts',
    );
  }
}
