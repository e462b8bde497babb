import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Event } from '@chargemesh/contracts';
import { type Logger, Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, LOGGER, Schedule } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import type { Sample } from '../meter/sample.js';
import { knownOperatorIds } from '../projections/operators.js';
import type { Session } from '../transactions/session.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { type Whole, isWhole } from '../transactions/settle.js';
import { finalize } from './finalize.decide.js';
import { MeterKeysStore } from './meter-keys.store.js';
import type { MeterKey } from './verified.js';

const EVERY_MS = 250;
const BATCH = 100;
/** Signed values of one batch: about half a second of verifying. */
const SIGNED_VALUES = 500;
const POSTPONED_MS = 3_600_000;
const DAY_MS = 86_400_000;
const KEEP_PARTITIONS_EVERY_MS = 3_600_000;

/** Makes sessions final, or corrects them, whose time has come: complete, or quiet for long enough. */
@Injectable()
export class FinalizationService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsStore,
    private readonly meterValues: MeterValuesStore,
    private readonly meterKeys: MeterKeysStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every('finalize sessions', EVERY_MS, () => this.finalizeDue(), { exclusive: true });
    this.schedule.every('partitions of meter values', KEEP_PARTITIONS_EVERY_MS, () => this.keepPartitions(), {
      exclusive: true,
    });
  }

  /** Makes all due sessions final, in batches of bounded size. */
  async finalizeDue(): Promise<void> {
    while (await this.finalizeBatch());
  }

  /** Whether more may be due. */
  private finalizeBatch(): Promise<boolean> {
    return this.database.transaction([], async (tx) => {
      await tx.see(await knownOperatorIds(tx));
      const due = await this.sessions.findDue(tx, this.clock.now(), BATCH);
      if (due.length === 0) return false;
      // The consumer of the stations' events holds the same locks; under them, what is due is read again.
      await tx.lock(due.map(({ stationId }) => stationId));
      const ids = due.map(({ sessionId }) => sessionId);
      const sessions = (await this.sessions.loadDue(tx, ids, this.clock.now())).filter(isWhole);
      const { changed, facts } = await this.decide(tx, sessions);
      await this.sessions.save(tx, changed);
      await this.outbox.add(tx, facts);
      return due.length === BATCH || changed.length < sessions.length;
    });
  }

  private async decide(tx: Transaction, sessions: readonly Whole[]): Promise<{ changed: Session[]; facts: Event[] }> {
    if (sessions.length === 0) return { changed: [], facts: [] };
    const samples = groupBy(await this.meterValues.ofSessions(tx, sessions), ({ sessionId }) => sessionId);
    const stationIds = sessions.map(({ stationId }) => stationId);
    const keys = groupBy(await this.meterKeys.ofStations(tx, stationIds), ({ stationId }) => stationId);
    const results = withinBudget(sessions, samples).map((session) =>
      this.finalOrLater(session, samples.get(session.sessionId) ?? [], keys.get(session.stationId) ?? []),
    );
    return {
      changed: results.map(({ session }) => session),
      facts: results.flatMap(({ fact }) => fact ?? []),
    };
  }

  /** A session that cannot be made final must not keep the others from it: it is tried again later. */
  private finalOrLater(
    session: Whole,
    samples: readonly Sample[],
    keys: readonly MeterKey[],
  ): { session: Session; fact?: Event } {
    const now = this.clock.now();
    if (session.finalizedAt !== null && this.isForgotten(session))
      return { session: { ...session, version: session.version + 1, finalDueAt: null } };
    try {
      return finalize(session, samples, { now, idleAfterS: this.settings.IDLE_AFTER_S, keys });
    } catch (error) {
      const { sessionId, version } = session;
      this.logger.error({ err: error, sessionId }, 'a session could not be made final');
      return {
        session: { ...session, version: version + 1, finalDueAt: new Date(now.getTime() + POSTPONED_MS) },
      };
    }
  }

  /** Whether its meter values may be dropped by now: without them a correction would take back what was measured. */
  private isForgotten({ startedAt }: Whole): boolean {
    return startedAt.getTime() < this.clock.now().getTime() - this.settings.METER_VALUES_DAYS * DAY_MS;
  }

  private async keepPartitions(): Promise<void> {
    const operators = await this.database.transaction([], knownOperatorIds);
    await this.meterValues.keepPartitions(this.database, operators, this.clock.now(), this.settings.METER_VALUES_DAYS);
  }
}

/** Signatures take long to verify: what has too many for one batch is left to the next, but for the first session. */
function withinBudget(sessions: readonly Whole[], samples: ReadonlyMap<string, readonly Sample[]>): Whole[] {
  let signed = 0;
  return sessions.filter(({ sessionId }, index) => {
    for (const sample of samples.get(sessionId) ?? []) signed += sample.signed?.length ?? 0;
    return index === 0 || signed <= SIGNED_VALUES;
  });
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const of = found.get(keyOf(item));
    if (of) of.push(item);
    else found.set(keyOf(item), [item]);
  }
  return found;
}
