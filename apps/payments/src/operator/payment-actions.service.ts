import { Inject, Injectable } from '@nestjs/common';
import { compare, formatAmount, minorDigits, decimalPlaces, parseDecimal } from '@chargemesh/money';
import { Database } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, problem } from '@chargemesh/service';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { isTaken } from '../payments/evse-taken.js';
import type { Payment } from '../payments/payment.entity.js';
import { type PaymentEvent, refundable } from '../payments/payment.events.js';
import { itemOf } from '../payments/payment.item.js';
import { step } from '../payments/payment.machine.js';
import type { PaymentItem } from '../payments/payments.schema.js';
import { PaymentsService } from '../payments/payments.service.js';
import { newTokenUid } from '../payments/references.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { Providers } from '../providers/providers.js';
import { v7 as uuidv7 } from 'uuid';
import type { Decision, RefundDecision } from './payment-actions.schema.js';

type Decided = Extract<PaymentEvent['type'], 'capture-asked' | 'release-asked' | 'written-off'>;

/** What it is on record as, and why it is refused. */
const ACTIONS: Readonly<Record<Decided, { readonly action: string; readonly refused: string }>> = {
  'capture-asked': { action: 'retry-capture', refused: 'no capture of it failed that may succeed now' },
  'release-asked': { action: 'release', refused: 'nothing is held that waits to be captured' },
  'written-off': { action: 'write-off', refused: 'nothing is due of it that nobody pays' },
};

/** What an operator does with a payment. The table of states says what may be done; all of it is on record. */
@Injectable()
export class PaymentActions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: PaymentsStore,
    private readonly payments: PaymentsService,
    private readonly audit: Audit,
    private readonly providers: Providers,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {}

  decide(caller: Caller, paymentId: string, type: Decided, { note }: Decision): Promise<PaymentItem> {
    const { action, refused } = ACTIONS[type];
    const eventOf = (): PaymentEvent => ({ type, by: caller.subject, note, at: this.clock.now() });
    return this.carryOut(caller, { paymentId, action, refused, note }, eventOf);
  }

  refund(caller: Caller, paymentId: string, { amount, note }: RefundDecision): Promise<PaymentItem> {
    const refused = 'nothing was captured of it that is not given back already';
    const asked = { paymentId, action: 'refund', refused, note };
    return this.carryOut(caller, asked, (payment) => {
      if (!this.providers.canRefund(payment))
        throw problem('conflict', { detail: `what a ${payment.provider} took is given back by its operator` });
      const given = this.amountOf(payment, amount, caller);
      return { type: 'refund-asked', amount: given, by: caller.subject, note, at: this.clock.now() };
    });
  }

  /** Asks the station again after a start that failed, by the same hold and price. */
  start(caller: Caller, paymentId: string, { note }: Decision): Promise<PaymentItem> {
    const asked = { paymentId, action: 'start', refused: 'no start of it failed that can be tried again', note };
    return this.carryOut(caller, asked, ({ stationId, evseId, offer, maxPowerW, limit }) => {
      const { price } = offer;
      if (!price) throw problem('conflict', { detail: asked.refused });
      const agreed = { ...offer, price };
      const start = {
        stationId,
        evseId,
        offer: agreed,
        maxPowerW,
        limit,
        startRequestId: uuidv7(),
        tokenUid: newTokenUid(),
      };
      return { type: 'tried-again', start, at: this.clock.now() };
    });
  }

  /** Has what charges, or is about to, stopped. */
  stop(caller: Caller, paymentId: string, { note }: Decision): Promise<PaymentItem> {
    const asked = { paymentId, action: 'stop', refused: 'nothing of it can be stopped now', note };
    return this.carryOut(caller, asked, () => ({ type: 'stop-asked', by: 'operator', at: this.clock.now() }));
  }

  private carryOut(
    caller: Caller,
    { paymentId, action, refused, note }: { paymentId: string; action: string; refused: string; note: string },
    eventOf: (payment: Payment) => PaymentEvent,
  ): Promise<PaymentItem> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const payment = (await this.store.lock(tx, [paymentId])).get(paymentId);
      if (payment?.operatorId !== operatorId) throw problem('not-found');
      const event = eventOf(payment);
      if (!step(payment, event).applied || (event.type === 'tried-again' && (await isTaken(tx, payment))))
        throw problem('conflict', { detail: `${refused}; it is ${payment.state}` });
      await this.payments.apply(tx, [{ operatorId, paymentId, event }]);
      const amount = 'amount' in event ? { amount: event.amount, currency: payment.currency } : {};
      await this.audit.add(tx, caller, action, 'payment', paymentId, { note, ...amount });
      const after = await this.store.find(tx, { operatorId, paymentId });
      return itemOf(after ?? payment);
    });
  }

  /** Never more than was captured and is not given back, nor than the caller may decide alone. */
  private amountOf(payment: Payment, asked: string | undefined, { role }: Caller): string {
    const { currency, refundWanted, capturedAmount } = payment;
    const most = refundable(payment);
    const wanted = parseDecimal(asked ?? most);
    if (decimalPlaces(wanted) > minorDigits(currency))
      throw problem('bad-request', { detail: `${currency} has ${minorDigits(currency)} decimals`, pointer: '/amount' });
    const amount = formatAmount(wanted, currency);
    if (compare(wanted, parseDecimal(most)) > 0)
      throw problem('conflict', { detail: `at most ${most} of ${capturedAmount} ${currency} can be given back` });
    const all = parseDecimal(refundWanted).plus(wanted);
    const isAbove = compare(all, parseDecimal(this.settings.REFUND_LIMIT)) > 0;
    if (isAbove && role !== 'admin')
      throw problem('forbidden', {
        detail: `above ${this.settings.REFUND_LIMIT} ${currency} it is for the role admin`,
      });
    return amount;
  }
}
