import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { platformMetrics } from '@chargemesh/contracts';
import { type Logger, observe } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { KnownOperators, LOGGER, Schedule, forAllOperators } from '@chargemesh/service';
import { creditedBy } from './cdrs.decide.js';
import { CdrsStore } from './cdrs.store.js';
import { type Checked, type HeldRow, HeldCdrsStore } from './held-cdrs.store.js';
import { checkCdr } from './cdr-check.decide.js';

const COUNTED_EVERY_MS = 60_000;
const CHECKED_EVERY_MS = 3_600_000;
const BATCH = 50;

/** Counts the CDRs that are held, and checks those that were stored before CDRs were checked. */
@Injectable()
export class HeldCdrsWatch implements OnApplicationBootstrap {
  private held = 0;

  constructor(
    private readonly database: Database,
    private readonly schedule: Schedule,
    private readonly operators: KnownOperators,
    private readonly cdrs: CdrsStore,
    private readonly store: HeldCdrsStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    observe(platformMetrics.charging.ocpiCdrsHeld, (result) => result.observe(this.held));
    this.schedule.every('count held CDRs', COUNTED_EVERY_MS, () => this.count());
    this.schedule.every('check stored CDRs', CHECKED_EVERY_MS, () => this.checkStored(), { exclusive: true });
  }

  /** In batches, each by itself: a CDR of an operator that is not known here waits for the next run. */
  async checkStored(): Promise<void> {
    for (let after: string | undefined = '0'; after !== undefined;) {
      const from: string = after;
      after = await forAllOperators(this.database, (tx) => this.checkBatch(tx, from));
    }
  }

  private async count(): Promise<void> {
    this.held = await forAllOperators(this.database, (tx) => this.store.count(tx));
  }

  /** Where the next batch begins; undefined after the last. */
  private async checkBatch(tx: Transaction, after: string): Promise<string | undefined> {
    const rows = await this.store.unchecked(tx, after, BATCH);
    const credited = creditedBy(rows.map(({ cdr }) => cdr));
    const held = new Map(await this.cdrs.heldAmong(tx, credited));
    const checked: Checked[] = [];
    for (const row of rows) {
      const one = await this.checked(tx, row, held.get(row.cdr.creditReferenceId ?? ''));
      if (!one) continue;
      checked.push(one);
      held.set(one.cdrId, Object.keys(one.held) as (keyof HeldRow['held'])[]);
      if (Object.keys(one.held).length > 0)
        this.logger.warn({ cdrId: one.cdrId, reasons: one.held }, 'a stored CDR is not sent to partners any more');
    }
    await this.store.save(tx, checked);
    return rows.length === BATCH ? rows.at(-1)?.position : undefined;
  }

  private async checked(
    tx: Transaction,
    { operatorId, cdr }: HeldRow,
    heldBefore: readonly (keyof HeldRow['held'])[] | undefined,
  ): Promise<Checked | undefined> {
    const cpo = await this.operators.get(operatorId, tx);
    return cpo && { cdrId: cdr.cdrId, ...checkCdr(cdr, cpo, heldBefore) };
  }
}
