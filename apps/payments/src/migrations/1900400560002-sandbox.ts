import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** What the sandbox, a provider for trials, knows; it could be another system's database. */
export class Sandbox1900400560002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sandbox_checkouts (
        checkout_ref text PRIMARY KEY,
        operator_id uuid NOT NULL,
        payment_id uuid NOT NULL UNIQUE,
        amount bigint NOT NULL,
        currency text NOT NULL,
        return_path text NOT NULL,
        -- What was chosen at its page; it counts from decided_at on.
        outcome text,
        challenged boolean NOT NULL DEFAULT false,
        decided_at timestamptz,
        capture_before timestamptz,
        expires_at timestamptz NOT NULL,
        released_at timestamptz,
        captured bigint,
        refunded bigint NOT NULL DEFAULT 0,
        refund_keys text[] NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL
      );

      -- What it has to tell us: it goes as soon as it is told.
      CREATE TABLE sandbox_webhooks (
        webhook_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        event_id text NOT NULL,
        checkout_ref text NOT NULL,
        due_at timestamptz NOT NULL
      );
      CREATE INDEX sandbox_webhooks_due ON sandbox_webhooks (due_at);
      ${['sandbox_checkouts', 'sandbox_webhooks'].map(rowSecurity).join('')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sandbox_webhooks, sandbox_checkouts');
  }
}
