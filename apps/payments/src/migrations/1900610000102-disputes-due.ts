import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Disputes that can still be answered are found by when. */
export class DisputesDue1900610000102 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX payment_disputes_due ON payment_disputes (evidence_due_by) WHERE evidence_due_by IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payment_disputes_due');
  }
}
