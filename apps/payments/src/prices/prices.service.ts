import { Inject, Injectable } from '@nestjs/common';
import { type AdHocPriceAnswered, AdHocPriceRequested, type DataOf, newEvent } from '@chargemesh/contracts';
import { NotDurable, type Requests } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import { Clock, REQUESTS } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { Clearances } from '../clearance/clearances.service.js';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import type { NoQuote, Offer, Quote, QuoteAsked } from '../payments/checkout.port.js';
import { Providers } from '../providers/providers.js';
import type { Seller } from '../providers/seller.js';
import { Sellers } from '../providers/sellers.js';
import { holdOf } from './holds.js';

/** Asks tariffs what a driver without a contract pays, while a browser waits (ADR 31). */
@Injectable()
export class PricesService {
  constructor(
    private readonly database: Database,
    private readonly sellers: Sellers,
    private readonly clock: Clock,
    private readonly providers: Providers,
    private readonly clearances: Clearances,
    @Inject(REQUESTS) private readonly requests: Requests,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {}

  async quote({ maxPowerW, ...asked }: QuoteAsked, known?: Seller): Promise<Quote | NoQuote> {
    const offer = await this.offer(asked);
    if (typeof offer === 'string') return offer;
    const seller = known ?? (await this.sellerOf(asked.operatorId));
    const taker = await this.providers.among(seller.accounts, offer.currency);
    // The sandbox takes no money, so that nothing is sold.
    const isSale = taker !== undefined && taker.accountId !== null;
    if (isSale && !(await this.clearances.isCleared(asked.operatorId, offer.country))) return 'not-cleared';
    const amounts = taker && (!isSale || seller.hasIssuer) && holdOf(offer, maxPowerW, this.settings);
    return amounts ? { offer, ...amounts, maxPowerW } : 'no-provider';
  }

  /** The price at an EVSE, whoever takes the money. */
  async offer(asked: Omit<QuoteAsked, 'maxPowerW'>): Promise<Offer | 'no-tariff' | 'no-answer'> {
    const answer = await this.ask(asked);
    return answer ? (answer.offer ?? 'no-tariff') : 'no-answer';
  }

  private sellerOf(operatorId: string): Promise<Seller> {
    return this.database.transaction([operatorId], (tx) => this.sellers.of(tx, operatorId));
  }

  private async ask({
    operatorId,
    stationId,
    evseId,
    language,
  }: Omit<QuoteAsked, 'maxPowerW'>): Promise<DataOf<typeof AdHocPriceAnswered> | undefined> {
    const asked = this.clock.now();
    const at = asked.toISOString();
    const expiresAt = new Date(asked.getTime() + this.settings.PRICE_TIMEOUT_MS).toISOString();
    const { replyTo } = this.requests;
    const data = { requestId: uuidv7(), replyTo, expiresAt, stationId, evseId, at, ...(language ? { language } : {}) };
    const request = newEvent(AdHocPriceRequested, { operatorId, time: at, data });
    return this.requests.ask<DataOf<typeof AdHocPriceAnswered>>(request).catch((error: unknown) => {
      if (error instanceof NotDurable) return undefined;
      throw error;
    });
  }
}
