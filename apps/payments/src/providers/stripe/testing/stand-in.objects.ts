import { randomBytes } from 'node:crypto';

/** Members of objects at Stripe that the adapter or a test looks at; the rest has fixed values. */
export interface Charge {
  readonly id: string;
  readonly object: 'charge';
  readonly amount: number;
  amount_captured: number;
  amount_refunded: number;
  captured: boolean;
  disputed: boolean;
  readonly currency: string;
  readonly payment_intent: string;
  readonly metadata: Metadata;
  status: 'succeeded';
  readonly payment_method_details: { readonly type: 'card'; readonly card: Card };
}

interface Card {
  readonly capture_before: number;
  readonly last4: string;
}

export interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  amount_capturable: number;
  amount_received: number;
  readonly currency: string;
  readonly capture_method: 'manual';
  readonly metadata: Metadata;
  status: 'requires_payment_method' | 'requires_action' | 'requires_capture' | 'succeeded' | 'canceled';
  latest_charge: string | null;
}

export interface Session {
  readonly id: string;
  readonly object: 'checkout.session';
  readonly client_reference_id: string;
  readonly amount_total: number;
  readonly currency: string;
  readonly created: number;
  readonly expires_at: number;
  readonly metadata: Metadata;
  readonly success_url: string;
  readonly url: string;
  payment_intent: string | null;
  status: 'open' | 'complete' | 'expired';
}

export interface Refund {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly charge: string;
  status: 'pending' | 'succeeded' | 'failed';
}

export interface Dispute {
  readonly id: string;
  readonly object: 'dispute';
  readonly amount: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly charge: string;
  readonly reason: string;
  readonly created: number;
  readonly evidence_details: { readonly due_by: number | null };
  status: string;
}

export interface StripeEvent {
  readonly id: string;
  readonly object: 'event';
  readonly type: string;
  readonly created: number;
  readonly account?: string;
  readonly data: { readonly object: object };
}

export type Metadata = Readonly<Record<string, string>>;
export type Answer = { readonly status: number; readonly body: object };

export function newId(prefix: string): string {
  return `${prefix}_test_${randomBytes(12).toString('hex')}`;
}

/** An error as Stripe answers it. */
export class StripeRefusal extends Error {
  constructor(
    readonly status: number,
    readonly error: { readonly type: string; readonly code?: string; readonly message: string },
  ) {
    super(error.message);
  }
}

export function invalid(message: string, code?: string): StripeRefusal {
  return new StripeRefusal(400, { type: 'invalid_request_error', message, ...(code === undefined ? {} : { code }) });
}

/** A form as Stripe's clients send it: `a[b][0][c]=d`. */
export function fieldsOf(form: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(form)) {
    const path = name.split(/[[\]]+/).filter(Boolean);
    const last = path.pop() ?? name;
    let at = fields;
    for (const part of path) at = (at[part] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return fields;
}
