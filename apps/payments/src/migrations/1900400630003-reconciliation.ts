import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** Where payments, their providers and CDRs do not agree. */
export class Reconciliation1900400630003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reconciliation_findings (
        finding_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        kind text NOT NULL,
        -- The payment, or the CDR that has none.
        subject uuid NOT NULL,
        payment_id uuid,
        session_id uuid,
        details jsonb NOT NULL,
        found_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        times integer NOT NULL,
        resolved_at timestamptz,
        -- Null of what was so no longer.
        resolved_by text,
        note text,
        UNIQUE (operator_id, kind, subject)
      );
      CREATE INDEX reconciliation_findings_listed ON reconciliation_findings (operator_id, finding_id);
      CREATE INDEX reconciliation_findings_of_kind ON reconciliation_findings (operator_id, kind, finding_id);
      CREATE INDEX reconciliation_findings_of_payment ON reconciliation_findings (payment_id, finding_id);
      CREATE INDEX reconciliation_findings_open ON reconciliation_findings (operator_id, finding_id)
        WHERE resolved_at IS NULL;
      CREATE INDEX reconciliation_findings_settled ON reconciliation_findings (operator_id, finding_id)
        WHERE resolved_at IS NOT NULL;
      ${rowSecurity('reconciliation_findings')}

      -- What each kind of finding is looked for by.
      CREATE INDEX payments_closed_held ON payments (payment_id)
        WHERE state IN ('released', 'declined', 'failed') AND hold_state = 'held';
      CREATE INDEX payments_captured_unbilled ON payments (payment_id) WHERE state = 'captured' AND cdr_id IS NULL;
      CREATE INDEX payments_overpaid ON payments (payment_id)
        WHERE state = 'captured' AND captured_amount - refunded_amount > due AND refund_wanted <= refunded_amount;
      CREATE INDEX payments_captured_lately ON payments (changed_at) WHERE state IN ('captured', 'refunded');
      CREATE INDEX ledger_entries_ad_hoc ON ledger_entries (recorded_at) WHERE token_kind = 'adhoc';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX ledger_entries_ad_hoc, payments_captured_lately, payments_overpaid, payments_captured_unbilled, payments_closed_held;
      DROP TABLE reconciliation_findings;
    `);
  }
}
