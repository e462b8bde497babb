import type { ProviderAccount } from './accounts/provider-account.entity.js';

/** By what an operator takes money. */
export interface Seller {
  readonly accounts: readonly ProviderAccount[];
  /** Without a name and an address there is no receipt that the law takes for one (ADR 32). */
  readonly hasIssuer: boolean;
}
