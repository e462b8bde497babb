import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { Schedule } from '@chargemesh/service';
import { knownOperatorIds } from '../projections/operators.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const COUNTED_EVERY_MS = 15_000;

/** Shows how many sessions are under way, and how many wait for somebody. */
@Injectable()
export class OpenSessions implements OnApplicationBootstrap {
  private counts: Readonly<Record<string, number>> = {};

  constructor(
    private readonly database: Database,
    private readonly schedule: Schedule,
    private readonly store: SessionsStore,
  ) {}

  onApplicationBootstrap(): void {
    observe(platformMetrics.charging.sessionsOpen, (result) => {
      for (const [status, count] of Object.entries(this.counts))
        result.observe(count, { 'chargemesh.session.status': status });
    });
    this.schedule.every('count open sessions', COUNTED_EVERY_MS, () => this.count());
  }

  private async count(): Promise<void> {
    this.counts = await this.database.transaction([], async (tx) => {
      await tx.see(await knownOperatorIds(tx));
      return this.store.open(tx);
    });
  }
}
