import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Clock, Retention, Schedule, knownOperatorIds } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { FreeTimesStore } from '../transactions/free-times.store.js';
import { WaitingReadingsStore } from '../transactions/waiting-readings.store.js';
import { MeterValuesStore } from './meter-values.store.js';

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;

/** Keeps what was measured, and what tells of it, as long as its settings say. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly meterValues: MeterValuesStore,
    private readonly freeTimes: FreeTimesStore,
    private readonly waitingReadings: WaitingReadingsStore,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    retention: Retention,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {
    retention.keep({ table: 'remote_requests', key: 'request_id', days: settings.COMMAND_DAYS });
  }

  onApplicationBootstrap(): void {
    this.schedule.every('partitions of meter values', EVERY_MS, () => this.keep(), { exclusive: true });
  }

  private async keep(): Promise<void> {
    const { METER_VALUES_DAYS: keepDays } = this.settings;
    const now = this.clock.now();
    const operators = await this.database.transaction([], knownOperatorIds);
    await this.meterValues.keepPartitions(this.database, operators, now, keepDays);
    const before = new Date(now.getTime() - keepDays * DAY_MS);
    await this.database.transaction(operators, (tx) => this.freeTimes.forget(tx, before));
    await this.database.transaction(operators, (tx) => this.waitingReadings.forget(tx, before));
  }
}
