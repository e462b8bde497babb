import { ManualClock, eventually } from '@chargemesh/testing';
import { OPERATOR, PaymentsBench } from '../../../payments/testing/bench.js';
import type { AccountView } from '../../accounts/accounts.schema.js';
import { AdyenServer } from './stand-in.http.js';
import type { AdyenStandIn, Card, Item, Link } from './stand-in.js';

export const ACCOUNT = '01900000-0000-7000-8000-0000000000a2';
const ACCOUNTS = '/api/payments/v1/provider-accounts';
export const MERCHANT = 'ChargemeshCPO';
const API_KEY = 'AQE_of_the_stand_in_and_of_nobody';
export const HMAC_KEY = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056';
export const OLD_HMAC_KEY = '1'.repeat(64);
export const WEBHOOKS = `/pay/webhooks/adyen/${OPERATOR}/${ACCOUNT}`;

const SECRETS = {
  [`${OPERATOR}.adyen-main.api-key`]: `${API_KEY}\n`,
  [`${OPERATOR}.adyen-main.webhook-keys`]: `${HMAC_KEY}\n${OLD_HMAC_KEY}\n`,
};
export const ACCOUNT_BODY = {
  ...{ provider: 'adyen', currencies: ['EUR'], secretName: 'adyen-main', merchantAccount: MERCHANT },
};

/** The service of payments with an account at Adyen's stand-in, both by the same clock. */
export class AdyenBench {
  private delivered = 0;

  private constructor(
    readonly payments: PaymentsBench,
    readonly server: AdyenServer,
  ) {}

  static async start(): Promise<AdyenBench> {
    const clock = new ManualClock('2026-03-02T09:00:00.000Z');
    const server = await AdyenServer.start(clock, API_KEY);
    const environment = {
      ...{ ADYEN_URL: server.url, CHECKOUT_URL: 'https://pay.example' },
      PROVIDER_SECRETS: JSON.stringify(SECRETS),
    };
    const bench = new AdyenBench(await PaymentsBench.start(environment, clock), server);
    const { body } = await bench.ask<AccountView>('PUT', `${ACCOUNTS}/${ACCOUNT}`, ACCOUNT_BODY);
    if (body.state !== 'ready') throw new Error(`the account is ${body.state}`);
    return bench;
  }

  get adyen(): AdyenStandIn {
    return this.server.adyen;
  }

  ask<Body>(method: string, path: string, body?: unknown) {
    return this.payments.platform.ask<Body>(this.payments.apiKey, method, path, body);
  }

  /** Opened, and the driver led to Adyen's page. */
  async begun() {
    const opened = await this.payments.open();
    const link = this.linkAt(opened.redirectUrl);
    return { ...opened, link, paymentId: link.reference };
  }

  linkAt(url: string): Link {
    return this.adyen.link(url.replace(/^.*\//, ''));
  }

  /** Paid at the page; nothing is told of it yet. */
  async paid(card: Card = 'good') {
    const opened = await this.begun();
    return { ...opened, payment: this.adyen.pay(opened.link.id, card) };
  }

  /** What was asked of Adyen is done. */
  async settle(): Promise<void> {
    this.adyen.settle();
    await this.deliver();
  }

  /** Sends what Adyen has to tell, by default what it has not sent yet; gives the statuses. */
  async deliver(items: readonly Item[] = this.news()): Promise<number[]> {
    const statuses: number[] = [];
    for (const item of items) statuses.push((await this.post([item])).status);
    return statuses;
  }

  /** What has happened and was not delivered; it is taken for delivered from now on. */
  news(): Item[] {
    const news = this.adyen.items.slice(this.delivered);
    this.delivered = this.adyen.items.length;
    return news;
  }

  post(items: readonly Item[], { key = HMAC_KEY, to = WEBHOOKS } = {}): Promise<Response> {
    const { body, headers } = AdyenServer.signed(items, key);
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
