import { fallsShort } from '../payments/short-payments.js';
import { SCANS_WITHOUT_STARTS } from '../stickers/scans-without-starts.js';
import { TERMINAL } from '../terminals/terminal.name.js';

/** What is told of a payment that is found. */
const OF_PAYMENT = `p.operator_id AS "operatorId", p.payment_id AS subject, p.payment_id AS "paymentId",
  p.session_id AS "sessionId", jsonb_strip_nulls(jsonb_build_object('state', p.state, 'currency', p.currency,
    'authorized', p.authorized_amount::text, 'captured', p.captured_amount::text, 'refunded', p.refunded_amount::text,
    'refundWanted', p.refund_wanted::text, 'due', p.due::text, 'dueCurrency', p.due_currency)) AS details`;
/** As the index of payments that are looked at has it. */
const UNSETTLED = `p.state NOT IN ('captured', 'refunded', 'released', 'declined', 'failed')`;
const SHORT = fallsShort('p');

const OF_SETTLEMENT = `jsonb_strip_nulls(jsonb_build_object('reference', s.reference, 'status', s.status, 'amount', s.amount::text,
    'stationId', s.station_id, 'transactionId', s.transaction_id, 'toldBy', s.told_by))`;

/** Of a dispute, in the words of Stripe and of Adyen: nothing more can be said, or it was said. */
const ANSWERED = [
  ...['won', 'lost', 'under_review', 'appeal_under_review', 'warning_under_review', 'warning_closed', 'prevented'],
  ...['accepted', 'expired', 'pending', 'responded'],
];

interface Kind {
  /** In words. */
  readonly about: string;
  /** Gives operatorId, subject, paymentId, sessionId and details; $1 is now. */
  readonly sql: string;
  /** Is so no longer when it is not found any more; otherwise somebody says so. */
  readonly ends: boolean;
}

/** What is looked for. A kind is a row: its statement reads by a partial index, so that what is in order costs nothing. */
export const FINDING_KINDS = {
  'hold-forgotten': {
    about: 'Something is held of which nothing more comes: it should have been given back a quarter of an hour ago',
    sql: `SELECT ${OF_PAYMENT} FROM payments p WHERE p.state IN ('released', 'declined', 'failed') AND p.hold_state = 'held'
      UNION ALL
      SELECT ${OF_PAYMENT} FROM payments p WHERE ${UNSETTLED} AND p.state = 'releasing'
        AND p.provider <> '${TERMINAL}' AND p.changed_at < $1::timestamptz - interval '15 minutes'`,
    ends: true,
  },
  'hold-ends': {
    about: 'Something is held and not captured, and the provider gives it back within a day',
    sql: `SELECT ${OF_PAYMENT} FROM payments p WHERE ${UNSETTLED} AND p.hold_state = 'held'
      AND p.capture_before < $1::timestamptz + interval '1 day'`,
    ends: true,
  },
  'capture-without-cdr': {
    about: 'Money was taken an hour ago, and there is no CDR that says why',
    sql: `SELECT ${OF_PAYMENT} FROM payments p WHERE p.state = 'captured' AND p.cdr_id IS NULL
      AND p.captured_amount > p.refunded_amount AND p.captured_at < $1::timestamptz - interval '1 hour'
      UNION ALL
      -- What a terminal takes before the CDR leaves the payment where it is.
      SELECT ${OF_PAYMENT} FROM payments p WHERE ${UNSETTLED} AND p.cdr_id IS NULL
      AND p.captured_amount > p.refunded_amount AND p.captured_at < $1::timestamptz - interval '1 hour'`,
    ends: true,
  },
  'cdr-without-capture': {
    about: 'A CDR says that something is due, and nothing was taken',
    sql: `SELECT ${OF_PAYMENT} FROM payments p WHERE ${SHORT} AND p.captured_amount = 0`,
    ends: true,
  },
  'cdr-without-payment': {
    about: 'The CDR of a session that was begun ad hoc belongs to no payment',
    sql: `SELECT l.operator_id AS "operatorId", l.cdr_id AS subject, NULL::uuid AS "paymentId", l.session_id AS "sessionId",
        jsonb_build_object('cdrId', l.cdr_id, 'due', l.amount::text, 'currency', l.currency) AS details
      FROM ledger_entries l WHERE l.token_kind = 'adhoc' AND l.amount > 0 AND l.kind <> 'credit'
        AND l.recorded_at >= $1::timestamptz - interval '2 days' AND l.recorded_at < $1::timestamptz - interval '15 minutes'
        AND NOT EXISTS (SELECT FROM payments p WHERE p.session_id = l.session_id)
        AND NOT EXISTS (SELECT FROM ledger_entries c
                        WHERE c.session_id = l.session_id AND c.credit_reference_id = l.cdr_id)`,
    ends: false,
  },
  'captured-too-little': {
    about:
      'Less was taken and kept than the CDR says: more was due than was held, it was corrected later, or given back at the provider',
    sql: `SELECT ${OF_PAYMENT} FROM payments p WHERE ${SHORT} AND p.captured_amount > 0`,
    ends: true,
  },
  'captured-too-much': {
    about: 'More was taken than the CDR says, and no refund is asked for',
    sql: `SELECT ${OF_PAYMENT} FROM payments p WHERE p.state = 'captured' AND p.captured_amount - p.refunded_amount > p.due
      AND p.refund_wanted <= p.refunded_amount`,
    ends: true,
  },
  'capture-unconfirmed': {
    about: 'A capture was asked for an hour ago, and the provider has not said that it was made',
    sql: `SELECT ${OF_PAYMENT} FROM payments p WHERE ${UNSETTLED} AND p.state = 'capturing'
      AND p.provider <> '${TERMINAL}' AND p.changed_at < $1::timestamptz - interval '1 hour'`,
    ends: true,
  },
  'refund-owed': {
    about: 'A refund was asked for an hour ago, and the provider has not made it',
    sql: `SELECT ${OF_PAYMENT} FROM payments p WHERE p.refund_wanted > p.refunded_amount
      AND p.changed_at < $1::timestamptz - interval '1 hour'`,
    ends: true,
  },
  'dispute-due': {
    about: 'A dispute is lost without evidence, which the provider takes for three more days at most',
    sql: `SELECT d.operator_id AS "operatorId", d.dispute_id AS subject, d.payment_id AS "paymentId", p.session_id AS "sessionId",
        jsonb_build_object('reference', d.reference, 'status', d.status, 'reason', d.reason, 'amount', d.amount::text,
          'currency', d.currency, 'evidenceDueBy', d.evidence_due_by) AS details
      FROM payment_disputes d JOIN payments p ON p.payment_id = d.payment_id
      WHERE d.evidence_due_by < $1::timestamptz + interval '3 days'
        AND lower(d.status) NOT IN (${ANSWERED.map((status) => `'${status}'`).join(', ')})`,
    ends: true,
  },
  'settlement-differs': {
    about: 'A terminal was told to have settled, or given up, the same reference twice, and otherwise the second time',
    sql: `SELECT s.operator_id AS "operatorId", s.settlement_id AS subject, s.payment_id AS "paymentId", NULL::uuid AS "sessionId",
        ${OF_SETTLEMENT} AS details
      FROM terminal_settlements s WHERE s.differs`,
    ends: false,
  },
  'settlement-missing': {
    about:
      'A terminal should have taken what the CDR says, or given back what it holds, a day ago, and nobody has told that it did',
    // Of a station's terminal nobody says what it holds: there is no hold.
    sql: `SELECT ${OF_PAYMENT} FROM payments p WHERE ${UNSETTLED} AND p.provider = '${TERMINAL}'
      AND (p.state = 'capturing' OR (p.state = 'releasing' AND p.hold > 0)) AND p.changed_at < $1::timestamptz - interval '1 day'`,
    ends: true,
  },
  'receipt-unregistered': {
    about:
      'A receipt that has to be registered with the tax authorities was refused there, or is not registered in time',
    sql: `SELECT f.operator_id AS "operatorId", f.receipt_id AS subject, f.payment_id AS "paymentId", p.session_id AS "sessionId",
        jsonb_strip_nulls(jsonb_build_object('number', r.number, 'country', f.country, 'system', f.system, 'state', f.state,
          'refusal', f.refusal)) AS details
      FROM fiscal_registrations f JOIN receipts r ON r.receipt_id = f.receipt_id
        LEFT JOIN payments p ON p.payment_id = f.payment_id
      WHERE f.state <> 'registered' AND (f.state = 'refused' OR f.late_at < $1::timestamptz)`,
    ends: true,
  },
  'scans-without-starts': {
    about:
      'Many more browsers opened the page of an EVSE than began to charge there, against others of its power: look at its sticker',
    sql: SCANS_WITHOUT_STARTS,
    ends: true,
  },
  'settlement-without-payment': {
    about: 'A terminal took money under a reference that belongs to no payment',
    sql: `SELECT s.operator_id AS "operatorId", s.settlement_id AS subject, NULL::uuid AS "paymentId", NULL::uuid AS "sessionId",
        ${OF_SETTLEMENT} AS details
      FROM terminal_settlements s WHERE s.payment_id IS NULL AND s.status = 'Settled' AND s.amount > 0
        AND s.told_at < $1::timestamptz - interval '15 minutes'`,
    ends: true,
  },
} as const satisfies Record<string, Kind>;

export type FindingKind = keyof typeof FINDING_KINDS;
export const FINDING_KIND_NAMES = Object.keys(FINDING_KINDS) as FindingKind[];
