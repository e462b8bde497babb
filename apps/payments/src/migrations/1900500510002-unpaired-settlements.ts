import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was told of no payment is found by its age: the rest is kept as long as the payments that it is about. */
export class UnpairedSettlements1900500510002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX terminal_settlements_of_nobody ON terminal_settlements (settlement_id) WHERE payment_id IS NULL;
      DROP INDEX terminal_settlements_unpaired;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX terminal_settlements_unpaired ON terminal_settlements (settlement_id)
        WHERE payment_id IS NULL AND status = 'Settled' AND amount > 0;
      DROP INDEX terminal_settlements_of_nobody;
    `);
  }
}
