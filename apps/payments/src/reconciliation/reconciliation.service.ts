import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, Retention, Schedule, forAllOperators, problem } from '@chargemesh/service';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { PaymentEffects } from '../payments/payment.effects.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { PaymentsTelemetry } from '../payments/payments.telemetry.js';
import { FINDING_KINDS, FINDING_KIND_NAMES, type FindingKind } from './finding.kinds.js';
import { FindingsStore, type OpenOfKind } from './findings.store.js';
import { type FindingItem, type ReconciliationReport, findingOf } from './reconciliation.schema.js';

const EVERY_MS = 900_000;
const COUNT_EVERY_MS = 60_000;
const LOOKS_AT_A_TIME = 500;
const FOUND_AT_A_TIME = 1_000;
/** What was closed is looked at for so long: a payment that succeeds after it is given back. */
const CLOSED_FOR_MS = 86_400_000;
/** What was captured is looked at for so long: what somebody does at the provider by hand is mostly done soon. */
const CAPTURED_FOR_MS = 3_600_000;

type Within = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/**
 * Compares payments with what their providers say and with CDRs, every 15 minutes and when somebody asks. What providers know
 * and nobody told us is read and applied; what does not agree all the same is a finding.
 */
@Injectable()
export class Reconciliation implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    private readonly payments: PaymentsStore,
    private readonly effects: PaymentEffects,
    private readonly store: FindingsStore,
    private readonly telemetry: PaymentsTelemetry,
    private readonly audit: Audit,
    retention: Retention,
    @Inject(PAYMENTS_SETTINGS) { FINDING_DAYS: days }: PaymentsSettings,
  ) {
    retention.keep({ table: 'reconciliation_findings', key: 'finding_id', days });
  }

  onApplicationBootstrap(): void {
    this.schedule.every('reconciliation of payments', EVERY_MS, () => this.run(this.ofAll), { exclusive: true });
    this.schedule.every('count of findings', COUNT_EVERY_MS, () => this.count());
  }

  /** Of everybody, now. */
  reconcile(): Promise<void> {
    return this.run(this.ofAll);
  }

  /** Of one operator, now: states at providers are read after it, and what they change is seen the next time. */
  async reconcileFor(caller: Caller): Promise<ReconciliationReport> {
    const { operatorId } = caller;
    await this.run((work) => this.database.transaction([operatorId], work));
    await this.database.transaction([operatorId], (tx) =>
      this.audit.add(tx, caller, 'run', 'reconciliation', operatorId, {}),
    );
    return this.report(operatorId);
  }

  report(operatorId: string): Promise<ReconciliationReport> {
    return this.database.transaction([operatorId], async (tx) =>
      reportOf(await this.store.countOpen(tx, this.clock.now())),
    );
  }

  resolve(caller: Caller, findingId: string, note: string): Promise<FindingItem> {
    const { operatorId, subject } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const by = { subject, note, at: this.clock.now() };
      const finding = await this.store.resolve(tx, { operatorId, findingId }, by);
      if (!finding) throw problem('not-found');
      await this.audit.add(tx, caller, 'resolve', 'reconciliation-finding', findingId, { note });
      return findingOf(finding);
    });
  }

  private async run(within: Within): Promise<void> {
    const now = this.clock.now();
    const ago = (ms: number): Date => new Date(now.getTime() - ms);
    const since = { closed: ago(CLOSED_FOR_MS), captured: ago(CAPTURED_FOR_MS) };
    const unsettled = await within((tx) => this.payments.unsettled(tx, since));
    for (let first = 0; first < unsettled.length; first += LOOKS_AT_A_TIME)
      await within((tx) => this.effects.look(tx, unsettled.slice(first, first + LOOKS_AT_A_TIME)));
    for (const kind of FINDING_KIND_NAMES) await this.lookFor(kind, now, within);
    await this.count();
  }

  private async lookFor(kind: FindingKind, now: Date, within: Within): Promise<void> {
    let after: string | undefined;
    do
      after = await within(async (tx) => {
        const found = await this.store.look(tx, kind, { now, after, limit: FOUND_AT_A_TIME });
        if (found.length > 0) await this.store.keep(tx, kind, found, now);
        return found.length < FOUND_AT_A_TIME ? undefined : found.at(-1)?.subject;
      });
    while (after !== undefined);
    if (FINDING_KINDS[kind].ends) await within((tx) => this.store.end(tx, kind, now));
  }

  private async count(): Promise<void> {
    this.telemetry.findings(await this.ofAll((tx) => this.store.countOpen(tx, this.clock.now())));
  }

  private readonly ofAll = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    forAllOperators(this.database, work);
}

function reportOf(open: readonly OpenOfKind[]): ReconciliationReport {
  const byKind = new Map(open.map((one) => [one.kind, one]));
  return {
    kinds: FINDING_KIND_NAMES.map((kind) => {
      const { count = 0, oldestS = 0 } = byKind.get(kind) ?? {};
      return { kind, about: FINDING_KINDS[kind].about, open: count, oldestS: Math.max(0, oldestS) };
    }),
  };
}
