import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Caller, problem } from '@chargemesh/service';
import { compileTariff, marketSeriesOf } from '@chargemesh/rating';
import { foremost } from '../../price-list/assignments/precedence.js';
import { MarketPins } from '../../price-list/market-prices/market-pins.service.js';
import { pinKey } from '../../price-list/tariffs/pinned.js';
import { TariffsStore } from '../../price-list/tariffs/tariffs.store.js';
import { CompiledTariffs, type ReadyPrice } from './compiled-tariffs.js';
import { PriceAtStore, type PriceQuery } from './price-at.store.js';

/** The price that applies somewhere, and what it depends on. */
export type PriceAt = ReadyPrice & {
  readonly timeZone: string;
  /** ISO 3166-1 alpha-3. */
  readonly country: string | null;
};

/** Finds what a session would be priced by. */
@Injectable()
export class PriceAtService {
  private readonly compiled = new CompiledTariffs();

  constructor(
    private readonly database: Database,
    private readonly store: PriceAtStore,
    private readonly tariffs: TariffsStore,
    private readonly markets: MarketPins,
  ) {}

  /** @param quarters the starts of those whose prices matter, where a market sets them */
  find(caller: Caller, query: PriceQuery, quarters: readonly number[]): Promise<PriceAt> {
    demandOnePlace(query);
    return this.database.transaction([caller.operatorId], async (tx) => {
      const found = await this.store.find(tx, query);
      const [place] = found;
      if (!place) throw notThere(query);
      const { timeZone, country, vatPercent } = place;
      const applying = foremost(found.flatMap((one) => one.applying ?? []));
      const ready = applying && (await this.ready(tx, { ...applying, vatPercent }, timeZone));
      if (!ready) throw problem('no-tariff');
      return { ...(await this.atMarket(tx, ready, query.at, quarters, timeZone)), timeZone, country };
    });
  }

  private async atMarket(
    tx: Transaction,
    ready: ReadyPrice,
    began: Date,
    quarters: readonly number[],
    timeZone: string,
  ): Promise<ReadyPrice> {
    if (marketSeriesOf(ready.version.tariff).length === 0) return ready;
    const use = { id: '', version: ready.version, began, quarters };
    const version = (await this.markets.pinned(tx, [use])).get(use.id) ?? ready.version;
    return { version, compiled: compileTariff(version.tariff, { timeZone }) };
  }

  private ready(tx: Transaction, pin: Parameters<typeof pinKey>[0], timeZone: string): Promise<ReadyPrice | undefined> {
    return this.compiled.get(pin, timeZone, async () => (await this.tariffs.pinned(tx, [pin])).get(pinKey(pin)));
  }
}

function demandOnePlace({ stationId, evseId, locationId }: PriceQuery): void {
  const one = (stationId === undefined) !== (locationId === undefined);
  if (one && (stationId !== undefined || evseId === undefined)) return;
  throw problem('bad-request', {
    detail: 'name either a stationId, with or without an evseId, or a locationId',
  });
}

function notThere({ stationId, locationId }: PriceQuery) {
  return problem('not-found', stationId === undefined ? { locationId } : { stationId });
}
