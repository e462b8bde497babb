import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Clock, Schedule, forAllOperators } from '@chargemesh/service';
import { ReceiptsStore } from './receipts.store.js';

const DAILY_MS = 86_400_000;
const PAYMENTS_AT_A_TIME = 500;

/** Forgets receipts that no law wants any more, each payment's all at once (ADR 30). */
@Injectable()
export class ReceiptsKeeper implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly store: ReceiptsStore,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every('receipts past their legal time', DAILY_MS, () => this.forget(), { exclusive: true });
  }

  async forget(): Promise<void> {
    const now = this.clock.now();
    let forgotten: number;
    do {
      forgotten = await forAllOperators(this.database, (tx) => this.store.forget(tx, now, PAYMENTS_AT_A_TIME));
    } while (forgotten === PAYMENTS_AT_A_TIME);
  }
}
