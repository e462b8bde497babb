import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Clock, Retention, Schedule } from '@chargemesh/service';
import { strongestPower } from '../checkout/availability.js';
import { powerClassOf } from '../prices/holds.js';
import type { EvseAtPlace } from '../projections/places.store.js';
import { type DayOfScans, StickersStore } from './stickers.store.js';

const WRITTEN_EVERY_MS = 30_000;
const KEPT_DAYS = 60;
/** Browsers that are remembered, so that who looks again is not counted again. */
const REMEMBERED = 10_000;

/**
 * Counts how many browsers open the page of each EVSE. It is a statistic: what a process that is killed has counted in the last
 * half minute is lost, and a page costs no write of its own.
 */
@Injectable()
export class ScanCounts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private counted = new Map<string, DayOfScans>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly store: StickersStore,
    retention: Retention,
  ) {
    retention.keep({ table: 'evse_scans', key: 'scan_id', days: KEPT_DAYS });
  }

  onApplicationBootstrap(): void {
    this.schedule.every('counts of scans', WRITTEN_EVERY_MS, () => this.write());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.write();
  }

  add({ operatorId, stationId, evseId, connectors }: EvseAtPlace, attempt: string): void {
    const day = this.clock.now().toISOString().slice(0, 10);
    const key = JSON.stringify([operatorId, stationId, evseId, day]);
    if (!this.isNew(`${attempt} ${key}`)) return;
    const powerClass = powerClassOf(strongestPower(connectors));
    this.count({ operatorId, stationId, evseId, day, powerClass, scans: 1 });
  }

  async write(): Promise<void> {
    const days = [...this.counted.values()];
    if (days.length === 0) return;
    this.counted = new Map();
    const operators = [...new Set(days.map(({ operatorId }) => operatorId))];
    try {
      await this.database.transaction(operators, (tx) => this.store.addScans(tx, days));
    } catch (error) {
      // There are no more of them than EVSEs whose pages are opened.
      for (const day of days) this.count(day);
      throw error;
    }
  }

  private count(day: DayOfScans): void {
    const key = JSON.stringify([day.operatorId, day.stationId, day.evseId, day.day]);
    this.counted.set(key, { ...day, scans: day.scans + (this.counted.get(key)?.scans ?? 0) });
  }

  private isNew(one: string): boolean {
    if (this.seen.has(one)) return false;
    const oldest = this.seen.size >= REMEMBERED ? this.seen.values().next().value : undefined;
    if (oldest !== undefined) this.seen.delete(oldest);
    this.seen.add(one);
    return true;
  }
}
