import { Inject, Injectable } from '@nestjs/common';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../../config.js';
import { isProvider } from '../provider.adapter.js';
import { webhookPath } from '../webhooks/webhook.path.js';
import type { AccountView } from './accounts.schema.js';
import type { ProviderAccount } from './provider-account.entity.js';
import { ProviderSecrets, secretFile } from './provider-secrets.js';

/** Whether accounts can be used: what the operator entered, and what the deployment has for it. */
@Injectable()
export class AccountStates {
  constructor(
    private readonly secrets: ProviderSecrets,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {}

  async viewOf(account: ProviderAccount): Promise<AccountView> {
    const { accountId: id, provider, currencies, secretName, merchantAccount, livePrefix } = account;
    const { enabled, createdAt } = account;
    if (!isProvider(provider)) throw new Error(`the payment provider ${provider} is not known here`);
    const missingSecrets = await this.missing(account);
    return {
      ...{ id, provider, currencies, secretName, enabled },
      ...(merchantAccount === null ? {} : { merchantAccount }),
      ...(livePrefix === null ? {} : { livePrefix }),
      state: this.stateOf(enabled, missingSecrets),
      missingSecrets,
      webhookPath: webhookPath(account),
      createdAt: createdAt.toISOString(),
    };
  }

  private async missing(account: ProviderAccount): Promise<string[]> {
    const { apiKey, webhookKeys } = await this.secrets.of(account);
    return [
      ...(apiKey === undefined ? [secretFile(account, 'api-key')] : []),
      ...(webhookKeys.length === 0 ? [secretFile(account, 'webhook-keys')] : []),
    ];
  }

  private stateOf(enabled: boolean, missingSecrets: readonly string[]): AccountView['state'] {
    if (!enabled) return 'disabled';
    if (missingSecrets.length > 0) return 'secret-missing';
    // Providers lead browsers back to whole addresses only.
    return this.settings.CHECKOUT_URL === undefined ? 'checkout-url-missing' : 'ready';
  }
}
