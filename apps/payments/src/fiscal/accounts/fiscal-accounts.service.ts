import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { registrationRuleOf } from '../../clearance/country-rules.js';
import { ProviderSecrets, secretFile } from '../../providers/accounts/provider-secrets.js';
import { type FiscalAccess, isFiscalSystem } from '../fiscal.port.js';
import { type FiscalAccount, FiscalAccountsStore } from './fiscal-accounts.store.js';

export interface AccountState extends FiscalAccount {
  readonly state: 'ready' | 'disabled' | 'secret-missing';
  /** As a deployment has to call it. */
  readonly secretFile: string;
}

/** Accounts at fiscal systems: what operators entered, and what the deployment has for it. */
@Injectable()
export class FiscalAccounts {
  constructor(
    private readonly database: Database,
    private readonly store: FiscalAccountsStore,
    private readonly secrets: ProviderSecrets,
  ) {}

  async of(operatorId: string): Promise<AccountState[]> {
    const accounts = await this.database.transaction([operatorId], (tx) => this.store.of(tx, operatorId));
    return Promise.all(accounts.map((account) => this.stateOf(account)));
  }

  async stateOf(account: FiscalAccount): Promise<AccountState> {
    const { apiKey } = await this.secrets.of(account);
    const state = !account.enabled ? 'disabled' : apiKey === undefined ? 'secret-missing' : 'ready';
    return { ...account, state, secretFile: secretFile(account, 'api-key') };
  }

  /** The countries where an operator's receipts are registered. */
  async registeringIn(operatorId: string): Promise<ReadonlySet<string>> {
    const ready = (await this.of(operatorId)).filter(
      ({ state, country, system }) => state === 'ready' && isSystemOf(system, country),
    );
    return new Set(ready.map(({ country }) => country));
  }

  /** @throws Error, while the secret is missing */
  async accessOf(account: Omit<FiscalAccount, 'enabled'>): Promise<FiscalAccess> {
    const { apiKey } = await this.secrets.of(account);
    if (apiKey === undefined) throw new Error(`the secret ${secretFile(account, 'api-key')} is missing`);
    return { register: account.register, secret: apiKey };
  }
}

/** Whether receipts of a country are registered by such a system. */
export function isSystemOf(system: string, country: string): boolean {
  return isFiscalSystem(system) && registrationRuleOf(country)?.systems.includes(system) === true;
}
