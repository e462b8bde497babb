import { Injectable } from '@nestjs/common';
import { TariffState, newEvent } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Tariff, marketSeriesOf, readTariff } from '@chargemesh/rating';
import {
  Audit,
  type Caller,
  Clock,
  KnownOperators,
  type Outcome,
  type Page,
  Precondition,
  type QueryOf,
  problem,
  statesOf,
} from '@chargemesh/service';
import { AssignmentsStore } from '../assignments/assignments.store.js';
import { ComplianceService } from '../compliance/compliance.service.js';
import { MarketPricesStore } from '../market-prices/market-prices.store.js';
import { PriceChanges } from '../price-changes.service.js';
import { TariffVersion } from './tariff.entity.js';
import { type ShownTariff, detailOf, shownOf, versionOf, viewOf } from './tariff.view.js';
import { type Publisher, SINCE_EVER, demandMarkets, demandPublishable, nextVersion } from './tariffs.decide.js';
import { type PublishBody, type TariffBody, type TariffView, tariffTag } from './tariffs.schema.js';
import { tariffsList, versionsList } from './tariffs.list.js';
import { TariffsStore } from './tariffs.store.js';

/** Price lists: every change is a new version, and a published version stays as it is. */
@Injectable()
export class TariffsService {
  readonly states = statesOf(TariffVersion, ['tariffId', 'tariffVersion'], (_tx, rows) => rows.map(stateOf));

  constructor(
    private readonly database: Database,
    private readonly store: TariffsStore,
    private readonly assignments: AssignmentsStore,
    private readonly compliance: ComplianceService,
    private readonly markets: MarketPricesStore,
    private readonly operators: KnownOperators,
    private readonly changes: PriceChanges,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /** Publishes a tariff at once; the same content again changes nothing, other content is a new version. */
  async put(caller: Caller, tariffId: string, body: TariffBody, wanted = Precondition.none): Promise<TariffView> {
    const publisher = await this.publisherOf(caller);
    return this.changing(caller, tariffId, async (tx) => {
      await this.demand(tx, tariffId, wanted);
      await this.publishVersion(tx, caller, tariffId, publisher, body, {});
    });
  }

  /** As `put`, in a transaction with others. */
  async putIn(
    tx: Transaction,
    caller: Caller,
    publisher: Publisher,
    tariffId: string,
    body: TariffBody,
  ): Promise<Outcome> {
    await tx.lock(locksOf(caller, tariffId));
    return { status: await this.publishVersion(tx, caller, tariffId, publisher, body, {}) };
  }

  /** Who publishes, as far as prices depend on it. */
  async publisherOf({ operatorId }: Caller): Promise<Publisher> {
    const operator = await this.operators.get(operatorId);
    if (!operator) throw problem('unavailable', { detail: 'the operator is not known here yet' });
    return { operatorId, ...operator };
  }

  saveDraft(caller: Caller, tariffId: string, body: TariffBody, wanted = Precondition.none): Promise<TariffView> {
    const { operatorId } = caller;
    return this.changing(caller, tariffId, async (tx) => {
      await this.demand(tx, tariffId, wanted);
      demandPublishable(body);
      const tariff = readTariff(body.tariff);
      await this.demandMarkets(tx, tariff);
      const draft = { tariffId, operatorId, name: body.name, tariff, savedAt: this.clock.now() };
      await this.store.saveDraft(tx, draft);
      await this.audit.add(tx, caller, 'save-draft', 'tariff', tariffId, body);
    });
  }

  async dropDraft(caller: Caller, tariffId: string, wanted = Precondition.none): Promise<void> {
    await this.database.transaction([caller.operatorId], async (tx) => {
      await tx.lock(locksOf(caller, tariffId));
      const known = await this.found(tx, tariffId);
      if (!known?.draft) throw problem('not-found', { tariffId });
      wanted.demand(tariffTag.of(viewOf(known)));
      await this.store.dropDraft(tx, tariffId);
      await this.audit.add(tx, caller, 'drop-draft', 'tariff', tariffId, {});
    });
  }

  /** Publishes the draft, which is one no longer. */
  async publish(caller: Caller, tariffId: string, body: PublishBody): Promise<TariffView> {
    const publisher = await this.publisherOf(caller);
    return this.changing(caller, tariffId, async (tx) => {
      const draft = await this.store.draft(tx, tariffId);
      if (!draft) throw problem('no-draft', { tariffId });
      const { name, tariff } = draft;
      await this.publishVersion(
        tx,
        caller,
        tariffId,
        publisher,
        { name, tariff: tariff as TariffBody['tariff'] },
        body,
      );
      await this.store.dropDraft(tx, tariffId);
    });
  }

  async get(caller: Caller, tariffId: string): Promise<TariffView> {
    const shown = await this.database.transaction([caller.operatorId], (tx) => this.shown(tx, tariffId));
    return detailOf(shown, this.clock.now());
  }

  list({ operatorId }: Caller, query: QueryOf<typeof tariffsList>): Promise<Page<TariffView>> {
    return this.database.transaction([operatorId], async (tx) => {
      const { rows, nextCursor } = await tariffsList.read(tx, operatorId, query);
      const ids = rows.map(({ tariffId }) => tariffId);
      const shown = shownOf(ids, await this.store.newestOf(tx, ids), await this.store.draftsOf(tx, ids));
      return { items: shown.map(viewOf), nextCursor };
    });
  }

  versions({ operatorId }: Caller, tariffId: string, query: QueryOf<typeof versionsList>): Promise<Page<TariffView>> {
    return this.database.transaction([operatorId], (tx) =>
      versionsList.page(tx, operatorId, query, versionOf, { tariffId }),
    );
  }

  /** One change of a tariff at a time; answers how it is afterwards. */
  private changing(
    caller: Caller,
    tariffId: string,
    change: (tx: Transaction) => Promise<unknown>,
  ): Promise<TariffView> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      await tx.lock(locksOf(caller, tariffId));
      await change(tx);
      return detailOf(await this.shown(tx, tariffId), this.clock.now());
    });
  }

  private async shown(tx: Transaction, tariffId: string): Promise<ShownTariff> {
    const one = await this.found(tx, tariffId);
    if (!one) throw problem('not-found', { tariffId });
    return one;
  }

  private async found(tx: Transaction, tariffId: string): Promise<ShownTariff | undefined> {
    const ids = [tariffId];
    return shownOf(ids, await this.store.newestOf(tx, ids), await this.store.draftsOf(tx, ids))[0];
  }

  private async demand(tx: Transaction, tariffId: string, wanted: Precondition): Promise<void> {
    const known = await this.found(tx, tariffId);
    wanted.demand(known && tariffTag.of(viewOf(known)));
  }

  private async publishVersion(
    tx: Transaction,
    caller: Caller,
    tariffId: string,
    publisher: Publisher,
    body: TariffBody,
    { validFrom }: PublishBody,
  ): Promise<Outcome['status']> {
    const publication = { now: this.clock.now(), validFrom: validFrom === undefined ? undefined : new Date(validFrom) };
    const newest = await this.store.newest(tx, tariffId);
    const valid = await this.store.validAt(tx, tariffId, publication.validFrom ?? publication.now);
    const next = nextVersion({ newest, valid }, tariffId, publisher, body, publication);
    if (!next) return 'unchanged';
    await this.demandMarkets(tx, next.tariff);
    await this.compliance.guarded(tx, publisher.currency, { tariffId }, async () => {
      if (!(await this.store.add(tx, next))) throw problem('id-taken', { tariffId });
    });
    await this.changes.tell(stateOf(next), await this.assignments.placesOf(tx, tariffId, publication.now), tx);
    const change = { ...body, ...(validFrom === undefined ? {} : { validFrom }) };
    await this.audit.add(tx, caller, newest ? 'publish-version' : 'create', 'tariff', tariffId, change);
    return newest ? 'updated' : 'created';
  }

  private async demandMarkets(tx: Transaction, tariff: Tariff): Promise<void> {
    const series = marketSeriesOf(tariff);
    if (series.length > 0) demandMarkets(tariff, await this.markets.currencies(tx, series));
  }
}

/** What is locked for a change of a tariff: what it may be assigned to is looked at. */
export function locksOf({ operatorId }: Caller, tariffId: string): string[] {
  return [`tariff:${tariffId}`, `tariff-assignments:${operatorId}`];
}

function stateOf(version: TariffVersion) {
  const { tariffId, tariffVersion, operatorId, name, currency, validFrom, publishedAt } = version;
  const since = validFrom > SINCE_EVER ? { validFrom: validFrom.toISOString() } : {};
  const price = { name, currency, tariff: { ...version.tariff }, ...since };
  const data = { tariffId, tariffVersion, operatorId, ...price, version: 1, deleted: false };
  return newEvent(TariffState, { operatorId, time: publishedAt.toISOString(), data });
}
