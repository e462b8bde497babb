import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { readTariff } from '@chargemesh/rating';
import { type Caller, Clock, cursorAfter, foreignCursor, positionOf, problem } from '@chargemesh/service';
import { MarketTariffs } from '../../price-list/market-prices/market-tariffs.service.js';
import type { TariffVersion } from '../../price-list/tariffs/tariff.entity.js';
import { completed, demandPublishable } from '../../price-list/tariffs/tariffs.decide.js';
import { TariffsStore } from '../../price-list/tariffs/tariffs.store.js';
import { Comparison } from './preview.decide.js';
import type { PreviewBody, PreviewView } from './preview.schema.js';
import { type PastCdr, PreviewStore } from './preview.store.js';

const PAGE = 500;

/** What past sessions would have cost by another tariff. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly database: Database,
    private readonly store: PreviewStore,
    private readonly tariffs: TariffsStore,
    private readonly markets: MarketTariffs,
    private readonly clock: Clock,
  ) {}

  async preview({ operatorId }: Caller, tariffId: string, body: PreviewBody): Promise<PreviewView> {
    const [from, to] = [new Date(body.from), new Date(body.to)];
    if (to <= from) throw problem('bad-request', { detail: 'to is not after from' });
    const comparison = new Comparison(await this.candidate(operatorId, tariffId, body));
    let last: Pick<PastCdr, 'issuedAt' | 'number'> = startOf(body.cursor) ?? { issuedAt: from, number: '' };
    while (!comparison.isFull) {
      const after = last;
      // Each page in a transaction of its own, so that none is open for long.
      const page = await this.database.transaction([operatorId], async (tx) => {
        const past = await this.store.page(tx, operatorId, body.sessionsOf ?? tariffId, after, to, PAGE);
        const priced = await this.markets.withPrices(tx, comparison.usesOf(past));
        for (const one of past) comparison.add(one, priced.get(one.document.cdrId));
        return past;
      });
      last = page.at(-1) ?? last;
      if (page.length < PAGE) return { ...comparison.result(), complete: true };
    }
    const nextCursor = cursorAfter([last.issuedAt.toISOString(), last.number]);
    return { ...comparison.result(), complete: false, nextCursor };
  }

  /** As it would be published now. */
  private async candidate(
    operatorId: string,
    tariffId: string,
    { tariff: given }: PreviewBody,
  ): Promise<TariffVersion> {
    const draft = await this.database.transaction([operatorId], (tx) => this.tariffs.draft(tx, tariffId));
    const source = given ?? draft?.tariff;
    if (!source) throw problem('no-draft', { tariffId });
    if (given) demandPublishable({ tariff: given });
    const tariff = completed(readTariff(source));
    const now = this.clock.now();
    const { currency } = tariff;
    return { tariffId, tariffVersion: 0, operatorId, name: '', currency, tariff, validFrom: now, publishedAt: now };
  }
}

/** The CDR that an earlier answer ended with. */
function startOf(cursor: string | undefined): Pick<PastCdr, 'issuedAt' | 'number'> | undefined {
  const [time = '', number = ''] = positionOf(cursor) ?? [];
  if (cursor === undefined) return undefined;
  const issuedAt = new Date(time);
  if (Number.isNaN(issuedAt.getTime())) throw foreignCursor();
  return { issuedAt, number };
}
