import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = ['operator_id', 'position'];
const BY_TIME = ['operator_id', 'last_updated', 'position'];

/** CDRs that are held are listed from one time to another. */
export class HeldCdrsByTime1900500520001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(indexesOn(BY_TIME));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(indexesOn(BEFORE));
  }
}

function indexesOn(columns: readonly string[]): string {
  return `
    DROP INDEX held_cdrs, decided_cdrs;
    CREATE INDEX held_cdrs ON cdrs (${columns.join(', ')}) WHERE held <> '{}' AND decision IS NULL;
    CREATE INDEX decided_cdrs ON cdrs (${columns.join(', ')}) WHERE decision IS NOT NULL;`;
}
