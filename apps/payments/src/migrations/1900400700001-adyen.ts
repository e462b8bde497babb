import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** What Adyen told and was asked: nobody can ask it for the state of a payment. */
export class Adyen1900400700001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of its live environment, which each company has an address of its own at.
      ALTER TABLE provider_accounts ADD COLUMN live_prefix text;

      -- Items of webhooks, verified; of what is told twice the latest.
      CREATE TABLE adyen_events (
        event_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        account_id uuid NOT NULL,
        psp_reference text NOT NULL,
        event_code text NOT NULL,
        success boolean NOT NULL,
        -- The payment it is about, by Adyen's name and by ours.
        payment_reference text NOT NULL,
        merchant_reference text NOT NULL,
        amount bigint NOT NULL,
        currency text NOT NULL,
        reason text NOT NULL,
        event_at timestamptz NOT NULL,
        details jsonb NOT NULL,
        UNIQUE (operator_id, account_id, psp_reference, event_code, success)
      );
      CREATE INDEX adyen_events_of_payment ON adyen_events (operator_id, account_id, payment_reference);
      CREATE INDEX adyen_events_by_our_name ON adyen_events (operator_id, account_id, merchant_reference);

      -- What Adyen took to do, whose outcome it tells later.
      CREATE TABLE adyen_requests (
        request_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        account_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        psp_reference text NOT NULL,
        kind text NOT NULL,
        request_key text NOT NULL,
        amount bigint NOT NULL,
        UNIQUE (operator_id, account_id, psp_reference)
      );
      CREATE INDEX adyen_requests_of_payment ON adyen_requests (operator_id, account_id, payment_id);

      -- Pages; what was asked for is kept before it is, so that one whose answer was lost is found by asking for the same.
      CREATE TABLE adyen_links (
        payment_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        account_id uuid NOT NULL,
        asked jsonb NOT NULL,
        link_id text,
        url text
      );
      ${['adyen_events', 'adyen_requests', 'adyen_links'].map(rowSecurity).join('')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE adyen_links, adyen_requests, adyen_events;
      ALTER TABLE provider_accounts DROP COLUMN live_prefix;
    `);
  }
}
