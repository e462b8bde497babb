import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { quarterOf, quartersUsed } from '@chargemesh/rating';
import { type Caller, Clock, problem } from '@chargemesh/service';
import { PriceBook } from '../../price-list/pricing/price-book.service.js';
import type { PriceQuery } from '../../price-list/pricing/price-at.store.js';
import { type KnownPrice, displayed, expectedSession, placeNotThere, priceQueryOf, quoted } from './prices.decide.js';
import type { PriceDisplayQuery, PriceDisplayView, QuoteBody, QuoteView } from './prices.schema.js';

/** What charging costs somewhere, for those who want to know it before. */
@Injectable()
export class PricesService {
  constructor(
    private readonly database: Database,
    private readonly book: PriceBook,
    private readonly clock: Clock,
  ) {}

  /** What a session is going to cost. */
  async quote(caller: Caller, body: QuoteBody): Promise<QuoteView> {
    const query = priceQueryOf(body, this.clock.now());
    const session = expectedSession(query.at, body);
    return quoted(await this.priceAt(caller, query, quartersUsed(session.periods)), session, body.language);
  }

  /** Prices as they are shown before a session. */
  async show(caller: Caller, { tokenKind = 'AD_HOC_USER', ...where }: PriceDisplayQuery): Promise<PriceDisplayView> {
    const query = priceQueryOf({ ...where, tokenKind }, this.clock.now());
    const price = await this.priceAt(caller, query, [quarterOf(query.at.getTime())]);
    return displayed(price, query.at, where.language);
  }

  private async priceAt({ operatorId }: Caller, query: PriceQuery, quarters: readonly number[]): Promise<KnownPrice> {
    const price = await this.database.transaction([operatorId], (tx) => this.book.priceAt(tx, query, quarters));
    if (!price) throw placeNotThere(query);
    const { version, ...place } = price;
    if (!version) throw problem('no-tariff');
    return { ...place, version };
  }
}
