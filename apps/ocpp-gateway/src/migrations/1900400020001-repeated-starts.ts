import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of starts by a clock that is not set, two that say the same need not be one. */
export class RepeatedStarts1900400020001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE starts
        -- NULL once another start may say the same.
        ALTER start_key DROP NOT NULL,
        -- After what another start may say the same, as its clock is not right: a boot, or as soon as this one is over.
        ADD recurs_after text CHECK (recurs_after IN ('boot', 'end')),
        -- When the station showed that it has the answer; noted of those only.
        ADD acknowledged_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE starts SET start_key = 'over ' || transaction_id WHERE start_key IS NULL;
      ALTER TABLE starts ALTER start_key SET NOT NULL, DROP recurs_after, DROP acknowledged_at`);
  }
}
