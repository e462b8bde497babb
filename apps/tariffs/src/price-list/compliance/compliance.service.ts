import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Caller, Clock, KnownOperators, type Page, type QueryOf, problem } from '@chargemesh/service';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import { type Shortfall, demandNoNew, shortfallsOf } from './compliance.decide.js';
import { unendedAssignments } from './unended.list.js';
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
    const before = await this.find(tx, currency, concern);
    await change();
    demandNoNew(before, await this.find(tx, currency, concern));
  }

  /** What is short now, also of what was right when it was assigned. */
  async list({ operatorId }: Caller, query: QueryOf<typeof unendedAssignments>): Promise<Page<Shortfall>> {
    const operator = await this.operators.get(operatorId);
    if (!operator) throw problem('unavailable', { detail: 'the operator is not known here yet' });
    return this.database.transaction([operatorId], async (tx) => {
      const now = this.clock.now();
      const { rows, nextCursor } = await unendedAssignments.read(tx, operatorId, query, { now });
      const assignmentIds = rows.map(({ assignmentId }) => assignmentId);
      return { items: await this.find(tx, operator.currency, { assignmentIds }), nextCursor };
    });
  }

  private async find(tx: Transaction, currency: string, concern: Concern): Promise<Shortfall[]> {
    const exposures = await this.exposures.find(tx, concern, this.clock.now(), LOOKED_AT);
    const fast = exposures.filter(({ fastCount }) => fastCount > 0);
    const keys = [...new Map(fast.map((one) => [keyOf(one), one])).values()];
    const tariffs = new Map((await this.tariffs.load(tx, keys)).map((one) => [keyOf(one), one.tariff]));
    return shortfallsOf(exposures, (one) => tariffs.get(keyOf(one)), currency);
  }
}

function keyOf({ tariffId, tariffVersion }: { tariffId: string; tariffVersion: number }): string {
  return `${tariffId}/${tariffVersion}`;
}
