import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each receipt looks whether a VAT number was said at a terminal. */
export class CompaniesAtTerminals1900500510003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX terminal_settlements_of_companies ON terminal_settlements (payment_id) WHERE vat_number IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX terminal_settlements_of_companies');
  }
}
