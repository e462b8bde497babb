import { Injectable } from '@nestjs/common';
import type { CdrEvent } from '@chargemesh/contracts';
import { type ListQuery, type NextPage, type VersionNumber, ocpiCdr } from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, KnownOperators } from '@chargemesh/service';
import type { Partner } from '../partners/partner.entity.js';
import { readable } from './cdrs.decide.js';
import { CdrsStore } from './cdrs.store.js';

export interface CdrsPage {
  readonly cdrs: ReturnType<typeof ocpiCdr>[];
  readonly total: number;
  readonly next?: NextPage | undefined;
}

@Injectable()
export class CdrsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly operators: KnownOperators,
    private readonly store: CdrsStore,
  ) {}

  async keep(events: readonly CdrEvent[], tx: Transaction): Promise<void> {
    await this.store.holdOrder(
      tx,
      events.map(({ operatorId }) => operatorId),
    );
    await this.store.add(tx, readable(events, this.clock.now()));
  }

  /** The CDRs that were charged on the partner's tokens. */
  async list(partner: Partner, version: VersionNumber, query: ListQuery): Promise<CdrsPage> {
    const { operatorId } = partner;
    const cpo = await this.operators.get(operatorId);
    if (!cpo) throw new Error(`operator ${operatorId} is not known here yet`);
    return this.database.transaction([operatorId], async (tx) => {
      // Counted first: a CDR may come in between, but what is counted is on a page.
      const total = await this.store.count(tx, operatorId, partner, query);
      const rows = await this.store.list(tx, operatorId, partner, query, query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? shown.at(-1) : undefined;
      return {
        cdrs: shown.map(({ cdr, lastUpdated }) => ocpiCdr(version, cdr, cpo, lastUpdated)),
        total,
        next: last && { cursor: last.position },
      };
    });
  }
}
