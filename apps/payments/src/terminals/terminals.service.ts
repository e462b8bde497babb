import { Inject, Injectable } from '@nestjs/common';
import {
  type Event,
  type EventOf,
  type SettlementNotified,
  SettlementTaken,
  VatNumberAnswered,
  type VatNumberAsked,
  newEvent,
} from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Clock, Retention } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { countryOfVatNumber } from '../invoices/vat-numbers.js';
import { SettlementsStore, type TerminalSettlement, referenceKey } from './settlements.store.js';

type Told = EventOf<typeof SettlementNotified>;

/** What terminals of stations tell, and what they ask. */
@Injectable()
export class Terminals {
  constructor(
    private readonly settlements: SettlementsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    retention: Retention,
    @Inject(PAYMENTS_SETTINGS) { PROVIDER_CALL_DAYS: days }: PaymentsSettings,
  ) {
    retention.keep({ table: 'terminal_settlements', key: 'settlement_id', days });
  }

  async settled(told: readonly Told[], tx: Transaction): Promise<void> {
    const toldAt = this.clock.now();
    await this.settlements.keep(
      tx,
      told.map((one) => settlementOf(one, toldAt)),
    );
    await this.outbox.add(
      tx,
      told.map((one) => this.taken(one)),
    );
  }

  /** By its form: nobody is asked whether it was given to somebody. */
  validated({ operatorId, data }: EventOf<typeof VatNumberAsked>): Event {
    const { requestId, replyTo, expiresAt, stationId, vatNumber } = data;
    const status = countryOfVatNumber(vatNumber.replaceAll(/[\s.\-/]/g, '')) === undefined ? 'Rejected' : 'Accepted';
    const answer = { requestId, replyTo, expiresAt, stationId, status } as const;
    return newEvent(VatNumberAnswered, { operatorId, time: this.clock.now().toISOString(), data: answer });
  }

  private taken({ operatorId, data }: Told): Event {
    const { requestId, replyTo, expiresAt, stationId } = data;
    const time = this.clock.now().toISOString();
    return newEvent(SettlementTaken, { operatorId, time, data: { requestId, replyTo, expiresAt, stationId } });
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
