import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Accounts of operators at payment providers, and by what names webhooks call payments. */
export class ProviderAccounts1900400620001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE provider_accounts (
        operator_id uuid NOT NULL,
        account_id uuid NOT NULL,
        provider text NOT NULL,
        currencies text[] NOT NULL,
        -- The name of its secrets, which the deployment holds and the database does not.
        secret_name text NOT NULL,
        merchant_account text,
        enabled boolean NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (operator_id, account_id)
      );

      ALTER TABLE payments ADD COLUMN provider_account_id uuid;
      ALTER TABLE payments ADD CONSTRAINT payments_account FOREIGN KEY (operator_id, provider_account_id)
        REFERENCES provider_accounts (operator_id, account_id);
      CREATE INDEX payments_of_account ON payments (operator_id, provider_account_id) WHERE provider_account_id IS NOT NULL;

      -- What a provider calls a payment beside its checkout.
      CREATE TABLE provider_references (
        operator_id uuid NOT NULL,
        account_id uuid NOT NULL,
        reference text NOT NULL,
        payment_id uuid NOT NULL,
        PRIMARY KEY (operator_id, account_id, reference)
      );
      CREATE INDEX provider_references_of_payment ON provider_references (payment_id);

      -- Its checkout_ref is any name of the payment at its provider from now on.
      ALTER TABLE provider_notifications ADD COLUMN account_id uuid;
      -- Whose it is; absent while that is not known.
      ALTER TABLE provider_notifications ADD COLUMN payment_id uuid;
      CREATE INDEX provider_notifications_unmatched ON provider_notifications (checkout_ref) WHERE payment_id IS NULL;
      ${['provider_accounts', 'provider_references'].map(rowSecurity).join('')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX provider_notifications_unmatched;
      ALTER TABLE provider_notifications DROP COLUMN payment_id, DROP COLUMN account_id;
      DROP TABLE provider_references;
      ALTER TABLE payments DROP COLUMN provider_account_id;
      DROP TABLE provider_accounts;
    `);
  }
}
