import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { Clock, LOGGER, problem } from '@chargemesh/service';
import { PaymentsTelemetry } from '../../payments/payments.telemetry.js';
import { AccountsStore } from '../accounts/accounts.store.js';
import type { ProviderAccount } from '../accounts/provider-account.entity.js';
import { ProviderSecrets } from '../accounts/provider-secrets.js';
import { Adapters } from '../adapters.js';
import { Notifications } from '../notifications.service.js';
import { type ProviderName, type Webhook, WebhookUnverified } from '../provider.adapter.js';
import type { Notice } from '../provider.port.js';

interface Addressed {
  readonly provider: ProviderName;
  readonly operatorId: string;
  readonly accountId: string;
}

/** Takes webhooks: verified as they come, kept, and answered. What they are about is read at the provider afterwards. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly accounts: AccountsStore,
    private readonly secrets: ProviderSecrets,
    private readonly adapters: Adapters,
    private readonly notifications: Notifications,
    private readonly telemetry: PaymentsTelemetry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Gives what the provider looks for in the answer. */
  async take(to: Addressed, came: Omit<Webhook, 'receivedAt'>): Promise<string> {
    const { operatorId, accountId, provider } = to;
    const account = await this.database.transaction([operatorId], (tx) => this.accounts.find(tx, to));
    if (account?.provider !== provider) throw problem('not-found');
    const webhook = { ...came, receivedAt: this.clock.now() };
    const notices = await this.noticesOf(to, account, webhook);
    const adapter = this.adapters.of(provider);
    await adapter.keep?.(webhook, account);
    for (const notice of notices) await this.notifications.take({ ...notice, operatorId, accountId, provider });
    return adapter.accepted ?? '';
  }

  private async noticesOf(
    { provider, accountId }: Addressed,
    account: ProviderAccount,
    webhook: Webhook,
  ): Promise<Notice[]> {
    const { webhookKeys } = await this.secrets.of(account);
    try {
      // Whoever has no key can verify nothing.
      if (webhookKeys.length === 0) throw new WebhookUnverified('no-keys');
      return this.adapters.of(provider).noticesOf(webhook, webhookKeys, account);
    } catch (error) {
      if (!(error instanceof WebhookUnverified)) throw error;
      this.telemetry.refused(provider, error.reason);
      this.logger.warn(
        { provider, accountId, reason: error.reason },
        'a webhook that could not be verified was refused',
      );
      throw problem('webhook-unverified');
    }
  }
}
