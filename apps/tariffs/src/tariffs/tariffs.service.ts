import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { TariffState, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { readTariff, tariffProblems } from '@chargemesh/rating';
import { Audit, type Caller, Clock, type Page, page, positionOf, problem } from '@chargemesh/service';
import type { Static } from 'typebox';
import { TariffVersion } from './tariff.entity.js';
import type { TariffBody, TariffView, TariffsQuery } from './tariffs.schema.js';
import { TariffsStore } from './tariffs.store.js';

type View = Static<typeof TariffView>;
/** Offline sessions may have begun before their tariff was entered; when it applies is said by its assignment. */
const SINCE_EVER = new Date(0);

/** Price lists: every change is a new version, and a published version stays as it is. */
@Injectable()
export class TariffsService {
  constructor(
    private readonly database: Database,
    private readonly store: TariffsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /** Publishes a tariff; the same content again changes nothing, other content is a new version. */
  put(caller: Caller, tariffId: string, { name, tariff }: Static<typeof TariffBody>): Promise<View> {
    const problems = tariffProblems(tariff);
    if (problems.length > 0) throw problem('tariff-invalid', { problems });
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`tariff:${tariffId}`]);
      const newest = await this.store.newest(tx, tariffId);
      if (newest && newest.name === name && isDeepStrictEqual(newest.tariff, tariff)) return viewOf(newest);
      const now = this.clock.now();
      const version: TariffVersion = {
        tariffId,
        tariffVersion: (newest?.tariffVersion ?? 0) + 1,
        operatorId,
        name,
        currency: readTariff(tariff).currency,
        tariff: readTariff(tariff),
        validFrom: newest ? now : SINCE_EVER,
        publishedAt: now,
      };
      await this.publish(tx, version);
      await this.audit.add(tx, caller, newest ? 'publish-version' : 'create', 'tariff', tariffId, { name, tariff });
      return viewOf(version);
    });
  }

  async get(caller: Caller, tariffId: string): Promise<View> {
    const newest = await this.database.transaction([caller.operatorId], (tx) => this.store.newest(tx, tariffId));
    if (!newest) throw problem('not-found', { tariffId });
    return viewOf(newest);
  }

  list(caller: Caller, { limit = 100, cursor }: Static<typeof TariffsQuery>): Promise<Page<View>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const rows = await this.store.list(tx, positionOf(cursor)?.[0], limit + 1);
      return page(rows, limit, ({ tariffId }) => [tariffId], viewOf);
    });
  }

  versions(
    caller: Caller,
    tariffId: string,
    { limit = 100, cursor }: Static<typeof TariffsQuery>,
  ): Promise<Page<View>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const rows = await this.store.versions(tx, tariffId, Number(positionOf(cursor)?.[0] ?? 0), limit + 1);
      return page(rows, limit, ({ tariffVersion }) => [String(tariffVersion)], viewOf);
    });
  }

  private async publish(tx: Transaction, version: TariffVersion): Promise<void> {
    const { tariffId, tariffVersion, operatorId, name, currency, publishedAt } = version;
    await this.store.add(tx, version);
    const tariff = { ...version.tariff };
    const data = { tariffId, tariffVersion, operatorId, name, currency, tariff, version: 1, deleted: false };
    await this.outbox.add(tx, [newEvent(TariffState, { operatorId, time: publishedAt.toISOString(), data })]);
  }
}

function viewOf({ tariffId: id, tariffVersion: version, name, currency, tariff, publishedAt }: TariffVersion): View {
  return { id, version, name, currency, tariff: { ...tariff }, publishedAt: publishedAt.toISOString() };
}
