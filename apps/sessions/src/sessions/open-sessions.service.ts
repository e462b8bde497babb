import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { Clock, Schedule, forAllOperators } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const COUNTED_EVERY_MS = 15_000;

/** Shows how many sessions are under way, how many of these are silent, and how many wait for somebody. */
@Injectable()
export class OpenSessions implements OnApplicationBootstrap {
  private counts: Readonly<Record<string, number>> = {};

  constructor(
    private readonly database: Database,
    private readonly schedule: Schedule,
    private readonly store: SessionsStore,
    private readonly clock: Clock,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  onApplicationBootstrap(): void {
    observe(platformMetrics.charging.sessionsOpen, (result) => {
      for (const [status, count] of Object.entries(this.counts))
        result.observe(count, { 'chargemesh.session.status': status });
    });
    this.schedule.every('count open sessions', COUNTED_EVERY_MS, () => this.count());
  }

  private async count(): Promise<void> {
    this.counts = await forAllOperators(this.database, (tx) =>
      this.store.open(tx, { now: this.clock.now(), silentAfterS: this.settings.SESSION_SILENT_S }),
    );
  }
}
