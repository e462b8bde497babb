import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators decide of how sessions are billed; null where they leave it to the default. */
export class OperatorSettings1900300001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE operators ADD believed_energy_wh integer, ADD believed_power_factor double precision,
         ADD free_starts boolean`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE operators DROP believed_energy_wh, DROP believed_power_factor, DROP free_starts');
  }
}
