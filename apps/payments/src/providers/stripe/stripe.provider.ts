import type { Stripe } from 'stripe';
import { pageUrl } from '../../checkout/page-url.js';
import { createdAt } from '../../payments/references.js';
import { wordsFor } from '../page-words.js';
import {
  type AtProvider,
  type CheckoutAsked,
  type CheckoutPage,
  type Notice,
  type PaymentProvider,
  ProviderRefused,
  type Reading,
} from '../provider.port.js';
import { stripeDigits, stripeStep } from './stripe.currencies.js';
import { asRefusal, isOtherState } from './stripe.errors.js';
import { type AtStripe, chargeOf, readingOf, sumOf } from './stripe.reading.js';
import { noticesIn } from './stripe.webhooks.js';
import { localeFor } from './stripe.words.js';

/** Its pages have to stay open for half an hour by its own clock: so long after ours has closed the payment, theirs may be open. */
const LATER_S = 120;
/** A checkout whose answer was lost was made within this time. */
const MADE_WITHIN_S = 900;
const CLOCKS_APART_S = 60;
/** Of one payment: more of them have not been seen, and are not read. */
const AT_MOST = 100;
/** Of those that were made at the same time. */
const SESSIONS_AT_MOST = 2_000;
/** The newest; those before come when these are delivered or too old. */
const EVENTS_AT_MOST = 2_000;
/** Disputes by which the money is gone, or may be: what was won, or only asked about, can be refunded. */
const TAKEN_BACK: ReadonlySet<string> = new Set([
  ...['needs_response', 'under_review', 'lost', 'appeal_needs_response', 'appeal_under_review'],
]);
/** A refund that failed so often is for a person. */
const FAILED_REFUNDS = 3;

/** An account at Stripe: Checkout with manual capture. */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly minorDigits = stripeDigits;

  /** @param pages the address of the drivers' pages, to which browsers come back */
  constructor(
    private readonly stripe: Stripe,
    private readonly pages: string,
  ) {}

  async open(asked: CheckoutAsked): Promise<CheckoutPage> {
    const { amount, currency, paymentId, language, returnPath, expiresAt } = asked;
    if (amount % stripeStep(currency) !== 0) throw new ProviderRefused('Stripe does not count so finely');
    // Our own address, which names the payment: what Stripe puts in for a session's id is not always put in.
    const back = pageUrl(this.pages, returnPath);
    const { product, hold } = wordsFor(language);
    const metadata = { payment_id: paymentId };
    const session = await this.ask(
      (options) =>
        this.stripe.checkout.sessions.create(
          {
            ...{ mode: 'payment', client_reference_id: paymentId, metadata, locale: localeFor(language) },
            // Of the methods that can be held; wallets are cards.
            ...{ payment_method_types: ['card'], wallet_options: { link: { display: 'never' } } },
            line_items: [
              {
                quantity: 1,
                price_data: { currency: currency.toLowerCase(), unit_amount: amount, product_data: { name: product } },
              },
            ],
            payment_intent_data: { capture_method: 'manual', metadata },
            custom_text: { submit: { message: hold } },
            ...{ success_url: back, cancel_url: back },
            expires_at: Math.ceil(expiresAt.getTime() / 1_000) + LATER_S,
          },
          { ...options, maxNetworkRetries: 1 },
        ),
      `${paymentId}-open`,
    );
    if (session.url === null) throw new ProviderRefused('Stripe gave no page');
    return { checkoutRef: session.id, url: session.url };
  }

  async read(at: AtProvider): Promise<Reading> {
    const found = await this.find(at);
    return found ? readingOf(found) : { status: 'gone' };
  }

  async capture(at: AtProvider, amount: number, key: string): Promise<Reading> {
    const intent = (await this.found(at)).intent;
    if (intent?.status === 'succeeded' && intent.amount_received === amount) return this.read(at);
    if (intent?.status !== 'requires_capture' || amount <= 0 || amount > intent.amount_capturable)
      throw new ProviderRefused('only what is held can be captured');
    const step = stripeStep(at.currency);
    const amountToCapture = amount - (amount % step);
    try {
      await this.ask(
        (options) => this.stripe.paymentIntents.capture(intent.id, { amount_to_capture: amountToCapture }, options),
        key,
      );
    } catch (error) {
      if (!(error instanceof ProviderRefused) || !isOtherState(error.cause)) throw error;
      // It may have been captured by a call whose answer was lost.
      const after = await this.read(at);
      if (after.status !== 'captured' || after.amount !== amountToCapture) throw error;
      return after;
    }
    return this.read(at);
  }

  /** What is held is given back by its intent; before that only the page can be closed, and what happened meanwhile is seen. */
  async release(at: AtProvider, key: string): Promise<Reading> {
    let found = await this.find(at);
    if (!found) return { status: 'gone' };
    if (found.session.status === 'open' && found.intent?.status !== 'requires_capture') {
      const { id } = found.session;
      await this.unlessChanged((options) => this.stripe.checkout.sessions.expire(id, {}, options), `${key}-expire`);
      found = await this.found(at);
    }
    const { intent } = found;
    if (intent?.status === 'succeeded') throw new ProviderRefused('what is captured can only be refunded');
    if (intent?.status === 'requires_capture') {
      await this.unlessChanged((options) => this.stripe.paymentIntents.cancel(intent.id, {}, options), `${key}-cancel`);
      return this.read(at);
    }
    return readingOf(found);
  }

  async refund(at: AtProvider, amount: number, key: string): Promise<Reading> {
    const { intent, refunds, disputes } = await this.found(at);
    if (intent?.status !== 'succeeded') throw new ProviderRefused('only what was captured can be refunded');
    if (disputes.some(({ status }) => TAKEN_BACK.has(status)))
      throw new ProviderRefused('what is disputed is not refunded beside it');
    if (refunds.filter(({ status }) => status === 'failed').length >= FAILED_REFUNDS)
      throw new ProviderRefused('its refunds fail');
    const [step, left] = [stripeStep(at.currency), intent.amount_received - sumOf(refunds)];
    const rounded = Math.min(Math.ceil(amount / step) * step, left);
    if (amount <= 0 || amount > left) throw new ProviderRefused('more than was captured');
    const metadata = { payment_id: at.paymentId };
    await this.ask(
      (options) => this.stripe.refunds.create({ payment_intent: intent.id, amount: rounded, metadata }, options),
      key,
    );
    return this.read(at);
  }

  async undelivered(since: Date): Promise<Notice[]> {
    const created = { gte: Math.floor(since.getTime() / 1_000) };
    const notices: Notice[] = [];
    let seen = 0;
    for await (const event of this.stripe.events.list({ delivery_success: false, created, limit: AT_MOST })) {
      notices.push(...noticesIn(event));
      if ((seen += 1) >= EVENTS_AT_MOST) break;
    }
    return notices;
  }

  private async found(at: AtProvider): Promise<AtStripe> {
    const found = await this.find(at);
    if (!found) throw new ProviderRefused('Stripe knows no such payment');
    return found;
  }

  private async find(at: AtProvider): Promise<AtStripe | undefined> {
    const id = at.checkoutRef ?? (await this.idOf(at));
    if (id === undefined) return undefined;
    const session = await this.ask((options) =>
      this.stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] }, options),
    );
    if (session.client_reference_id !== at.paymentId) throw new Error(`checkout ${id} is of another payment`);
    const intent = typeof session.payment_intent === 'string' ? null : session.payment_intent;
    if (intent && intent.currency.toUpperCase() !== at.currency)
      throw new Error(`${intent.id} is in ${intent.currency}`);
    return { session, intent, ...(await this.afterCapture(intent)) };
  }

  private async afterCapture(intent: Stripe.PaymentIntent | null): Promise<Pick<AtStripe, 'refunds' | 'disputes'>> {
    if (intent?.status !== 'succeeded') return { refunds: [], disputes: [] };
    const of = { payment_intent: intent.id, limit: AT_MOST };
    const refunds = await this.ask((options) => this.stripe.refunds.list(of, options));
    const isDisputed = chargeOf(intent)?.disputed === true;
    const disputes = isDisputed ? await this.ask((options) => this.stripe.disputes.list(of, options)) : { data: [] };
    return { refunds: refunds.data, disputes: disputes.data };
  }

  /** Of a checkout whose answer was lost: among those that were made when our payment was. */
  private async idOf({ paymentId }: AtProvider): Promise<string | undefined> {
    const since = Math.floor(createdAt(paymentId).getTime() / 1_000);
    const created = { gte: since - CLOCKS_APART_S, lte: since + MADE_WITHIN_S };
    let seen = 0;
    for await (const { id, client_reference_id } of this.stripe.checkout.sessions.list({ created, limit: AT_MOST })) {
      if (client_reference_id === paymentId) return id;
      if ((seen += 1) >= SESSIONS_AT_MOST) throw new Error('too many checkouts were made at that time');
    }
    return undefined;
  }

  /** Of what is in another state by now the state is read instead. */
  private async unlessChanged(call: (options: Stripe.RequestOptions) => Promise<unknown>, key: string): Promise<void> {
    await this.ask(call, key).catch((error: unknown) => {
      if (!(error instanceof ProviderRefused)) throw error;
    });
  }

  private ask<T>(call: (options: Stripe.RequestOptions) => Promise<T>, idempotencyKey?: string): Promise<T> {
    return call(idempotencyKey === undefined ? {} : { idempotencyKey }).catch((error: unknown) => {
      throw asRefusal(error);
    });
  }
}
