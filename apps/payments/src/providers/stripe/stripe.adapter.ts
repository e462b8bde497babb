import { Inject, Injectable } from '@nestjs/common';
import { Stripe } from 'stripe';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../../config.js';
import type { ProviderAccount } from '../accounts/provider-account.entity.js';
import type { AccountInUse, ProviderAdapter, Webhook } from '../provider.adapter.js';
import type { Notice } from '../provider.port.js';
import { stripeDigits } from './stripe.currencies.js';
import { StripeProvider } from './stripe.provider.js';
import { noticesOf } from './stripe.webhooks.js';

const TIMEOUT_MS = 10_000;

interface Client {
  readonly apiKey: string;
  readonly merchantAccount: string | null;
  readonly provider: StripeProvider;
}

/** Makes Stripe's client for each account, once: it keeps its connections open. */
@Injectable()
export class StripeAdapter implements ProviderAdapter {
  readonly name = 'stripe';
  readonly origins = ['https://checkout.stripe.com'];
  readonly minorDigits = stripeDigits;
  private readonly clients = new Map<string, Client>();

  constructor(@Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings) {}

  with(account: AccountInUse): StripeProvider {
    const { operatorId, accountId, apiKey, merchantAccount } = account;
    const known = this.clients.get(`${operatorId}/${accountId}`);
    if (known?.apiKey === apiKey && known.merchantAccount === merchantAccount) return known.provider;
    const provider = new StripeProvider(this.clientOf(account), this.settings.CHECKOUT_URL ?? '');
    this.clients.set(`${operatorId}/${accountId}`, { apiKey, merchantAccount, provider });
    return provider;
  }

  noticesOf(webhook: Webhook, keys: readonly string[], account: ProviderAccount): Notice[] {
    return noticesOf(webhook, { keys, toleranceS: this.settings.WEBHOOK_TOLERANCE_S, account });
  }

  /** What failed is called again by the outbound workers, which have read the state before. */
  private clientOf({ apiKey, merchantAccount }: AccountInUse): Stripe {
    return new Stripe(apiKey, {
      ...{ timeout: TIMEOUT_MS, maxNetworkRetries: 0, telemetry: false },
      ...(merchantAccount === null ? {} : { stripeAccount: merchantAccount }),
      ...this.standIn(),
    });
  }

  private standIn(): Pick<NonNullable<ConstructorParameters<typeof Stripe>[1]>, 'host' | 'port' | 'protocol'> {
    if (this.settings.STRIPE_URL === undefined) return {};
    const { hostname: host, port, protocol } = new URL(this.settings.STRIPE_URL);
    return { host, port: port || (protocol === 'http:' ? 80 : 443), protocol: protocol === 'http:' ? 'http' : 'https' };
  }
}
