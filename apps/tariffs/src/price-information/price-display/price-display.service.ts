import { Injectable } from '@nestjs/common';
import { isValidAt, quarterOf, shownPrices } from '@chargemesh/rating';
import { type Caller, Clock } from '@chargemesh/service';
import { PriceAtService } from '../quotes/price-at.service.js';
import { priceQueryOf } from '../quotes/quotes.decide.js';
import { localeOf } from './locale.js';
import type { PriceDisplayQuery, PriceDisplayView } from './price-display.schema.js';

/** Prices as they are shown before a session. */
@Injectable()
export class PriceDisplayService {
  constructor(
    private readonly prices: PriceAtService,
    private readonly clock: Clock,
  ) {}

  async show(
    caller: Caller,
    { language, tokenKind = 'AD_HOC_USER', ...where }: PriceDisplayQuery,
  ): Promise<PriceDisplayView> {
    const query = priceQueryOf({ ...where, tokenKind }, this.clock.now());
    const { version, compiled, country } = await this.prices.find(caller, query, [quarterOf(query.at.getTime())]);
    const { tariffId, tariffVersion, currency, tariff } = version;
    const locale = localeOf(country, language);
    const prices = shownPrices(tariff, locale, query.at).map((price) => ({ ...price }));
    const notes = isValidAt(compiled, query.at) ? [] : ['outside-validity'];
    return { tariffId, tariffVersion, currency, locale, prices, notes };
  }
}
