import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Ad hoc payments, what happened to them, and the CDRs of their sessions. */
export class Payments1900400560001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments (
        payment_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        reference text NOT NULL UNIQUE,
        attempt text NOT NULL,
        station_id text NOT NULL,
        evse_id integer NOT NULL,
        token_uid text NOT NULL,
        language text NOT NULL,
        offer jsonb NOT NULL,
        state text NOT NULL,
        reason text,
        currency text NOT NULL,
        hold numeric NOT NULL,
        limit_amount numeric NOT NULL,
        provider text NOT NULL,
        checkout_ref text,
        checkout_url text,
        checkout_expires_at timestamptz NOT NULL,
        hold_state text NOT NULL,
        authorized_amount numeric,
        capture_before timestamptz,
        capture_amount numeric,
        captured_amount numeric NOT NULL,
        captured_at timestamptz,
        refund_wanted numeric NOT NULL,
        refunded_amount numeric NOT NULL,
        plug_until timestamptz,
        session_id uuid,
        started_at timestamptz,
        ended_at timestamptz,
        energy_wh double precision,
        power_w double precision,
        cost numeric,
        cost_at timestamptz,
        due numeric,
        due_currency text,
        cdr_id uuid,
        stop_wanted text,
        stop_asked_at timestamptz,
        stop_failed boolean NOT NULL,
        deadline_at timestamptz,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        -- No money is taken beyond what was held, whatever the code does, and none is given back that was not taken.
        CONSTRAINT payments_within_hold CHECK (capture_amount <= authorized_amount),
        CONSTRAINT payments_refunds CHECK (refunded_amount <= captured_amount)
      );
      CREATE INDEX payments_of_operator ON payments (operator_id, payment_id);
      CREATE INDEX payments_of_station ON payments (operator_id, station_id, payment_id);
      CREATE INDEX payments_of_state ON payments (operator_id, state, payment_id);
      CREATE INDEX payments_of_session ON payments (session_id, payment_id);
      CREATE INDEX payments_of_token ON payments (token_uid);
      CREATE INDEX payments_of_checkout ON payments (checkout_ref);
      CREATE INDEX payments_of_attempt ON payments (attempt)
        WHERE state IN ('authorizing', 'starting', 'waiting-for-plug', 'charging');
      CREATE INDEX payments_due ON payments (deadline_at) WHERE deadline_at IS NOT NULL;
      -- Those whose state at the provider is looked at.
      CREATE INDEX payments_unsettled ON payments (payment_id)
        WHERE state NOT IN ('captured', 'refunded', 'released', 'declined', 'failed');
      CREATE INDEX payments_closed ON payments (changed_at) WHERE state IN ('released', 'declined', 'failed');

      CREATE TABLE payment_timeline (
        entry_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        at timestamptz NOT NULL,
        event text NOT NULL,
        state text NOT NULL,
        details jsonb NOT NULL
      );
      CREATE INDEX payment_timeline_of_payment ON payment_timeline (payment_id, entry_id);

      CREATE TABLE payment_cdrs (
        cdr_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        cdr jsonb NOT NULL
      );
      CREATE INDEX payment_cdrs_of_payment ON payment_cdrs (payment_id, cdr_id);

      -- What a provider told us, once each: upon it the payment's state is read there.
      CREATE TABLE provider_notifications (
        notification_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        provider text NOT NULL,
        event_id text NOT NULL,
        checkout_ref text NOT NULL,
        received_at timestamptz NOT NULL,
        UNIQUE (operator_id, provider, event_id)
      );
      ${['payments', 'payment_timeline', 'payment_cdrs', 'provider_notifications'].map(rowSecurity).join('')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE provider_notifications, payment_cdrs, payment_timeline, payments');
  }
}
