import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { QUARTER_HOUR_MS, marketSeriesOf, withMarketPrices } from '@chargemesh/rating';
import type { TariffVersion } from '../tariffs/tariff.entity.js';
import { MarketBook } from './market-prices.decide.js';
import { MarketPricesStore, type Span } from './market-prices.store.js';

type Asking = Pick<TariffVersion, 'operatorId' | 'tariff'>;

/** A tariff in use: by a session that began at a time, in some quarter hours. */
export interface TariffUse<V extends Asking> {
  readonly id: string;
  readonly version: V;
  /** Prices that were known then stay. */
  readonly began: Date;
  /** Their starts, ascending. */
  readonly quarters: readonly number[];
}

/** Puts the prices of markets into the tariffs that ask for them, so that a price can be recomputed from its tariff. */
@Injectable()
export class MarketTariffs {
  constructor(private readonly store: MarketPricesStore) {}

  /** The version for each use, by its id; one that asks for no market as it was. */
  async withPrices<V extends Asking>(tx: Transaction, uses: readonly TariffUse<V>[]): Promise<Map<string, V>> {
    const spans = uses.flatMap(spansOf);
    const book = new MarketBook(spans.length > 0 ? await this.store.covering(tx, spans) : []);
    return new Map(uses.map((use) => [use.id, pricedBy(book, use)]));
  }
}

function pricedBy<V extends Asking>(book: MarketBook, { version, began, quarters }: TariffUse<V>): V {
  const { operatorId, tariff } = version;
  if (marketSeriesOf(tariff).length === 0) return version;
  const priceAt = (seriesId: string, startMs: number) => book.priceAt({ operatorId, seriesId }, startMs, began);
  return { ...version, tariff: withMarketPrices(tariff, quarters, priceAt) };
}

function spansOf({ version, quarters }: TariffUse<Asking>): Span[] {
  const [first, last] = [quarters[0], quarters.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [since, until] = [new Date(first), new Date(last + QUARTER_HOUR_MS)];
  return marketSeriesOf(version.tariff).map((seriesId) => ({ operatorId: version.operatorId, seriesId, since, until }));
}
