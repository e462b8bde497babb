import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type CallInHand, Outbound, type Outcome } from '@chargemesh/outbound';
import { Database } from '@chargemesh/persistence';
import { Clock, Schedule, forAllOperators } from '@chargemesh/service';
import { AccountsStore } from '../accounts/accounts.store.js';
import { Notifications } from '../notifications.service.js';
import { CALL_HANDLERS, type CallHandlers } from '../outbound.js';
import { Providers } from '../providers.js';

const KIND = 'provider-undelivered';
const HOURLY_MS = 3_600_000;
/** Providers try to deliver for so long, and a day is left for an outage of ours. */
const LOOKED_BACK_MS = 4 * 86_400_000;

/**
 * Asks providers every hour what they could not deliver: payments under way are looked at in any case, but of one that is settled
 * nobody else says that it is disputed, or that its refund failed.
 */
@Injectable()
export class Undelivered implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly accounts: AccountsStore,
    private readonly providers: Providers,
    private readonly notifications: Notifications,
    private readonly outbound: Outbound,
    @Inject(CALL_HANDLERS) handlers: CallHandlers,
  ) {
    handlers.set(KIND, (call) => this.take(call));
  }

  onApplicationBootstrap(): void {
    this.schedule.every('undelivered webhooks of providers', HOURLY_MS, () => this.ask(), { exclusive: true });
  }

  async ask(): Promise<void> {
    await forAllOperators(this.database, async (tx) => {
      const calls = (await this.accounts.ofAll(tx)).map(({ operatorId, accountId }) => ({
        // Of its own: a key that may not read events must not keep captures waiting.
        ...{ operatorId, destination: `provider-events:${accountId}`, orderKey: KIND, kind: KIND },
        ...{ body: { accountId }, coalesceKey: KIND },
      }));
      await this.outbound.add(tx, calls);
    });
  }

  private async take({ operatorId, body }: CallInHand): Promise<Outcome> {
    const accountId = String(body['accountId']);
    const provider = await this.providers.ofAccount({ operatorId, accountId });
    const since = new Date(this.clock.now().getTime() - LOOKED_BACK_MS);
    for (const notice of (await provider?.undelivered?.(since)) ?? [])
      await this.notifications.take({ ...notice, operatorId, accountId, provider: provider?.name ?? '' });
    return { result: 'delivered' };
  }
}
