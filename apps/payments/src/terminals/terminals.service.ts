import { Inject, Injectable } from '@nestjs/common';
import {
  type Event,
  type EventOf,
  type SettlementNotified,
  SettlementTaken,
  VatNumberAnswered,
  type VatNumberAsked,
  newEvent,
  present,
} from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Clock, Retention } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { pageUrl } from '../checkout/page-url.js';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { countryOfVatNumber } from '../invoices/vat-numbers.js';
import { driverPage } from '../payments/checkout.port.js';
import { PaymentEffects } from '../payments/payment.effects.js';
import type { Payment } from '../payments/payment.entity.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import { AuthorizationsStore } from './authorizations.store.js';
import { SettlementsStore, type TerminalSettlement, referenceKey } from './settlements.store.js';

type Told = EventOf<typeof SettlementNotified>;

/** What terminals of stations tell, and what they ask. */
@Injectable()
export class Terminals {
  constructor(
    private readonly settlements: SettlementsStore,
    private readonly authorizations: AuthorizationsStore,
    private readonly payments: PaymentsStore,
    private readonly effects: PaymentEffects,
    private readonly receipts: ReceiptsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    retention: Retention,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {
    const { PROVIDER_CALL_DAYS: days } = settings;
    // What is told of a payment is its state at the terminal, and is kept as long as the payment is.
    retention.keep({ table: 'terminal_settlements', key: 'settlement_id', where: 'payment_id IS NULL', days });
  }

  async settled(told: readonly Told[], tx: Transaction): Promise<void> {
    const toldAt = this.clock.now();
    const words = told.map((one) => settlementOf(one, toldAt));
    const payments = await this.keep(tx, words);
    const replies = await Promise.all(told.map((one, index) => this.taken(tx, one, payments[index])));
    await this.outbox.add(tx, replies);
  }

  /** Keeps what was told, and has the payments read that it is about; gives them, in this order. */
  async keep(tx: Transaction, words: readonly TerminalSettlement[]): Promise<(Payment | undefined)[]> {
    await this.authorizations.lock(tx, words);
    await this.settlements.keep(tx, words);
    const known = await this.authorizations.ofReferences(
      tx,
      words.map(({ reference }) => reference),
    );
    const found: (Payment | undefined)[] = [];
    for (const word of words) {
      const paid = known.find((one) => one.operatorId === word.operatorId && one.reference === word.reference);
      const payment = paid && ((await this.payments.find(tx, paid)) ?? undefined);
      if (payment) await this.settlements.pair(tx, word, payment.paymentId);
      found.push(payment);
    }
    const paid = new Map(found.flatMap((payment) => (payment ? [[payment.paymentId, payment] as const] : [])));
    await this.effects.look(
      tx,
      [...paid.values()].map((payment) => ({ ...payment, isTold: true })),
    );
    return found;
  }

  /** By its form: nobody is asked whether it was given to somebody. */
  validated({ operatorId, data }: EventOf<typeof VatNumberAsked>): Event {
    const { requestId, replyTo, expiresAt, stationId, vatNumber } = data;
    const status = countryOfVatNumber(vatNumber.replaceAll(/[\s.\-/]/g, '')) === undefined ? 'Rejected' : 'Accepted';
    const answer = { requestId, replyTo, expiresAt, stationId, status } as const;
    return newEvent(VatNumberAnswered, { operatorId, time: this.clock.now().toISOString(), data: answer });
  }

  /** With the receipt, or where it will be. */
  private async taken(tx: Transaction, { operatorId, data }: Told, payment: Payment | undefined): Promise<Event> {
    const { requestId, replyTo, expiresAt, stationId } = data;
    const time = this.clock.now().toISOString();
    const [receipt] = payment ? await this.receipts.issuedFor(tx, operatorId, payment.paymentId) : [];
    const { CHECKOUT_URL } = this.settings;
    const receiptUrl = payment && CHECKOUT_URL && pageUrl(CHECKOUT_URL, `${driverPage(payment.reference)}/receipt`);
    const answer = { requestId, replyTo, expiresAt, stationId, ...present({ receiptId: receipt?.number, receiptUrl }) };
    return newEvent(SettlementTaken, { operatorId, time, data: answer });
  }
}

function settlementOf({ operatorId, data }: Told, toldAt: Date): TerminalSettlement {
  const { pspRef, status, amount, stationId } = data;
  return {
    ...{ settlementId: uuidv7({ msecs: toldAt.getTime() }), operatorId, reference: referenceKey(pspRef) },
    ...{ status, amount, stationId, toldBy: stationId, toldAt, settledAt: new Date(data.settledAt) },
    ...{ statusInfo: data.statusInfo ?? null, transactionId: data.transactionId ?? null },
    ...{ receiptId: data.receiptId ?? null, receiptUrl: data.receiptUrl ?? null },
    ...{ vatNumber: data.vatNumber ?? null, vatCompany: data.vatCompany ?? null },
  };
}
