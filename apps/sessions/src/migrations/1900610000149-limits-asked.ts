import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When stations were asked for the limits that they can hold transactions to, also those that have never answered. */
export class LimitsAsked1900610000149 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE supported_limits ALTER COLUMN limits DROP NOT NULL, ADD COLUMN asked_at timestamptz
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM supported_limits WHERE limits IS NULL;
      ALTER TABLE supported_limits ALTER COLUMN limits SET NOT NULL, DROP COLUMN asked_at
    `);
  }
}
