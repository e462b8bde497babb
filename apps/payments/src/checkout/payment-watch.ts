import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '@chargemesh/service';
import type { Logger } from '@chargemesh/messaging';
import { DriverPages } from './driver-pages.js';
import type { PaymentPage } from './pages/payment.page.js';

type Current = Omit<PaymentPage, 'texts'>;

/** What changes a payment may happen in another process: the database is asked. */
const LOOKED_AT_EVERY_MS = 1_500;

/** Looks at the payments that somebody follows, each once for all who follow it. */
@Injectable()
export class PaymentWatch implements OnModuleDestroy {
  private readonly followers = new Map<string, Set<(page: Current) => void>>();
  private next: NodeJS.Timeout | undefined;

  constructor(
    private readonly pages: DriverPages,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Tells how the payment is, again and again; returns what ends it. */
  follow(reference: string, tell: (page: Current) => void): () => void {
    const all = this.followers.get(reference) ?? new Set();
    this.followers.set(reference, all.add(tell));
    this.lookSoon();
    return () => {
      all.delete(tell);
      if (all.size === 0 && this.followers.get(reference) === all) this.followers.delete(reference);
    };
  }

  onModuleDestroy(): void {
    clearTimeout(this.next);
    this.followers.clear();
  }

  private lookSoon(): void {
    this.next ??= setTimeout(() => {
      void this.lookAtAll().finally(() => {
        this.next = undefined;
        if (this.followers.size > 0) this.lookSoon();
      });
    }, LOOKED_AT_EVERY_MS).unref();
  }

  private async lookAtAll(): Promise<void> {
    for (const [reference, followers] of [...this.followers]) {
      try {
        const page = await this.pages.of(reference);
        if (page) for (const tell of followers) tell(page);
      } catch (error) {
        this.logger.warn({ err: error }, 'a payment that is followed could not be looked at');
      }
    }
  }
}
