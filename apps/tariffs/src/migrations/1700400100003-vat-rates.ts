import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { STANDARD_RATES } from '../price-list/vat/standard-rates.js';

export class VatRates1700400100003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The law's, for all operators.
      CREATE TABLE standard_vat_rates (
        country text NOT NULL,
        valid_from date NOT NULL,
        percentage text NOT NULL,
        PRIMARY KEY (country, valid_from)
      );
      -- Where an operator has any of a country, those count.
      CREATE TABLE vat_rates (
        operator_id uuid NOT NULL,
        country text NOT NULL,
        valid_from date NOT NULL,
        percentage text NOT NULL,
        PRIMARY KEY (operator_id, country, valid_from)
      );
      ${rowSecurity('vat_rates')}
      -- Of components without one; what applied when the session started.
      ALTER TABLE pins ADD vat_percent text;
    `);
    const [countries, days, percentages] = [0, 1, 2].map((column) => STANDARD_RATES.map((rate) => rate[column]));
    await runner.query(`INSERT INTO standard_vat_rates SELECT * FROM unnest($1::text[], $2::date[], $3::text[])`, [
      countries,
      days,
      percentages,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pins DROP vat_percent; DROP TABLE vat_rates, standard_vat_rates');
  }
}
