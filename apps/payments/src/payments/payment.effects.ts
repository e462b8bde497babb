import { Injectable } from '@nestjs/common';
import { commandEvent, idAndDeadline } from '@chargemesh/commands';
import { type Event, StartRequested, StopRequested, newEvent, present } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Outbound, type OutboundCall } from '@chargemesh/outbound';
import type { Transaction } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { ProviderCall } from '../providers/provider.calls.js';
import type { Payment } from './payment.entity.js';
import type { Effect } from './payment.machine.js';
import { energyWithin } from './payment.worst-case.js';
import type { PaymentKey, Unsettled } from './payments.store.js';

/** An effect of a payment as it was when a rule asked for it. */
export interface Wanted {
  readonly effect: Exclude<Effect, 'settle'>;
  readonly payment: Payment;
  readonly at: Date;
}

type AtAccount = PaymentKey & Pick<Payment, 'provider' | 'providerAccountId'>;
type Looked = AtAccount &
  Partial<Pick<Unsettled, 'isOwed'>> & {
    /** Somebody has told us that there is something to see. */
    readonly isTold?: boolean;
  };

/** Who stands there pays now, or not at all. */
const TOLD_WITHIN_MS = 60_000;

/** Writes what payments want of others as rows of the transaction: requests in the outbox, calls to providers. */
@Injectable()
export class PaymentEffects {
  constructor(
    private readonly outbox: Outbox,
    private readonly outbound: Outbound,
  ) {}

  async ask(tx: Transaction, wanted: readonly Wanted[]): Promise<void> {
    await this.outbox.add(tx, wanted.flatMap(requestsOf));
    await this.outbound.add(tx, wanted.flatMap(callsOf));
  }

  /** The station may say that somebody pays: one that cannot hear it goes without. */
  async tellStation(tx: Transaction, payment: Payment, now: Date): Promise<void> {
    const { operatorId, stationId, evseId, checkoutExpiresAt } = payment;
    const timeoutS = Math.max(1, Math.floor((checkoutExpiresAt.getTime() - now.getTime()) / 1_000));
    const command = { name: 'NotifyWebPaymentStarted', evseId, timeoutS } as const;
    const about = { ...idAndDeadline(now, TOLD_WITHIN_MS), operatorId, stationId, silent: true } as const;
    await this.outbox.add(tx, [commandEvent('payments', { ...about, command })]);
  }

  /** Has the state of payments read at their provider, and a refund that is still owed asked for again. */
  async look(tx: Transaction, payments: readonly Looked[]): Promise<void> {
    await this.outbound.add(
      tx,
      payments.map((payment) => callOf(payment.isOwed ? 'refund' : 'look', payment, payment.isTold)),
    );
  }
}

function requestsOf({ effect, payment, at }: Wanted): Event[] {
  const about = { operatorId: payment.operatorId, time: at.toISOString() };
  const { startRequestId: requestId, stationId, evseId, tokenUid, stopWanted, plugUntil, offer } = payment;
  if (effect === 'start' && plugUntil && offer.price) {
    const place = { requestId, stationId, evseId, tokenUid };
    const limit = { maxCost: payment.limit, ...present({ maxEnergyWh: energyWithin(offer, payment.limit) }) };
    const data = { ...place, price: offer.price, expiresAt: plugUntil.toISOString(), limit };
    return [newEvent(StartRequested, { ...about, data })];
  }
  if (effect !== 'stop') return [];
  return [
    newEvent(StopRequested, { ...about, data: { requestId, stopId: uuidv7(), reason: stopWanted ?? 'released' } }),
  ];
}

function callsOf({ effect, payment }: Wanted): OutboundCall[] {
  return effect === 'start' || effect === 'stop' ? [] : [callOf(effect, payment)];
}

/** One payment's calls are made one after the other, and one of a kind is enough. */
function callOf(
  call: ProviderCall,
  { operatorId, paymentId, provider, providerAccountId }: AtAccount,
  isTold = false,
): OutboundCall {
  return {
    operatorId,
    destination: `provider:${providerAccountId ?? provider}`,
    orderKey: paymentId,
    kind: `payment-${call}`,
    body: isTold ? { paymentId, isTold } : { paymentId },
    coalesceKey: call,
  };
}
