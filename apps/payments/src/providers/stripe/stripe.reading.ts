import type Stripe from 'stripe';
import type { DisputeAtProvider, Reading } from '../provider.port.js';

/** A checkout session with its payment intent and the newest charge of it, and what was given back of that. */
export interface AtStripe {
  readonly session: Stripe.Checkout.Session;
  readonly intent: Stripe.PaymentIntent | null;
  readonly refunds: readonly Stripe.Refund[];
  readonly disputes: readonly Stripe.Dispute[];
}

/**
 * What objects at Stripe say of a payment. A card that was declined is never the end of it: the driver may try another one at
 * the page until that expires.
 */
export function readingOf({ session, intent, refunds, disputes }: AtStripe): Reading {
  const references = intent ? [intent.id] : [];
  const card = intent ? cardOf(intent) : {};
  switch (intent?.status) {
    case 'requires_capture':
      return {
        ...{ status: 'authorized', references, ...card },
        ...{ amount: intent.amount_capturable, captureBefore: captureBeforeOf(intent) },
      };
    case 'succeeded':
      return {
        ...{ status: 'captured', references, ...card, amount: intent.amount_received },
        ...{ refunded: sumOf(refunds, GIVEN_BACK), refunding: sumOf(refunds, UNDER_WAY) },
        failedRefunds: refunds.filter(({ status }) => status !== null && FAILED.includes(status)).length,
        disputes: disputes.map(disputeOf),
      };
    case 'canceled':
      return { status: 'gone', references };
    case 'processing':
    case 'requires_action':
      // Also after the page expired: at the bank it may still succeed.
      return { status: 'open', references };
    default:
      return { status: session.status === 'open' ? 'open' : 'gone', references };
  }
}

const GIVEN_BACK = ['succeeded'];
const UNDER_WAY = ['pending', 'requires_action'];
const FAILED = ['failed', 'canceled'];

export function sumOf(refunds: readonly Stripe.Refund[], statuses: readonly string[] = [...GIVEN_BACK, ...UNDER_WAY]) {
  const counted = refunds.filter(({ status }) => status !== null && statuses.includes(status));
  return counted.reduce((sum, { amount }) => sum + amount, 0);
}

export function chargeOf({ latest_charge: charge }: Stripe.PaymentIntent): Stripe.Charge | null {
  return typeof charge === 'string' ? null : charge;
}

function paidBy(intent: Stripe.PaymentIntent) {
  const details = chargeOf(intent)?.payment_method_details;
  return details?.card ?? details?.card_present;
}

function cardOf(intent: Stripe.PaymentIntent): Pick<Reading, 'cardLast4'> {
  const last4 = paidBy(intent)?.last4;
  return last4 ? { cardLast4: last4 } : {};
}

function captureBeforeOf(intent: Stripe.PaymentIntent): Date | null {
  const seconds = paidBy(intent)?.capture_before;
  return seconds === undefined ? null : new Date(seconds * 1_000);
}

function disputeOf({
  id,
  amount,
  currency,
  reason,
  status,
  created,
  evidence_details,
}: Stripe.Dispute): DisputeAtProvider {
  const { due_by: dueBy } = evidence_details;
  return {
    ...{ reference: id, amount, currency: currency.toUpperCase(), reason, status },
    openedAt: new Date(created * 1_000),
    evidenceDueBy: dueBy === null ? null : new Date(dueBy * 1_000),
  };
}
