import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import { type Clock, forAllOperators } from '@chargemesh/service';
import type { SilencesStore } from './commands/silences.store.js';
import type { IncidentsStore } from './incidents/incidents.store.js';
import type { QuarantineStore } from './quarantine/quarantine.store.js';

export interface HousekeepingParts {
  readonly database: Database;
  readonly incidents: IncidentsStore;
  readonly quarantine: QuarantineStore;
  readonly silences: SilencesStore;
  readonly clock: Clock;
  readonly incidentDays: number;
  readonly quarantineDays: number;
}

const DAY_MS = 86_400_000;

/** Retention and gauges of what the gateway keeps for people, over all operators. */
export class Housekeeping {
  private open = 0;

  constructor(private readonly parts: HousekeepingParts) {
    observe(platformMetrics.ocpp.quarantineOpen, (result) => result.observe(this.open));
  }

  async count(): Promise<void> {
    this.open = await forAllOperators(this.parts.database, (tx) => this.parts.quarantine.open(tx));
  }

  async forget(): Promise<void> {
    const { database, incidents, quarantine, silences, incidentDays, quarantineDays } = this.parts;
    await forAllOperators(database, async (tx) => {
      await incidents.forget(tx, this.daysAgo(incidentDays));
      await quarantine.forget(tx, this.daysAgo(quarantineDays));
      await silences.forget(tx, this.daysAgo(0));
    });
  }

  private daysAgo(days: number): Date {
    return new Date(this.parts.clock.now().getTime() - days * DAY_MS);
  }
}
