import { Injectable } from '@nestjs/common';
import { type ProviderAdapter, type ProviderName } from './provider.adapter.js';
import { AdyenAdapter } from './adyen/adyen.adapter.js';
import { StripeAdapter } from './stripe/stripe.adapter.js';

/** The kinds of payment providers, by name. */
@Injectable()
export class Adapters {
  private readonly byName: Readonly<Record<ProviderName, ProviderAdapter>>;

  constructor(stripe: StripeAdapter, adyen: AdyenAdapter) {
    this.byName = { stripe, adyen };
  }

  of(name: ProviderName): ProviderAdapter {
    return this.byName[name];
  }
}
