import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DecidedCdrs1900500007001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What an operator made of one that was held: {as, by, at, note, reasons}.
      ALTER TABLE cdrs ADD decision jsonb;
      DROP INDEX held_cdrs;
      CREATE INDEX held_cdrs ON cdrs (operator_id, position) WHERE held <> '{}' AND decision IS NULL;
      CREATE INDEX decided_cdrs ON cdrs (operator_id, position) WHERE decision IS NOT NULL;
      -- Stored before CDRs were checked.
      CREATE INDEX unchecked_cdrs ON cdrs (position) WHERE periods IS NULL;
      CREATE INDEX credits ON cdrs ((cdr ->> 'creditReferenceId')) WHERE cdr ? 'creditReferenceId';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX credits, unchecked_cdrs, held_cdrs;
      CREATE INDEX held_cdrs ON cdrs (operator_id, position) WHERE held <> '{}';
      ALTER TABLE cdrs DROP decision;
    `);
  }
}
