import { Injectable } from '@nestjs/common';
import {
  type CompiledTariff,
  type RatingResult,
  type Session,
  quartersUsed,
  rate,
  traceSentences,
  tracedLine,
} from '@chargemesh/rating';
import { type Caller, Clock } from '@chargemesh/service';
import { localeOf } from '../price-display/locale.js';
import { rateProblem } from '../rate/rate.decide.js';
import { PriceAtService } from './price-at.service.js';
import { expectedSession, priceQueryOf } from './quotes.decide.js';
import type { QuoteBody, QuoteView } from './quotes.schema.js';

/** What a session is going to cost. */
@Injectable()
export class QuotesService {
  constructor(
    private readonly prices: PriceAtService,
    private readonly clock: Clock,
  ) {}

  async quote(caller: Caller, body: QuoteBody): Promise<QuoteView> {
    const query = priceQueryOf(body, this.clock.now());
    const session = expectedSession(query.at, body);
    const { version, compiled, country } = await this.prices.find(caller, query, quartersUsed(session.periods));
    const result = quoted(compiled, session);
    const { currency, totalBeforeTaxes, totalInclTaxes } = result;
    const { tariffId, tariffVersion } = version;
    const trace = {
      lines: result.lines.map(tracedLine),
      sentences: traceSentences(result, localeOf(country, body.language)),
      notes: [...result.notes],
    };
    return { tariffId, tariffVersion, currency, totalBeforeTaxes, totalInclTaxes, ...trace };
  }
}

/** Throws the problem of a session that cannot be rated. */
function quoted(compiled: CompiledTariff, session: Session): RatingResult {
  try {
    return rate(compiled, session);
  } catch (error) {
    throw rateProblem(error);
  }
}
