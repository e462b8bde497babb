import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Accounts at fiscal systems, and what becomes of the receipts that are registered there. */
export class Fiscal1900740000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE fiscal_accounts (
        operator_id uuid NOT NULL,
        -- ISO 3166-1 alpha-3: a country has one.
        country text NOT NULL,
        system text NOT NULL,
        register text NOT NULL,
        secret_name text NOT NULL,
        enabled boolean NOT NULL,
        PRIMARY KEY (operator_id, country)
      );
      ${rowSecurity('fiscal_accounts')}

      CREATE TABLE fiscal_registrations (
        receipt_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        country text NOT NULL,
        system text NOT NULL,
        state text NOT NULL,
        -- Drivers get the receipt when it is registered, or late.
        held boolean NOT NULL,
        late_at timestamptz NOT NULL,
        -- What the system answered; null until then.
        registration jsonb,
        settled_at timestamptz,
        refusal text
      );
      CREATE INDEX fiscal_registrations_of_payment ON fiscal_registrations (payment_id);
      CREATE INDEX fiscal_registrations_open ON fiscal_registrations (receipt_id) WHERE state <> 'registered';
      ${rowSecurity('fiscal_registrations')}

      -- The countries of an operator, also those without stations.
      CREATE INDEX known_locations_of_operator ON known_locations (operator_id);
      CREATE INDEX known_stations_of_location ON known_stations (location_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX known_stations_of_location, known_locations_of_operator;
      DROP TABLE fiscal_registrations, fiscal_accounts;
    `);
  }
}
