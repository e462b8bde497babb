import { Inject, Injectable } from '@nestjs/common';
import { isCurrency } from '@chargemesh/money';
import { Database } from '@chargemesh/persistence';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import type { Payment } from '../payments/payment.entity.js';
import { type AccountKey, AccountsStore } from './accounts/accounts.store.js';
import { AccountStates } from './accounts/account.states.js';
import type { ProviderAccount } from './accounts/provider-account.entity.js';
import { ProviderSecrets } from './accounts/provider-secrets.js';
import { Adapters } from './adapters.js';
import { isProvider } from './provider.adapter.js';
import type { PaymentProvider } from './provider.port.js';
import { TERMINAL } from '../terminals/terminal.name.js';
import { TerminalProvider } from '../terminals/terminal.provider.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';

/** Who takes a new payment. */
export interface Taker {
  readonly provider: PaymentProvider;
  /** Null of the sandbox, which has none. */
  readonly accountId: string | null;
}

/** The payment providers of operators: those where they have accounts, else the sandbox, where it is on. */
@Injectable()
export class Providers {
  private readonly sandbox: SandboxProvider | undefined;

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsStore,
    private readonly states: AccountStates,
    private readonly secrets: ProviderSecrets,
    private readonly adapters: Adapters,
    sandbox: SandboxProvider,
    private readonly terminal: TerminalProvider,
    @Inject(PAYMENTS_SETTINGS) { SANDBOX_PAYMENTS }: PaymentsSettings,
  ) {
    this.sandbox = SANDBOX_PAYMENTS ? sandbox : undefined;
  }

  /** Where drivers may be led to pay; the sandbox's pages are ours. */
  origins(accounts: readonly ProviderAccount[]): string[] {
    const enabled = accounts.filter((account) => account.enabled);
    const names = enabled.map(({ provider }) => provider).filter(isProvider);
    return [...new Set(names)].flatMap((name) => this.adapters.of(name).origins);
  }

  /** Who takes new payments of an operator in a currency; undefined, if nobody does. Nobody charges for nothing while a secret is missing. */
  async forNew(operatorId: string, currency: string): Promise<Taker | undefined> {
    const all = await this.database.transaction([operatorId], (tx) => this.accounts.of(tx, operatorId));
    return this.among(all, currency);
  }

  /** The same, of accounts that were read. */
  async among(all: readonly ProviderAccount[], currency: string): Promise<Taker | undefined> {
    if (!isCurrency(currency)) return undefined;
    // Who has an account and disables it takes no payments; nobody charges for play money then.
    if (all.length === 0) return this.sandbox && { provider: this.sandbox, accountId: null };
    const account = all.find(({ enabled, currencies }) => enabled && currencies.includes(currency));
    if (!account || (await this.states.viewOf(account)).state !== 'ready') return undefined;
    return { provider: await this.at(account), accountId: account.accountId };
  }

  /** Whose a payment is. @throws Error, if that one is not set up any more: its payments wait for it */
  async of({ operatorId, provider, providerAccountId: accountId }: PaidAt): Promise<PaymentProvider> {
    if (provider === TERMINAL) return this.terminal;
    if (accountId === null) {
      if (this.sandbox?.name === provider) return this.sandbox;
      throw new Error(`the payment provider ${provider} is not set up here`);
    }
    const found = await this.ofAccount({ operatorId, accountId });
    if (!found) throw new Error(`there is no account ${accountId} at a payment provider`);
    return found;
  }

  /** Whether what a payment took can be given back by its provider, also by one that cannot be called just now. */
  canRefund({ provider }: Pick<PaidAt, 'provider'>): boolean {
    if (provider === TERMINAL) return this.terminal.refunds;
    return !isProvider(provider) || (this.adapters.of(provider).refunds ?? true);
  }

  /** Undefined, if there is no such account. */
  async ofAccount(key: AccountKey): Promise<PaymentProvider | undefined> {
    const account = await this.database.transaction([key.operatorId], (tx) => this.accounts.find(tx, key));
    return account ? this.at(account) : undefined;
  }

  private async at(account: ProviderAccount): Promise<PaymentProvider> {
    const { apiKey } = await this.secrets.of(account);
    const { provider, accountId } = account;
    if (apiKey === undefined || !isProvider(provider))
      throw new Error(`the account ${accountId} at a payment provider cannot be used: its secret is missing`);
    return this.adapters.of(provider).with({ ...account, apiKey });
  }
}

type PaidAt = Pick<Payment, 'operatorId' | 'provider' | 'providerAccountId'>;
