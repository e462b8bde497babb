import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type CallInHand, type Outcome, OutboundWorkers, keepDeliveryLog } from '@chargemesh/outbound';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, Schedule, knownOperatorIds } from '@chargemesh/service';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { isTaken } from '../payments/evse-taken.js';
import type { PaymentEvent } from '../payments/payment.events.js';
import { step } from '../payments/payment.machine.js';
import { isCardLast4 } from '../payments/payments.schema.js';
import { PaymentsService } from '../payments/payments.service.js';
import { type PaymentKey, PaymentsStore } from '../payments/payments.store.js';
import { PaymentsTelemetry } from '../payments/payments.telemetry.js';
import { DisputesStore } from './disputes/disputes.store.js';
import { Notifications } from './notifications.service.js';
import { CALL_HANDLERS, type CallHandlers } from './outbound.js';
import { type ProviderCall, carryOut } from './provider.calls.js';
import { ProviderRefused } from './provider.port.js';
import { Providers } from './providers.js';

const CALLS: readonly ProviderCall[] = ['look', 'capture', 'release', 'refund'];
const DAILY_MS = 86_400_000;

/** Makes the calls to providers that payments want, and applies what is known after them. */
@Injectable()
export class ProviderCaller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly providers: Providers,
    private readonly payments: PaymentsService,
    private readonly store: PaymentsStore,
    private readonly telemetry: PaymentsTelemetry,
    private readonly notifications: Notifications,
    private readonly disputes: DisputesStore,
    private readonly workers: OutboundWorkers,
    @Inject(CALL_HANDLERS) private readonly handlers: CallHandlers,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {}

  onApplicationBootstrap(): void {
    for (const call of CALLS) this.handlers.set(`payment-${call}`, (inHand) => this.make(call, inHand));
    this.workers.start();
    this.schedule.every('delivery log of payments', DAILY_MS, () => this.forget(), { exclusive: true });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.workers.stop();
  }

  /** Reads a payment's state at its provider now, while somebody waits for it. */
  async look(key: PaymentKey): Promise<void> {
    await this.carryOut('look', key);
  }

  private async make(call: ProviderCall, { operatorId, body }: CallInHand): Promise<Outcome> {
    const isUntold = call === 'look' && body['isTold'] !== true;
    try {
      await this.carryOut(call, { operatorId, paymentId: String(body['paymentId']) }, isUntold);
      return { result: 'delivered' };
    } catch (error) {
      if (!(error instanceof ProviderRefused)) throw error;
      // It is up, and would say the same again; what is still wanted is asked for anew when its state is read.
      return { result: 'rejected', answer: error.message };
    }
  }

  /** What it throws is tried again; the provider's state is read before that. */
  private async carryOut(call: ProviderCall, key: PaymentKey, isUntold = false): Promise<void> {
    const payment = await this.database.transaction([key.operatorId], (tx) => this.store.find(tx, key));
    if (!payment) return;
    const provider = await this.providers.of(payment);
    const { events, reading } = await carryOut(call, payment, provider, () => this.clock.now()).catch(
      async (error: unknown) => {
        // It would be answered the same under its key: what is tried next is another attempt.
        if (error instanceof ProviderRefused)
          await this.payments.take(key, [{ type: 'call-refused', at: this.clock.now() }]);
        throw error;
      },
    );
    const isNews = (event: PaymentEvent): boolean => step(payment, event).applied;
    if (isUntold && events.some(isNews)) this.telemetry.differed(payment.provider);
    await this.database.transaction([key.operatorId], async (tx) => {
      await this.notifications.named(tx, payment, reading.references ?? []);
      if (reading.status === 'captured') await this.disputes.keep(tx, payment, reading.disputes ?? [], provider);
      const all = (await this.isTooLate(tx, key, events)) ? [this.refusal(), ...events] : events;
      await this.payments.apply(
        tx,
        all.map((event) => ({ ...key, event })),
      );
      // Under the lock of what was applied, which is taken after that of the EVSE.
      // What is no four digits is left out, so that the rest of the reading is kept.
      if (isCardLast4(reading.cardLast4)) await this.store.knowCard(tx, key, reading.cardLast4);
    });
  }

  /** Two may pay at an EVSE at the same time: the second one's hold is given back. */
  private async isTooLate(tx: Transaction, key: PaymentKey, events: readonly PaymentEvent[]): Promise<boolean> {
    if (!events.some(({ type }) => type === 'authorized')) return false;
    const before = await this.store.find(tx, key);
    if (before?.state !== 'authorizing' || !(await isTaken(tx, before))) return false;
    // Another process may have started this very payment meanwhile.
    return (await this.store.find(tx, key))?.state === 'authorizing';
  }

  private refusal(): PaymentEvent {
    return { type: 'start-refused', reason: 'evse-taken', at: this.clock.now() };
  }

  private async forget(): Promise<void> {
    const operators = await this.database.transaction([], knownOperatorIds);
    const { PROVIDER_CALL_DAYS: keepDays } = this.settings;
    await keepDeliveryLog(this.database, { operators, now: this.clock.now(), keepDays });
  }
}
