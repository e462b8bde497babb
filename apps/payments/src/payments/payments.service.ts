import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, Schedule } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { MovementsStore, movementsOf } from '../payouts/movements.store.js';
import type { SettledHook } from './checkout.port.js';
import { PaymentEffects, type Wanted } from './payment.effects.js';
import { deadlineOf } from './payment.deadlines.js';
import type { Payment, TimelineEntry } from './payment.entity.js';
import type { PaymentEvent } from './payment.events.js';
import { type Effect, type Step, step } from './payment.machine.js';
import { PaymentsTelemetry } from './payments.telemetry.js';
import { type PaymentKey, PaymentsStore } from './payments.store.js';
import { viewOf } from './payment.view.js';

export const DEADLINES = 'deadlines of payments';

/** Also where no rule applies: a deadline that has passed is over, and a bill may be one that can be captured. */
const MOVES_DEADLINE: ReadonlySet<PaymentEvent['type']> = new Set(['deadline', 'cdr']);

/** Something that happened to a payment. */
export interface Happened extends PaymentKey {
  readonly event: PaymentEvent;
}

/** Load under the lock, decide by the table, save, and leave what is to be done as rows. */
@Injectable()
export class PaymentsService {
  private readonly hooks: SettledHook[] = [];

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly store: PaymentsStore,
    private readonly effects: PaymentEffects,
    private readonly movements: MovementsStore,
    private readonly telemetry: PaymentsTelemetry,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {}

  onSettled(hook: SettledHook): void {
    this.hooks.push(hook);
  }

  /** Applies what happened to one payment, in a transaction of its own. */
  take(key: PaymentKey, events: readonly PaymentEvent[]): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    return this.database.transaction([key.operatorId], (tx) =>
      this.apply(
        tx,
        events.map((event) => ({ ...key, event })),
      ),
    );
  }

  /** Applies what happened, in its order. To be called once in a transaction, which sees the payments' operators. */
  async apply(tx: Transaction, happened: readonly Happened[]): Promise<void> {
    const payments = await this.store.lock(
      tx,
      happened.map(({ paymentId }) => paymentId),
    );
    const known = new Map(payments);
    const [wanted, entries, settled]: [Wanted[], TimelineEntry[], Set<string>] = [[], [], new Set()];
    for (const { paymentId, event } of happened) {
      const before = payments.get(paymentId);
      if (!before || isEarly(before, event)) continue;
      const done = step(before, event);
      const payment = this.timed(before, done, event);
      if (payment.offer !== before.offer) await this.store.agree(tx, payment);
      payments.set(paymentId, payment);
      if (isTold(before, done, event)) entries.push(entryOf(payment, event, done.effects));
      for (const effect of done.effects)
        if (effect === 'settle') settled.add(paymentId);
        else wanted.push({ effect, payment, at: event.at });
      if (payment.state !== before.state) tx.onCommit(() => this.telemetry.moved(payment));
    }
    for (const payment of payments.values()) await this.save(tx, payment);
    await this.store.addToTimeline(tx, entries);
    const moved = [...known.values()].flatMap((before) =>
      movementsOf(before, payments.get(before.paymentId) ?? before, this.clock.now()),
    );
    if (moved.length > 0) await this.movements.add(tx, moved);
    await this.effects.ask(tx, wanted);
    await this.tell(
      tx,
      [...payments.values()].filter(({ paymentId }) => settled.has(paymentId)),
    );
  }

  /** With what follows from the time of an event. */
  private timed(before: Payment, { facts, effects, applied }: Step<Payment>, event: PaymentEvent): Payment {
    const { type, at } = event;
    const { PLUG_TIMEOUT_S, RETRY_WINDOW_S } = this.settings;
    const inS = (seconds: number): Date => new Date(at.getTime() + seconds * 1_000);
    const isMovedOn = facts.state !== before.state;
    const payment = {
      ...facts,
      ...(applied && event.type === 'tried-again' ? event.start : {}),
      ...(effects.includes('start') ? { plugUntil: inS(PLUG_TIMEOUT_S) } : {}),
      ...(isMovedOn && facts.state === 'start-failed' ? { retryUntil: inS(RETRY_WINDOW_S) } : {}),
      ...(isMovedOn ? { changedAt: this.clock.now() } : {}),
    };
    const isTimed = facts.stopAgainAt !== before.stopAgainAt || facts.limitAt !== before.limitAt;
    const isMoved = applied || isTimed || MOVES_DEADLINE.has(type);
    return {
      ...payment,
      deadlineAt: isMoved ? deadlineOf(payment, this.clock.now()) : before.deadlineAt,
    };
  }

  private async save(tx: Transaction, payment: Payment): Promise<void> {
    await this.store.save(tx, payment);
    if (payment.deadlineAt) this.schedule.due(tx, DEADLINES, payment.deadlineAt);
  }

  private async tell(tx: Transaction, settled: readonly Payment[]): Promise<void> {
    for (const payment of settled) {
      const cdr = payment.cdrId === null ? undefined : await this.store.cdr(tx, payment.cdrId);
      for (const hook of this.hooks) await hook(tx, viewOf(payment, cdr, this.clock.now()));
    }
  }
}

/** A deadline that was put off meanwhile. */
function isEarly({ deadlineAt }: Payment, { type, at }: PaymentEvent): boolean {
  return type === 'deadline' && (deadlineAt === null || deadlineAt > at);
}

/** What was told again, what a session costs meanwhile and each call in vain is not shown to anybody. */
function isTold(before: Payment, { applied, facts }: Step<Payment>, { type }: PaymentEvent): boolean {
  return (
    applied ||
    (type !== 'cost' && type !== 'measured' && type !== 'call-refused' && !isDeepStrictEqual({ ...before }, facts))
  );
}

function entryOf(
  { operatorId, paymentId, state }: Payment,
  event: PaymentEvent,
  effects: readonly Effect[],
): TimelineEntry {
  const { type, at, ...told } = event;
  // Its token may charge.
  const { stationId, evseId, limit } = event.type === 'tried-again' ? event.start : {};
  const details = event.type === 'tried-again' ? { stationId, evseId, limit } : told;
  const entryId = uuidv7();
  return {
    entryId,
    operatorId,
    paymentId,
    at,
    event: type,
    state,
    details: { ...details, ...(effects.length > 0 ? { effects } : {}) },
  };
}
