import { ManualClock, eventually } from '@chargemesh/testing';
import type { Opened } from '../../../payments/checkout.port.js';
import { OPERATOR, PaymentsBench } from '../../../payments/testing/bench.js';
import type { AccountView } from '../../accounts/accounts.schema.js';
import { StripeServer } from './stand-in.http.js';
import type { Session, StripeEvent } from './stand-in.objects.js';
import type { Card, StripeStandIn } from './stand-in.js';

export const ACCOUNT = '01900000-0000-7000-8000-0000000000a1';
export const ACCOUNTS = '/api/payments/v1/provider-accounts';
export const PAGES = 'https://pay.example';
const API_KEY = 'sk_test_of_the_stand_in';
export const WEBHOOK_KEY = 'whsec_of_the_stand_in';
export const OLD_WEBHOOK_KEY = 'whsec_of_before';

/** The names of secrets, as a deployment would mount them. */
export const SECRETS: Readonly<Record<string, string>> = {
  [`${OPERATOR}.stripe-main.api-key`]: `${API_KEY}\n`,
  [`${OPERATOR}.stripe-main.webhook-keys`]: `${WEBHOOK_KEY}\n${OLD_WEBHOOK_KEY}\n`,
};
export const ACCOUNT_BODY = { provider: 'stripe', currencies: ['EUR'], secretName: 'stripe-main' };

/** The service of payments with an account at Stripe's stand-in, both by the same clock. */
export class StripeBench {
  private constructor(
    readonly payments: PaymentsBench,
    readonly server: StripeServer,
  ) {}

  /** @param more settings and secrets beside those of Stripe */
  static async start(
    more: { readonly environment?: Record<string, string>; readonly secrets?: Record<string, string> } = {},
  ): Promise<StripeBench> {
    const clock = new ManualClock('2026-03-02T09:00:00.000Z');
    const server = await StripeServer.start(clock, API_KEY);
    const secrets = JSON.stringify({ ...SECRETS, ...more.secrets });
    const environment = { STRIPE_URL: server.url, CHECKOUT_URL: PAGES, PROVIDER_SECRETS: secrets, ...more.environment };
    const payments = await PaymentsBench.start(environment, clock);
    const bench = new StripeBench(payments, server);
    const { body } = await bench.ask<AccountView>('PUT', `${ACCOUNTS}/${ACCOUNT}`, ACCOUNT_BODY);
    if (body.state !== 'ready') throw new Error(`the account is ${body.state}`);
    return bench;
  }

  get stripe(): StripeStandIn {
    return this.server.stripe;
  }

  ask<Body>(method: string, path: string, body?: unknown) {
    return this.payments.platform.ask<Body>(this.payments.apiKey, method, path, body);
  }

  /** Opened, and the driver led to Stripe's page. */
  async opened() {
    const opened = await this.payments.open();
    return { ...opened, session: this.sessionAt(opened.redirectUrl) };
  }

  /** The same, with its id. */
  async begun() {
    const opened = await this.opened();
    return { ...opened, paymentId: opened.session.client_reference_id };
  }

  /** Stripe has made the page, and its answer takes so long. */
  async openedAfter(meanwhile: (session: Session) => Promise<void>): Promise<Opened> {
    this.server.answerAfter(/sessions$/, () => meanwhile([...this.stripe.sessions.values()].at(-1) as Session));
    return this.payments.open();
  }

  sessionAt(url: string): Session {
    return this.stripe.session(url.replace(/^.*\//, ''));
  }

  /** Paid at the page, with the browser back at ours. */
  async paid(card: Card = 'good') {
    const opened = await this.opened();
    const intent = this.stripe.pay(opened.session.id, card);
    await this.payments.checkout.returned(opened.reference);
    return { ...opened, intent };
  }

  /** Sends what Stripe has to tell since then, as it does. */
  async deliver(events: readonly StripeEvent[] = this.stripe.events): Promise<number[]> {
    const statuses: number[] = [];
    for (const event of events) statuses.push((await this.post(event)).status);
    return statuses;
  }

  post(
    event: StripeEvent,
    { key = WEBHOOK_KEY, at = this.payments.clock.now(), to = WEBHOOKS } = {},
  ): Promise<Response> {
    const { body, headers } = StripeServer.signed(event, key, at);
    return fetch(`${this.payments.platform.url}${to}`, { method: 'POST', body, headers });
  }

  /** Something that comes true within a moment, while the clock goes on for what is tried again. */
  within<T>(work: () => Promise<T>): Promise<T> {
    return eventually(async () => {
      this.payments.clock.advance(1);
      return work();
    });
  }

  async stop(): Promise<void> {
    await this.payments.stop();
    await this.server.stop();
  }
}

export const WEBHOOKS = `/pay/webhooks/stripe/${OPERATOR}/${ACCOUNT}`;
