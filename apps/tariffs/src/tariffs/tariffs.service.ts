import { Injectable } from '@nestjs/common';
import { TariffState, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, KnownOperators, type Page, page, positionOf, problem } from '@chargemesh/service';
import { TariffVersion } from './tariff.entity.js';
import { nextVersion } from './tariffs.decide.js';
import type { TariffBody, TariffView, TariffsQuery } from './tariffs.schema.js';
import { TariffsStore } from './tariffs.store.js';

/** Price lists: every change is a new version, and a published version stays as it is. */
@Injectable()
export class TariffsService {
  constructor(
    private readonly database: Database,
    private readonly store: TariffsStore,
    private readonly operators: KnownOperators,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /** Publishes a tariff; the same content again changes nothing, other content is a new version. */
  async put(caller: Caller, tariffId: string, body: TariffBody): Promise<TariffView> {
    const { operatorId } = caller;
    const operator = await this.operators.get(operatorId);
    if (!operator) throw problem('unavailable', { detail: 'the operator is not known here yet' });
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`tariff:${tariffId}`]);
      const newest = await this.store.newest(tx, tariffId);
      const next = nextVersion(newest, tariffId, { operatorId, ...operator }, body, this.clock.now());
      if (next) await this.publish(tx, next);
      if (next) await this.audit.add(tx, caller, newest ? 'publish-version' : 'create', 'tariff', tariffId, body);
      return viewOf(next ?? (newest as TariffVersion));
    });
  }

  async get(caller: Caller, tariffId: string): Promise<TariffView> {
    const newest = await this.database.transaction([caller.operatorId], (tx) => this.store.newest(tx, tariffId));
    if (!newest) throw problem('not-found', { tariffId });
    return viewOf(newest);
  }

  list(caller: Caller, { limit = 100, cursor }: TariffsQuery): Promise<Page<TariffView>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const rows = await this.store.list(tx, positionOf(cursor)?.[0], limit + 1);
      return page(rows, limit, ({ tariffId }) => [tariffId], viewOf);
    });
  }

  versions(caller: Caller, tariffId: string, { limit = 100, cursor }: TariffsQuery): Promise<Page<TariffView>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const rows = await this.store.versions(tx, tariffId, Number(positionOf(cursor)?.[0] ?? 0), limit + 1);
      return page(rows, limit, ({ tariffVersion }) => [String(tariffVersion)], viewOf);
    });
  }

  private async publish(tx: Transaction, version: TariffVersion): Promise<void> {
    const { tariffId, tariffVersion, operatorId, name, currency, publishedAt } = version;
    if (!(await this.store.add(tx, version))) throw problem('id-taken', { tariffId });
    const tariff = { ...version.tariff };
    const data = { tariffId, tariffVersion, operatorId, name, currency, tariff, version: 1, deleted: false };
    await this.outbox.add(tx, [newEvent(TariffState, { operatorId, time: publishedAt.toISOString(), data })]);
  }
}

function viewOf({
  tariffId: id,
  tariffVersion: version,
  name,
  currency,
  tariff,
  publishedAt,
}: TariffVersion): TariffView {
  return { id, version, name, currency, tariff: { ...tariff }, publishedAt: publishedAt.toISOString() };
}
