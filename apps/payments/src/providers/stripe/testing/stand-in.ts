import {
  type Charge,
  type Dispute,
  type Intent,
  type Metadata,
  type Refund,
  type Session,
  type StripeEvent,
  invalid,
  newId,
} from './stand-in.objects.js';

const DAY_S = 86_400;
const SHORTEST_S = 1_800;
/** Of a euro; what a currency's is depends on the account. */
const LEAST = 50;

/** What a driver's card does. */
export type Card = 'good' | 'declined' | 'asks-for-3ds';

/**
 * What an account at Stripe knows: checkout sessions with manual capture, their intents, charges, refunds and disputes, as its
 * documentation has them, by a clock of the test. Nothing that we do not use is here.
 */
export class StripeStandIn {
  readonly sessions = new Map<string, Session>();
  readonly intents = new Map<string, Intent>();
  readonly charges = new Map<string, Charge>();
  readonly refunds = new Map<string, Refund>();
  readonly disputes = new Map<string, Dispute>();
  /** In the order in which they happened. */
  readonly events: StripeEvent[] = [];
  /** Those that a test says could not be delivered. */
  undelivered: readonly StripeEvent[] = [];
  /** Of refunds that are made from now on. */
  refundsAre: Refund['status'] = 'succeeded';
  /** For how long cards hold. */
  heldForS = 7 * DAY_S;
  private readonly metadataOfIntents = new Map<string, Metadata>();

  constructor(readonly clock: { now(): Date }) {}

  get seconds(): number {
    return Math.floor(this.clock.now().getTime() / 1_000);
  }

  create(fields: Record<string, unknown>): Session {
    const asked = fields as unknown as CreateFields;
    const { unit_amount: amount, currency } = asked.line_items['0'].price_data;
    const expiresAt = Number(asked.expires_at);
    if (asked.payment_intent_data.capture_method !== 'manual') throw invalid('only holds are tried here');
    if (expiresAt < this.seconds + SHORTEST_S || expiresAt > this.seconds + DAY_S)
      throw invalid(
        'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
      );
    if (!/^https?:/.test(asked.success_url)) throw invalid('Not a valid URL', 'url_invalid');
    const id = newId('cs');
    const session: Session = {
      ...{ id, object: 'checkout.session', client_reference_id: asked.client_reference_id, currency },
      ...{ amount_total: Number(amount), created: this.seconds, expires_at: expiresAt, metadata: asked.metadata },
      ...{ success_url: asked.success_url, url: `https://checkout.stripe.com/c/pay/${id}` },
      ...{ payment_intent: null, status: 'open' },
    };
    this.sessions.set(id, session);
    this.metadataOfIntents.set(id, asked.payment_intent_data.metadata);
    return session;
  }

  /** The driver pays at the page. A card that is declined leaves the page open. */
  pay(sessionId: string, card: Card = 'good'): Intent {
    const session = this.session(sessionId);
    if (session.status !== 'open') throw new Error(`the page is ${session.status}`);
    const intent = this.intentOf(session);
    if (card === 'good') this.hold(session, intent);
    else if (card === 'asks-for-3ds') this.become(intent, 'requires_action', 'payment_intent.requires_action');
    else this.become(intent, 'requires_payment_method', 'payment_intent.payment_failed');
    return intent;
  }

  /** The driver's answer to the bank, which may come late. */
  answer3ds(sessionId: string, isConfirmed: boolean): void {
    const session = this.session(sessionId);
    const intent = this.intentOf(session);
    if (intent.status !== 'requires_action') throw new Error(`the intent is ${intent.status}`);
    if (isConfirmed) this.hold(session, intent);
    else this.become(intent, 'requires_payment_method', 'payment_intent.payment_failed');
  }

  expire(sessionId: string): Session {
    const session = this.session(sessionId);
    if (session.status !== 'open')
      throw invalid(`Only Checkout Sessions with a status in ["open"] can be expired. This one is ${session.status}.`);
    session.status = 'expired';
    const intent = session.payment_intent === null ? undefined : this.intents.get(session.payment_intent);
    if (intent) this.become(intent, 'canceled', 'payment_intent.canceled');
    this.tell('checkout.session.expired', session);
    return session;
  }

  capture(intentId: string, amount?: number): Intent {
    const intent = this.intent(intentId);
    const charge = this.chargeOf(intent);
    if (intent.status !== 'requires_capture' || !charge) throw unexpected(intent, 'captured');
    const captured = amount ?? intent.amount_capturable;
    if (captured > intent.amount_capturable || captured <= 0) throw invalid('amount_too_large', 'amount_too_large');
    if (captured < LEAST) throw invalid('Amount must be at least 0.50', 'amount_too_small');
    Object.assign(charge, { amount_captured: captured, captured: true });
    // The rest looks like a refund, and is none.
    charge.amount_refunded = charge.amount - captured;
    Object.assign(intent, { amount_received: captured, amount_capturable: 0, status: 'succeeded' });
    this.tell('charge.captured', charge);
    this.tell('payment_intent.succeeded', intent);
    return intent;
  }

  cancel(intentId: string): Intent {
    const intent = this.intent(intentId);
    if (intent.status !== 'requires_capture') throw unexpected(intent, 'canceled');
    intent.amount_capturable = 0;
    this.become(intent, 'canceled', 'payment_intent.canceled');
    return intent;
  }

  refund(intentId: string, amount: number): Refund {
    const intent = this.intent(intentId);
    const charge = this.chargeOf(intent);
    if (intent.status !== 'succeeded' || !charge)
      throw invalid('This PaymentIntent does not have a successful charge.');
    if (this.isChargedBack(intentId)) throw invalid('The charge has been charged back.', 'charge_disputed');
    const left = intent.amount_received - this.givenBack(intentId);
    if (amount > left) throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`);
    const refund: Refund = {
      ...{ id: newId('re'), object: 'refund', amount, currency: intent.currency, payment_intent: intentId },
      ...{ charge: charge.id, status: this.refundsAre },
    };
    this.refunds.set(refund.id, refund);
    this.tell('refund.created', refund);
    return refund;
  }

  /** The final word on refunds that were pending. */
  endRefunds(status: 'succeeded' | 'failed'): void {
    for (const refund of [...this.refunds.values()].filter((one) => one.status === 'pending')) {
      refund.status = status;
      this.tell(status === 'failed' ? 'refund.failed' : 'refund.updated', refund);
    }
  }

  /** What was won is the merchant's again. */
  private isChargedBack(intentId: string): boolean {
    return [...this.disputes.values()].some((one) => one.payment_intent === intentId && one.status !== 'won');
  }

  dispute(intentId: string, reason = 'fraudulent'): Dispute {
    const charge = this.chargeOf(this.intent(intentId));
    if (!charge) throw new Error('nothing was paid');
    charge.disputed = true;
    const dispute: Dispute = {
      ...{ id: newId('du'), object: 'dispute', amount: charge.amount_captured, currency: charge.currency },
      ...{ payment_intent: intentId, charge: charge.id, reason, created: this.seconds, status: 'needs_response' },
      evidence_details: { due_by: this.seconds + 7 * DAY_S },
    };
    this.disputes.set(dispute.id, dispute);
    this.tell('charge.dispute.created', dispute);
    return dispute;
  }

  /** What ends by time: pages that expire, and holds that nobody captured. */
  passTime(): void {
    for (const session of this.sessions.values())
      if (session.status === 'open' && session.expires_at <= this.seconds) this.expire(session.id);
    for (const intent of this.intents.values()) {
      const charge = this.chargeOf(intent);
      if (!charge || intent.status !== 'requires_capture') continue;
      if (charge.payment_method_details.card.capture_before <= this.seconds) this.loseHold(intent);
    }
  }

  /** The bank holds no longer, whenever that was to be. */
  loseHold(intent: Intent): void {
    intent.amount_capturable = 0;
    this.tell('charge.expired', this.chargeOf(intent) ?? {});
    this.become(intent, 'canceled', 'payment_intent.canceled');
  }

  session(id: string): Session {
    return found(this.sessions, id);
  }

  intent(id: string): Intent {
    return found(this.intents, id);
  }

  chargeOf({ latest_charge: id }: Intent): Charge | undefined {
    return id === null ? undefined : this.charges.get(id);
  }

  private givenBack(intentId: string): number {
    const counted = [...this.refunds.values()].filter(
      (one) => one.payment_intent === intentId && one.status !== 'failed',
    );
    return counted.reduce((sum, { amount }) => sum + amount, 0);
  }

  /** Sessions have no intent before somebody pays. */
  private intentOf(session: Session): Intent {
    if (session.payment_intent !== null) return this.intent(session.payment_intent);
    const intent: Intent = {
      ...{ id: newId('pi'), object: 'payment_intent', amount: session.amount_total, currency: session.currency },
      ...{ amount_capturable: 0, amount_received: 0, capture_method: 'manual', latest_charge: null },
      ...{ metadata: this.metadataOfIntents.get(session.id) ?? {}, status: 'requires_payment_method' },
    };
    this.intents.set(intent.id, intent);
    session.payment_intent = intent.id;
    return intent;
  }

  private hold(session: Session, intent: Intent): void {
    const captureBefore = this.seconds + this.heldForS;
    const charge: Charge = {
      ...{ id: newId('ch'), object: 'charge', amount: intent.amount, amount_captured: 0, amount_refunded: 0 },
      ...{ captured: false, disputed: false, currency: intent.currency, payment_intent: intent.id },
      ...{ metadata: intent.metadata, status: 'succeeded' },
      payment_method_details: { type: 'card', card: { capture_before: captureBefore, last4: '4242' } },
    };
    this.charges.set(charge.id, charge);
    Object.assign(intent, { latest_charge: charge.id, amount_capturable: intent.amount });
    session.status = 'complete';
    this.become(intent, 'requires_capture', 'payment_intent.amount_capturable_updated');
    this.tell('checkout.session.completed', session);
  }

  private become(intent: Intent, status: Intent['status'], type: string): void {
    intent.status = status;
    this.tell(type, intent);
  }

  private tell(type: string, of: object): void {
    const data = { object: structuredClone(of) };
    this.events.push({ id: newId('evt'), object: 'event', type, created: this.seconds, data });
  }
}

interface CreateFields {
  readonly client_reference_id: string;
  readonly success_url: string;
  readonly expires_at: string;
  readonly metadata: Metadata;
  readonly line_items: {
    readonly '0': { readonly price_data: { readonly unit_amount: string; readonly currency: string } };
  };
  readonly payment_intent_data: { readonly capture_method: string; readonly metadata: Metadata };
}

function found<T>(among: ReadonlyMap<string, T>, id: string): T {
  const one = among.get(id);
  if (!one) throw invalid(`No such object: '${id}'`, 'resource_missing');
  return one;
}

function unexpected({ status }: Intent, what: string) {
  const message = `This PaymentIntent could not be ${what} because it has a status of ${status}.`;
  return invalid(message, 'payment_intent_unexpected_state');
}
