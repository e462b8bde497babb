import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderAccount } from './accounts/provider-account.entity.js';
import type { Notice, PaymentProvider } from './provider.port.js';

/** The providers that operators can have accounts at. */
export const PROVIDERS = ['stripe', 'adyen'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export function isProvider(name: string): name is ProviderName {
  return PROVIDERS.some((one) => one === name);
}

export interface AccountInUse extends ProviderAccount {
  readonly apiKey: string;
}

/** A webhook as it came. */
export interface Webhook {
  /** As its bytes were sent, which signatures are over. */
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly receivedAt: Date;
}

export type Unverified = 'signature' | 'too-old' | 'no-keys';

/** It was not signed with a key of the account, too long ago, or nobody has its keys. */
export class WebhookUnverified extends Error {
  override readonly name = 'WebhookUnverified';

  constructor(readonly reason: Unverified) {
    super(`a webhook could not be verified: ${reason}`);
  }
}

/** A kind of payment provider, of which each operator may have accounts of its own. */
export interface ProviderAdapter extends Pick<PaymentProvider, 'minorDigits' | 'refunds'> {
  readonly name: ProviderName;
  /** Of its pages, such as `https://checkout.example`. Browsers let a form lead to no others. */
  readonly origins: readonly string[];
  /** Whether its keys are for several merchant accounts, so that one has to be named. */
  readonly needsMerchantAccount?: boolean;
  /** What it looks for in the answer to a webhook beside the status. */
  readonly accepted?: string;
  with(account: AccountInUse): PaymentProvider;
  /**
   * What a webhook tells, after its signature was verified by one of the keys, of which there is at least one; empty, if it is
   * about nothing that concerns payments. @throws WebhookUnverified
   */
  noticesOf(webhook: Webhook, keys: readonly string[], account: ProviderAccount): Notice[];
  /** Keeps what a verified webhook says, where the provider cannot be asked for it afterwards. */
  keep?(webhook: Webhook, account: ProviderAccount): Promise<void>;
}
