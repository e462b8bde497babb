import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a receipt was first sent to be registered: another register would register it twice. */
export class FiscalRegisters1900790000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE fiscal_registrations ADD COLUMN register text, ADD COLUMN secret_name text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE fiscal_registrations DROP COLUMN register, DROP COLUMN secret_name');
  }
}
