import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CurrencyUnknown } from '@chargemesh/money';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, Precondition, type QueryOf, problem } from '@chargemesh/service';
import { Adapters } from '../adapters.js';
import { accountsList } from './accounts.list.js';
import { type AccountBody, type AccountView, accountTag } from './accounts.schema.js';
import { type AccountKey, AccountsStore } from './accounts.store.js';
import { AccountStates } from './account.states.js';
import type { ProviderAccount } from './provider-account.entity.js';
import { ProviderSecrets } from './provider-secrets.js';

/** Where an operator's payments go. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: AccountsStore,
    private readonly states: AccountStates,
    private readonly adapters: Adapters,
    private readonly secrets: ProviderSecrets,
    private readonly audit: Audit,
  ) {}

  async list({ operatorId }: Caller, query: QueryOf<typeof accountsList>): Promise<Page<AccountView>> {
    const { rows, nextCursor } = await this.database.transaction([operatorId], (tx) =>
      accountsList.read(tx, operatorId, query),
    );
    return { items: await Promise.all(rows.map((account) => this.states.viewOf(account))), nextCursor };
  }

  async get({ operatorId }: Caller, accountId: string): Promise<AccountView> {
    const known = await this.database.transaction([operatorId], (tx) => this.store.find(tx, { operatorId, accountId }));
    if (!known) throw problem('not-found', { accountId });
    return this.states.viewOf(known);
  }

  put(caller: Caller, accountId: string, body: AccountBody, wanted = Precondition.none): Promise<AccountView> {
    const { operatorId } = caller;
    this.demandCountable(body);
    if (this.adapters.of(body.provider).needsMerchantAccount && body.merchantAccount === undefined)
      throw problem('merchant-account-missing');
    return this.database.transaction([operatorId], async (tx) => {
      const known = await this.locked(tx, { operatorId, accountId }, wanted);
      const next: ProviderAccount = {
        ...{ operatorId, accountId, provider: body.provider, currencies: [...body.currencies].sort() },
        ...{
          secretName: body.secretName,
          merchantAccount: body.merchantAccount ?? null,
          livePrefix: body.livePrefix ?? null,
          enabled: body.enabled ?? true,
        },
        createdAt: known?.createdAt ?? this.clock.now(),
      };
      if (known && isElsewhere(known, next) && (await this.store.hasPayments(tx, known)))
        throw problem('in-use', { detail: 'Payments were made with it: enter another account for another provider.' });
      await this.demandOnce(tx, next);
      await this.demandFree(tx, next);
      await this.store.save(tx, next);
      await this.audit.add(tx, caller, known ? 'change' : 'create', 'provider-account', accountId, body);
      return this.states.viewOf(next);
    });
  }

  remove(caller: Caller, accountId: string, wanted = Precondition.none): Promise<void> {
    const key = { operatorId: caller.operatorId, accountId };
    return this.database.transaction([caller.operatorId], async (tx) => {
      if (!(await this.locked(tx, key, wanted))) throw problem('not-found', { accountId });
      if (await this.store.hasPayments(tx, key))
        throw problem('in-use', { detail: 'Payments were made with it: it can be disabled.' });
      await this.store.remove(tx, key);
      await this.audit.add(tx, caller, 'remove', 'provider-account', accountId, {});
    });
  }

  /** All accounts of an operator under one lock, since a currency is one account's. */
  private async locked(tx: Transaction, key: AccountKey, wanted: Precondition): Promise<ProviderAccount | null> {
    await tx.lock([`provider accounts of ${key.operatorId}`]);
    const known = await this.store.find(tx, key);
    wanted.demand(known ? accountTag.of(await this.states.viewOf(known)) : undefined);
    return known;
  }

  private demandCountable({ provider, currencies }: AccountBody): void {
    const adapter = this.adapters.of(provider);
    for (const currency of currencies)
      try {
        adapter.minorDigits(currency);
      } catch (error) {
        if (error instanceof CurrencyUnknown) throw problem('provider-currency-unknown', { currency });
        throw error;
      }
  }

  /** An account at a provider is entered once: its webhooks, and what is captured with it, are of one entry. */
  private async demandOnce(tx: Transaction, next: ProviderAccount): Promise<void> {
    for (const other of await this.store.of(tx, next.operatorId))
      if (other.accountId !== next.accountId && (await this.isSame(other, next)))
        throw problem('provider-account-known', { accountId: other.accountId });
  }

  /** Of what is paid to the owner of the key, the key says whose it is; the name of the secret alone may be another one's. */
  private async isSame(one: ProviderAccount, other: ProviderAccount): Promise<boolean> {
    if (isElsewhere(one, other)) return false;
    if (one.merchantAccount !== null || one.secretName === other.secretName) return true;
    const [key, otherKey] = await Promise.all([one, other].map(async (of) => (await this.secrets.of(of)).apiKey));
    return key !== undefined && otherKey !== undefined && isEqual(key, otherKey);
  }

  private async demandFree(tx: Transaction, { operatorId, accountId, currencies, enabled }: ProviderAccount) {
    const others = enabled ? await this.store.enabled(tx, operatorId) : [];
    for (const other of others.filter((one) => one.accountId !== accountId)) {
      const currency = currencies.find((one) => other.currencies.includes(one));
      if (currency !== undefined) throw problem('provider-currency-taken', { currency, accountId: other.accountId });
    }
  }
}

function isEqual(secret: string, other: string): boolean {
  const [one, two] = [secret, other].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && two !== undefined && timingSafeEqual(one, two);
}

/** Its payments would be looked for where they are not. */
function isElsewhere(known: ProviderAccount, next: ProviderAccount): boolean {
  return (['provider', 'merchantAccount', 'livePrefix'] as const).some((member) => known[member] !== next[member]);
}
