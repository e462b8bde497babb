import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, lowestIdAt } from '@chargemesh/persistence';
import { Clock, Retention, Schedule, forAllOperators } from '@chargemesh/service';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { DEADLINES, PaymentsService } from './payments.service.js';
import { type Due, PaymentsStore } from './payments.store.js';
import { PaymentsTelemetry } from './payments.telemetry.js';

const DEADLINES_EVERY_MS = 5_000;
const DUE_AT_A_TIME = 100;
const COUNT_EVERY_MS = 60_000;
const FORGET_EVERY_MS = 3_600_000;
const FORGOTTEN_AT_A_TIME = 1_000;
const DAY_MS = 86_400_000;

/** What time alone brings about. */
@Injectable()
export class PaymentsKeeper implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly store: PaymentsStore,
    private readonly payments: PaymentsService,
    private readonly telemetry: PaymentsTelemetry,
    retention: Retention,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {
    retention.keep({ table: 'provider_notifications', key: 'notification_id', days: settings.PROVIDER_CALL_DAYS });
  }

  onApplicationBootstrap(): void {
    this.schedule.every(DEADLINES, DEADLINES_EVERY_MS, () => this.keepDeadlines(), { exclusive: true });
    this.schedule.every('payments never paid', FORGET_EVERY_MS, () => this.forgetUnpaid(), { exclusive: true });
    this.schedule.every('count of payments', COUNT_EVERY_MS, () => this.count());
  }

  /** Payments are taken one by one: none waits for the lock of another, and none keeps the others from their turn. */
  async keepDeadlines(): Promise<void> {
    const [now, failures] = [this.clock.now(), [] as unknown[]];
    let due: Due[] = [];
    do {
      const after = due.at(-1);
      due = await forAllOperators(this.database, (tx) => this.store.due(tx, { now, after }, DUE_AT_A_TIME));
      for (const key of due) {
        const taken = this.payments.take(key, [{ type: 'deadline', at: now }]);
        await taken.catch((error: unknown) => void failures.push(error));
      }
    } while (due.length === DUE_AT_A_TIME);
    if (failures.length > 0) throw new AggregateError(failures, 'deadlines of payments could not be kept');
  }

  /** What nobody paid is no part of any bill. */
  async forgetUnpaid(): Promise<void> {
    const before = lowestIdAt(new Date(this.clock.now().getTime() - this.settings.UNPAID_PAYMENT_DAYS * DAY_MS));
    const slice = (): Promise<number> =>
      forAllOperators(this.database, (tx) => this.store.forgetUnpaid(tx, before, FORGOTTEN_AT_A_TIME));
    while ((await slice()) === FORGOTTEN_AT_A_TIME);
  }

  private async count(): Promise<void> {
    this.telemetry.counted(
      await forAllOperators(this.database, (tx) => this.store.countUnsettled(tx, this.clock.now())),
    );
  }
}
