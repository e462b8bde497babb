import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who owes the VAT goes by the kind of sale, and that by where seller and buyer are established. */
export class VatTreatments1900630000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE vat_parties (
        operator_id uuid NOT NULL,
        country_code text NOT NULL,
        party_id text NOT NULL,
        established_in text NOT NULL,
        vat_number text,
        dealer boolean NOT NULL,
        PRIMARY KEY (operator_id, country_code, party_id)
      );
      ${rowSecurity('vat_parties')}
      ALTER TABLE pins ADD vat_treatment text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pins DROP vat_treatment; DROP TABLE vat_parties');
  }
}
