import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CheckedCdrs1900500007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE cdrs
        -- How exact it is told, by version; a version that is not there is not told.
        ADD precisions jsonb NOT NULL DEFAULT '{"2.2.1": "4", "2.3.0": "4"}',
        -- Why it is not told, by version.
        ADD held jsonb NOT NULL DEFAULT '{}',
        -- Cut where the price changes; null: those of the CDR.
        ADD periods jsonb;
      CREATE INDEX held_cdrs ON cdrs (operator_id, position) WHERE held <> '{}';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE cdrs DROP precisions, DROP held, DROP periods');
  }
}
