import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, Retention, Schedule, forAllOperators } from '@chargemesh/service';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../../config.js';
import { Notifications } from '../notifications.service.js';
import { SANDBOX, readingOf, sandboxPage } from './sandbox.provider.js';
import { type SandboxCheckout, SandboxStore } from './sandbox.store.js';

const WEBHOOKS = 'webhooks of the sandbox';
const WEBHOOKS_EVERY_MS = 5_000;
/** As with most cards. */
const HELD_FOR_MS = 7 * 86_400_000;
const TIMES = { once: 1, twice: 2, lost: 0 } as const;

export const OUTCOMES = ['approve', 'decline', 'challenge'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the page of the sandbox does, and the webhooks that follow from it. */
@Injectable()
export class SandboxService implements OnApplicationBootstrap {
  readonly enabled: boolean;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly store: SandboxStore,
    private readonly notifications: Notifications,
    retention: Retention,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {
    this.enabled = settings.SANDBOX_PAYMENTS;
    retention.keep({ table: 'sandbox_checkouts', key: 'payment_id', days: settings.PROVIDER_CALL_DAYS });
  }

  onApplicationBootstrap(): void {
    if (this.enabled) this.schedule.every(WEBHOOKS, WEBHOOKS_EVERY_MS, () => this.tell(), { exclusive: true });
  }

  /** Undefined, if there is no such page, or nobody can pay at it any more: then the driver goes back. */
  page(checkoutRef: string): Promise<{ checkout: SandboxCheckout; isOpen: boolean } | undefined> {
    return this.store.ofPage(checkoutRef, (_, checkout) =>
      Promise.resolve({ checkout, isOpen: isOpen(checkout, this.clock.now()) }),
    );
  }

  /** What the driver chose; gives where the browser goes next. A choice is final. */
  choose(checkoutRef: string, outcome: Outcome): Promise<string | undefined> {
    return this.store.ofPage(checkoutRef, async (tx, checkout) => {
      if (!isOpen(checkout, this.clock.now())) return checkout.returnPath;
      if (outcome === 'challenge') {
        await this.store.challenge(tx, checkoutRef);
        return sandboxPage(checkoutRef);
      }
      await this.decide(tx, checkout, outcome);
      return checkout.returnPath;
    });
  }

  private async decide(tx: Transaction, checkout: SandboxCheckout, outcome: 'approve' | 'decline'): Promise<void> {
    const decidedAt = new Date(this.clock.now().getTime() + this.settings.SANDBOX_DELAY_MS);
    const captureBefore = outcome === 'approve' ? new Date(decidedAt.getTime() + HELD_FOR_MS) : null;
    await this.store.decide(tx, checkout.checkoutRef, outcome, { decidedAt, captureBefore });
    await this.store.addWebhooks(tx, checkout, TIMES[this.settings.SANDBOX_WEBHOOKS], decidedAt);
    this.schedule.due(tx, WEBHOOKS, decidedAt);
  }

  /** A webhook goes when it was taken; one that was taken and not noted is told again, as by any provider. */
  private async tell(): Promise<void> {
    const due = await forAllOperators(this.database, (tx) => this.store.dueWebhooks(tx, this.clock.now()));
    for (const { webhookId, operatorId, eventId, checkoutRef } of due) {
      await this.notifications.take({
        operatorId,
        provider: SANDBOX,
        accountId: null,
        eventId,
        reference: checkoutRef,
      });
      await this.store.in(operatorId, (tx) => this.store.told(tx, webhookId));
    }
  }
}

function isOpen(checkout: SandboxCheckout, now: Date): boolean {
  return checkout.outcome === null && readingOf(checkout, now).status === 'open';
}
