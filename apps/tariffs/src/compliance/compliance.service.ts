import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Caller, Clock, KnownOperators, type Page, page, positionOf, problem } from '@chargemesh/service';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import { type Shortfall, demandNoNew, shortfallsOf } from './compliance.decide.js';
import type { ShortfallsQuery } from './compliance.schema.js';
import { type Concern, ExposuresStore } from './exposures.store.js';

/** Assignments of one tariff or group that are looked at when it changes; the report shows the others. */
const LOOKED_AT = 1_000;

/** Where prices are not as the law or the location's currency wants them. */
@Injectable()
export class ComplianceService {
  constructor(
    private readonly database: Database,
    private readonly exposures: ExposuresStore,
    private readonly tariffs: TariffsStore,
    private readonly operators: KnownOperators,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a change, and throws the problem of what it is the first to bring about.
   * @param currency the operator's
   */
  async guarded(tx: Transaction, currency: string, concern: Concern, change: () => Promise<void>): Promise<void> {
    const before = await this.find(tx, currency, concern, LOOKED_AT);
    await change();
    demandNoNew(before, await this.find(tx, currency, concern, LOOKED_AT));
  }

  /** What is short now, also of what was right when it was assigned. */
  async list({ operatorId }: Caller, { limit = 100, cursor }: ShortfallsQuery): Promise<Page<Shortfall>> {
    const operator = await this.operators.get(operatorId);
    if (!operator) throw problem('unavailable', { detail: 'the operator is not known here yet' });
    return this.database.transaction([operatorId], async (tx) => {
      const [after] = positionOf(cursor) ?? [];
      const assigned = await this.exposures.assignments(tx, after, this.clock.now(), limit + 1);
      const { nextCursor } = page(assigned, limit, (assignmentId) => [assignmentId], String);
      return { items: await this.find(tx, operator.currency, { after }, limit), nextCursor };
    });
  }

  private async find(tx: Transaction, currency: string, concern: Concern, limit: number): Promise<Shortfall[]> {
    const exposures = await this.exposures.find(tx, concern, this.clock.now(), limit);
    const fast = exposures.filter(({ fastCount }) => fastCount > 0);
    const keys = [...new Map(fast.map((one) => [keyOf(one), one])).values()];
    const tariffs = new Map((await this.tariffs.load(tx, keys)).map((one) => [keyOf(one), one.tariff]));
    return shortfallsOf(exposures, (one) => tariffs.get(keyOf(one)), currency);
  }
}

function keyOf({ tariffId, tariffVersion }: { tariffId: string; tariffVersion: number }): string {
  return `${tariffId}/${tariffVersion}`;
}
