import { Inject, Injectable } from '@nestjs/common';
import { type CdrEvent, OperatorState } from '@chargemesh/contracts';
import { DependencyMissing, type Logger } from '@chargemesh/messaging';
import { type ListQuery, type OcpiPage, type Party, type VersionNumber, versionNumbers } from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, KnownOperators, LOGGER } from '@chargemesh/service';
import type { Partner } from '../partners/partner.entity.js';
import { objectOf } from './cdr-object.js';
import { CdrPush } from './cdr-push.service.js';
import { creditedBy, checkForPartners } from './cdrs.decide.js';
import { CdrsStore } from './cdrs.store.js';

@Injectable()
export class CdrsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly operators: KnownOperators,
    private readonly store: CdrsStore,
    private readonly push: CdrPush,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What cannot be sent rightly is kept as well, and held with its reasons. */
  async keep(events: readonly CdrEvent[], tx: Transaction): Promise<void> {
    const cpos = await this.cposOf(tx, events);
    await this.store.lockOrder(
      tx,
      events.map(({ operatorId }) => operatorId),
    );
    const credited = creditedBy(events.map(({ data }) => data));
    const held = await this.store.heldAmong(tx, credited);
    const cpoOf = (operatorId: string) => cpos.get(operatorId) as Party;
    const cdrs = checkForPartners(events, cpoOf, held, this.clock.now());
    await this.store.add(tx, cdrs);
    await this.push.add(
      tx,
      cdrs.flatMap(({ operatorId, cdrId, cdr, precisions }) => {
        const versions = versionNumbers.filter((version) => precisions[version]);
        return versions.length === 0 ? [] : [{ operatorId, cdrId, cdr, versions, isNew: true }];
      }),
    );
    for (const { cdrId, held: reasons } of cdrs) {
      if (Object.keys(reasons).length > 0) this.logger.warn({ cdrId, reasons }, 'a CDR is not sent to partners');
    }
  }

  /** The CDRs that were charged on the partner's tokens. */
  async list(partner: Partner, version: VersionNumber, query: ListQuery): Promise<OcpiPage> {
    const { operatorId } = partner;
    const cpo = await this.operators.get(operatorId);
    if (!cpo) throw new Error(`operator ${operatorId} is not known here yet`);
    return this.database.transaction([operatorId], async (tx) => {
      // Counted first: a CDR may come in between, but what is counted is on a page.
      const total = await this.store.count(tx, partner, version, query);
      const rows = await this.store.list(tx, partner, version, query, query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? shown.at(-1) : undefined;
      return {
        objects: shown.map((row) => objectOf(row, cpo, version)),
        total,
        next: last && { cursor: last.position },
      };
    });
  }

  private async cposOf(tx: Transaction, events: readonly CdrEvent[]): Promise<Map<string, Party>> {
    const cpos = new Map<string, Party>();
    for (const { operatorId } of events) {
      const cpo = cpos.get(operatorId) ?? (await this.operators.get(operatorId, tx));
      if (!cpo) throw DependencyMissing.of(OperatorState, operatorId);
      cpos.set(operatorId, cpo);
    }
    return cpos;
  }
}
