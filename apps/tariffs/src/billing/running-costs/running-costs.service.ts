import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { CdrEvent, EventOf, SessionCostEvent, SessionFinalized } from '@chargemesh/contracts';
import { type Logger, Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { quartersUsed } from '@chargemesh/rating';
import { type Caller, Clock, LOGGER, Schedule, problem, forAllOperators } from '@chargemesh/service';
import { CdrsStore } from '../cdrs/cdrs.store.js';
import { TARIFFS_SETTINGS, type TariffsSettings } from '../../config.js';
import { ProjectionsStore } from '../../projections/projections.store.js';
import { compiledFor } from '../../price-list/pricing/compiled.js';
import { pinKey } from '../../price-list/pricing/pin.js';
import { PriceBook } from '../../price-list/pricing/price-book.service.js';
import type { PinnedSession } from '../pins/pins.service.js';
import type { RunningCost } from './running-cost.js';
import { type Progress, counted, heard, isTimed, opened, reopened, withNextTelling } from './running-costs.decide.js';
import type { RunningCostView } from './running-costs.schema.js';
import { RunningCostsStore } from './running-costs.store.js';
import { commandsOf, factOf, finalOf, statusBy } from './told.js';
import { Uncounted } from './uncounted.js';

const COUNT = 'count running costs';
const EVERY_MS = 15_000;
const BATCH = 500;

/** What sessions cost until their CDR is issued. Nothing here keeps a session from its CDR. */
@Injectable()
export class RunningCostsService implements OnApplicationBootstrap {
  private readonly uncounted: Uncounted;

  constructor(
    private readonly database: Database,
    private readonly store: RunningCostsStore,
    private readonly cdrs: CdrsStore,
    private readonly prices: PriceBook,
    private readonly projections: ProjectionsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(TARIFFS_SETTINGS) private readonly settings: TariffsSettings,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.uncounted = new Uncounted(logger);
  }

  onApplicationBootstrap(): void {
    this.schedule.every(COUNT, EVERY_MS, () => this.countDue(), { exclusive: true });
  }

  /** Begins to count sessions that are pinned to a tariff, and counts those anew that are pinned to another one. */
  async open(pinned: readonly PinnedSession[], tx: Transaction): Promise<void> {
    if (pinned.length === 0) return;
    const versions = await this.prices.versionsOf(
      tx,
      pinned.map(({ pin }) => pin),
    );
    const known = await this.store.load(
      tx,
      pinned.map(({ pin }) => pin.sessionId),
    );
    const costs = new Map(known.map((cost) => [cost.sessionId, cost]));
    const opening: RunningCost[] = [];
    const changed: RunningCost[] = [];
    for (const { event, pin } of pinned) {
      const version = versions.get(pinKey(pin));
      const cost = costs.get(pin.sessionId);
      if (!version) continue;
      if (cost) changed.push(reopened(cost, event, version));
      else opening.push(opened(event, version, this.clock.now()));
    }
    await this.store.add(tx, opening);
    this.dueOf(tx, opening);
    await this.store.change(tx, changed);
    await this.count(tx, changed, new Map(pinned.map(({ event, pin }) => [pin.sessionId, event.traceparent])));
  }

  /** Counts what sessions cost by now, and tells what changed. */
  async go(progress: readonly Progress[], tx: Transaction): Promise<void> {
    if (progress.length === 0) return;
    const now = this.clock.now();
    const known = await this.store.load(tx, [...new Set(progress.map(({ data }) => data.sessionId))]);
    const costs = new Map(known.map((cost) => [cost.sessionId, cost]));
    const causes = new Map<string, string | undefined>();
    for (const event of progress) {
      const cost = costs.get(event.data.sessionId);
      if (cost) costs.set(cost.sessionId, heard(cost, event, now));
      causes.set(event.data.sessionId, event.traceparent);
    }
    const changed = [...costs.values()].filter((cost, index) => cost !== known[index]);
    await this.count(tx, changed, causes);
  }

  /** Says what the first CDRs say, and counts their sessions no longer; corrections are told by themselves. */
  async close(issued: readonly CdrEvent[], tx: Transaction): Promise<void> {
    const first = issued.filter(({ data }) => data.kind === undefined);
    if (first.length === 0) return;
    const tellings = await this.store.remove(
      tx,
      first.map(({ data }) => data.sessionId),
    );
    for (const { data } of first) this.uncounted.closed(data);
    const told = first.map((event) => finalOf(event, tellings.get(event.data.sessionId) ?? 0));
    await this.tell(tx, told);
  }

  /** Of sessions whose bill was there already nothing is counted either. */
  async forget(finalized: readonly EventOf<typeof SessionFinalized>[], tx: Transaction): Promise<void> {
    if (finalized.length === 0) return;
    await this.store.remove(
      tx,
      finalized.map(({ data }) => data.sessionId),
    );
  }

  /** Counts all that are due, in batches of bounded size. */
  async countDue(): Promise<void> {
    while ((await this.countBatch()) === BATCH);
  }

  get(caller: Caller, sessionId: string): Promise<RunningCostView> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const [cost] = await this.store.load(tx, [sessionId]);
      if (cost) return viewOf({ ...cost, at: cost.costedAt.toISOString(), ...(await this.statusOf(cost, tx)) });
      const cdr = (await this.cdrs.live(tx, [sessionId])).get(sessionId);
      if (!cdr) throw problem('not-found', { sessionId });
      return viewOf({ ...cdr, at: cdr.endedAt, final: true });
    });
  }

  private async statusOf(cost: RunningCost, tx: Transaction) {
    const version = (await this.prices.versionsOf(tx, [cost])).get(pinKey(cost));
    return version ? statusBy(version.tariff, cost.periods) : { final: false };
  }

  private countBatch(): Promise<number> {
    return forAllOperators(this.database, async (tx) => {
      const due = await this.store.findDue(tx, this.clock.now(), BATCH);
      if (due.length === 0) return 0;
      // The consumer of the sessions' events holds the same locks; under them, what is due is read again.
      await tx.lock(due);
      await this.count(tx, await this.store.loadDue(tx, due, this.clock.now()), new Map());
      return due.length;
    });
  }

  private async count(
    tx: Transaction,
    costs: readonly RunningCost[],
    causes: ReadonlyMap<string, string | undefined>,
  ): Promise<void> {
    const now = this.clock.now();
    const uses = costs.map((pin) => {
      const { sessionId: id, startedAt: began, periods } = pin;
      return { id, pin, began, quarters: quartersUsed(periods) };
    });
    const versions = await this.prices.versionsFor(tx, uses);
    const told: SessionCostEvent[] = [];
    const saved = costs.map((cost) => {
      const version = versions.get(cost.sessionId);
      if (!version) return { ...cost, dueAt: null };
      try {
        const timed = isTimed(version.tariff);
        const tariff = compiledFor(version, cost.timeZone);
        const result = withNextTelling(
          counted(cost, tariff, timed, now),
          timed,
          this.settings.COST_INTERVAL_S * 1_000,
          now,
        );
        if (result.tell) told.push(factOf(result.cost, version.tariff, causes.get(cost.sessionId)));
        this.uncounted.counted(cost);
        return result.cost;
      } catch (error) {
        // Its CDR says what it costs, or parks with the reason; until then it is not counted.
        this.uncounted.failed(cost, error);
        return { ...cost, dueAt: null };
      }
    });
    await this.store.save(tx, saved);
    this.dueOf(tx, saved);
    await this.tell(tx, told);
  }

  private dueOf(tx: Transaction, costs: readonly RunningCost[]): void {
    for (const { dueAt } of costs) if (dueAt) this.schedule.due(tx, COUNT, dueAt);
  }

  private async tell(tx: Transaction, told: readonly SessionCostEvent[]): Promise<void> {
    if (told.length === 0) return;
    await this.outbox.add(tx, told);
    const hearing = await this.projections.hearingPrices(tx, [...new Set(told.map(({ data }) => data.stationId))]);
    await this.outbox.add(tx, commandsOf(told, hearing, this.clock.now()));
  }
}

function viewOf(cost: RunningCostView): RunningCostView {
  const { sessionId, stationId, evseId, transactionId, currency, totalBeforeTaxes, totalInclTaxes } = cost;
  const { energyWh, at, final, provisional, cdrId } = cost;
  const total = { currency, totalBeforeTaxes, totalInclTaxes, energyWh, at, final };
  const more = { ...(provisional ? { provisional } : {}), ...(cdrId ? { cdrId } : {}) };
  return { sessionId, stationId, evseId, transactionId, ...total, ...more };
}
