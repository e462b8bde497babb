import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { AllowedAddresses, OutboundHttp } from '@chargemesh/outbound';
import { Retention } from '@chargemesh/service';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../../config.js';
import type { ProviderAccount } from '../accounts/provider-account.entity.js';
import type { AccountInUse, ProviderAdapter, Webhook } from '../provider.adapter.js';
import type { Notice } from '../provider.port.js';
import { AdyenClient } from './adyen.client.js';
import { adyenDigits } from './adyen.currencies.js';
import { AdyenProvider } from './adyen.provider.js';
import { AdyenStore } from './adyen.store.js';
import { demandVerified, eventsIn, noticeOf } from './adyen.webhooks.js';

const DAY_MS = 86_400_000;
/** Longer than card schemes let anybody dispute a payment. */
const KEPT_DAYS = 800;

/** Accounts at Adyen, over connections that they share. */
@Injectable()
export class AdyenAdapter implements ProviderAdapter, BeforeApplicationShutdown {
  readonly name = 'adyen';
  readonly origins = ['https://*.adyen.link', 'https://*.adyen.com'];
  readonly minorDigits = adyenDigits;
  readonly needsMerchantAccount = true;
  /** What Adyen looked for before it looked at the status, and still takes. */
  readonly accepted = '[accepted]';
  private readonly http: OutboundHttp;

  constructor(
    private readonly store: AdyenStore,
    retention: Retention,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {
    this.http = new OutboundHttp(new AllowedAddresses(settings.ADYEN_URL === undefined ? [] : ['127.0.0.0/8']));
    for (const [table, key] of [
      ['adyen_events', 'event_id'],
      ['adyen_requests', 'request_id'],
      ['adyen_links', 'payment_id'],
    ] as const)
      retention.keep({ table, key, days: KEPT_DAYS });
  }

  with({ operatorId, accountId, apiKey, merchantAccount, livePrefix }: AccountInUse): AdyenProvider {
    if (merchantAccount === null) throw new Error(`the account ${accountId} at Adyen has no merchant account`);
    const { ADYEN_URL: standIn, ADYEN_HOLD_DAYS, CHECKOUT_URL: pages = '' } = this.settings;
    const client = new AdyenClient(this.http, apiKey, { livePrefix, standIn });
    const heldForMs = ADYEN_HOLD_DAYS * DAY_MS;
    return new AdyenProvider(client, this.store, { operatorId, accountId, merchantAccount, pages, heldForMs });
  }

  noticesOf(webhook: Webhook, keys: readonly string[], account: ProviderAccount): Notice[] {
    demandVerified(webhook.body, keys);
    return eventsIn(webhook, account).map(noticeOf);
  }

  async keep(webhook: Webhook, account: ProviderAccount): Promise<void> {
    await this.store.keep(account, eventsIn(webhook, account));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.http.close();
  }
}
