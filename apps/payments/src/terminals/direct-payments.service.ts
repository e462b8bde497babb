import { Injectable } from '@nestjs/common';
import {
  type CdrEvent,
  type EventOf,
  OperatorState,
  type SessionEvent,
  type SessionStarted,
  type SessionToken,
} from '@chargemesh/contracts';
import { DependencyMissing } from '@chargemesh/messaging';
import { formatAmount, zero } from '@chargemesh/money';
import type { Transaction } from '@chargemesh/persistence';
import { Clock, KnownOperators } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import type { Agreed } from '../payments/checkout.port.js';
import { newPayment } from '../payments/new-payment.js';
import { PaymentEffects } from '../payments/payment.effects.js';
import type { Payment } from '../payments/payment.entity.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { AuthorizationsStore } from './authorizations.store.js';
import { SettlementsStore, referenceKey } from './settlements.store.js';
import { TERMINAL } from './terminal.name.js';

type Known = Pick<EventOf<typeof SessionStarted>['data'], 'stationId' | 'evseId' | 'location'>;
type Direct = { readonly operatorId: string; readonly data: Known & { readonly token: SessionToken } };

/** Payments that begin at a terminal of a station: with the session that it has authorized (OCPP 2.1 C18). */
@Injectable()
export class DirectPayments {
  constructor(
    private readonly payments: PaymentsStore,
    private readonly authorizations: AuthorizationsStore,
    private readonly settlements: SettlementsStore,
    private readonly effects: PaymentEffects,
    private readonly operators: KnownOperators,
    private readonly clock: Clock,
  ) {}

  /** One per reference, however often its session is told; its CDR may be read first. */
  async begin(events: readonly (SessionEvent | CdrEvent)[], tx: Transaction): Promise<void> {
    const begun = new Map(events.flatMap(directOf).map((event) => [keyOf(event), event]));
    if (begun.size === 0) return;
    const asked = [...begun.values()].map(referenceOf);
    await this.authorizations.lock(tx, asked);
    const known = await this.authorizations.ofReferences(
      tx,
      asked.map(({ reference }) => reference),
    );
    const isKnown = new Set(known.map(({ operatorId, reference }) => `${operatorId} ${reference}`));
    for (const [key, event] of begun) if (!isKnown.has(key)) await this.add(tx, event);
  }

  private async add(tx: Transaction, event: Direct): Promise<void> {
    const about = referenceOf(event);
    const operator = await this.operators.get(event.operatorId, tx);
    if (!operator) throw DependencyMissing.of(OperatorState, event.operatorId);
    const payment = chargingOf(event, operator.currency, this.clock.now());
    const { paymentId } = payment;
    await this.payments.add(tx, payment);
    const nothingSaid = { amount: null, captureBefore: null, captureWanted: null, releaseWanted: false };
    await this.authorizations.add(tx, { authorizationId: uuidv7(), ...about, paymentId, ...nothingSaid });
    // What it settled may have been heard before.
    if (await this.settlements.pair(tx, about, paymentId)) await this.effects.look(tx, [{ ...payment, isTold: true }]);
  }
}

function directOf(event: SessionEvent | CdrEvent): Direct[] {
  if (event.type !== 'session-started' && event.type !== 'cdr-issued') return [];
  const { stationId, evseId, location, token } = event.data;
  return token?.direct ? [{ operatorId: event.operatorId, data: { stationId, evseId, location, token } }] : [];
}

function referenceOf({ operatorId, data }: Direct) {
  return { operatorId, reference: referenceKey(data.token.uid) };
}

function keyOf(event: Direct): string {
  const { operatorId, reference } = referenceOf(event);
  return `${operatorId} ${reference}`;
}

/** The terminal holds what it holds, and the station ends by it: no amount is known here, and none is stopped at. */
function chargingOf({ operatorId, data }: Direct, currency: string, now: Date): Payment {
  const { stationId, evseId, location, token } = data;
  const nothing = formatAmount(zero, currency);
  const { country, timeZone } = location;
  const offer: Agreed = { currency, country, timeZone, locale: 'en', prices: [], notes: [] };
  const agreed = { offer, hold: nothing, limit: nothing, maxPowerW: null };
  const at = { operatorId, stationId, evseId, tokenUid: referenceKey(token.uid), language: 'en' };
  const paidAt = { provider: TERMINAL, providerAccountId: null, attempt: TERMINAL, checkoutExpiresAt: now };
  return {
    ...newPayment({ ...at, ...agreed, ...paidAt }, now),
    state: 'charging',
    holdState: 'held',
    deadlineAt: null,
  };
}
