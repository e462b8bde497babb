import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the refunds that are owed, however long they fail. */
export class OwedRefunds1900400590002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX payments_owed ON payments (payment_id) WHERE refund_wanted > refunded_amount');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payments_owed');
  }
}
