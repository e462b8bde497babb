import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { isCurrency } from '@chargemesh/money';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, type QueryOf, problem, Precondition } from '@chargemesh/service';
import { demandTimeZone, quarterly } from './market-prices.decide.js';
import {
  type MarketDayBody,
  type MarketDayParams,
  type MarketDayView,
  type PriceSeriesBody,
  type PriceSeriesView,
  marketDayTag,
  priceSeriesTag,
} from './market-prices.schema.js';
import { priceSeriesList } from './price-series.list.js';
import { type Import, MarketPricesStore, type PriceSeries } from './market-prices.store.js';

/** Prices of markets, as operators import them: day by day, known before they count. */
@Injectable()
export class MarketPricesService {
  constructor(
    private readonly database: Database,
    private readonly store: MarketPricesStore,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  putSeries(
    caller: Caller,
    seriesId: string,
    body: PriceSeriesBody,
    wanted = Precondition.none,
  ): Promise<PriceSeriesView> {
    const { operatorId } = caller;
    return this.changing(caller, seriesId, async (tx) => {
      if (!isCurrency(body.currency)) throw problem('bad-request', { detail: `no currency: ${body.currency}` });
      demandTimeZone(body.timeZone);
      const known = await this.store.find(tx, seriesId);
      wanted.demand(known ? priceSeriesTag.of(viewOf(known)) : undefined);
      if (known && (known.currency !== body.currency || known.timeZone !== body.timeZone)) {
        throw problem('price-series-fixed', { seriesId });
      }
      const next = { operatorId, seriesId, ...body, lastDay: known?.lastDay ?? null };
      if (known?.name === body.name) return viewOf(known);
      await this.store.save(tx, next);
      await this.audit.add(tx, caller, known ? 'change' : 'create', 'price-series', seriesId, body);
      return viewOf(next);
    });
  }

  getSeries(caller: Caller, seriesId: string): Promise<PriceSeriesView> {
    return this.database.transaction([caller.operatorId], async (tx) => viewOf(await this.known(tx, seriesId)));
  }

  listSeries({ operatorId }: Caller, query: QueryOf<typeof priceSeriesList>): Promise<Page<PriceSeriesView>> {
    return this.database.transaction([operatorId], (tx) => priceSeriesList.page(tx, operatorId, query, viewOf));
  }

  /** Imports a day; the same prices again change nothing, other ones count for sessions that begin from now on. */
  putDay(
    caller: Caller,
    { seriesId, day }: MarketDayParams,
    body: MarketDayBody,
    wanted = Precondition.none,
  ): Promise<MarketDayView> {
    return this.changing(caller, seriesId, async (tx) => {
      const { operatorId, timeZone } = await this.known(tx, seriesId);
      const given = quarterly(day, timeZone, body.prices);
      const newest = await this.store.newest(tx, seriesId, day);
      wanted.demand(newest ? marketDayTag.of(dayOf(newest)) : undefined);
      if (newest && isDeepStrictEqual(newest.prices, given.prices)) return dayOf(newest);
      const next = { operatorId, seriesId, day, importedAt: this.after(newest), ...given };
      await this.store.add(tx, next);
      await this.audit.add(tx, caller, newest ? 'change' : 'create', 'market-day', `${seriesId}/${day}`, body);
      return dayOf(next);
    });
  }

  getDay(caller: Caller, { seriesId, day }: MarketDayParams): Promise<MarketDayView> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const newest = await this.store.newest(tx, seriesId, day);
      if (!newest) throw problem('not-found', { seriesId, day });
      return dayOf(newest);
    });
  }

  /** One change of a series at a time. */
  private changing<T>({ operatorId }: Caller, seriesId: string, change: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`price-series:${operatorId}:${seriesId}`]);
      return change(tx);
    });
  }

  /** Of two imports the later one is known, even within a millisecond. */
  private after(newest: Import | undefined): Date {
    return new Date(Math.max(this.clock.now().getTime(), newest ? newest.importedAt.getTime() + 1 : 0));
  }

  private async known(tx: Transaction, seriesId: string): Promise<PriceSeries> {
    const series = await this.store.find(tx, seriesId);
    if (!series) throw problem('not-found', { seriesId });
    return series;
  }
}

function viewOf({ seriesId: id, name, currency, timeZone, lastDay }: PriceSeries): PriceSeriesView {
  return { id, name, currency, timeZone, ...(lastDay === null ? {} : { lastDay }) };
}

function dayOf({ day, startsAt, prices, importedAt }: Import): MarketDayView {
  return { day, startsAt: startsAt.toISOString(), prices: [...prices], importedAt: importedAt.toISOString() };
}
