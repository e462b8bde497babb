import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Event } from '@chargemesh/contracts';
import { type Logger, Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, LOGGER, Schedule } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import type { Sample } from '../meter/sample.js';
import { knownOperatorIds } from '../projections/operators.js';
import { FreeSignsStore } from '../transactions/free-signs.store.js';
import type { Session } from '../transactions/session.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { type Whole, isWhole } from '../transactions/settle.js';
import { ContextStore, type Known } from './context.store.js';
import { type Finalized, finalize } from './finalize.decide.js';
import { ProofsStore } from './proofs.store.js';
import { SamplesStore } from './samples.store.js';

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
    private readonly samples: SamplesStore,
    private readonly context: ContextStore,
    private readonly proofs: ProofsStore,
    private readonly freeSigns: FreeSignsStore,
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

  /** What becomes of as many of the sessions as are read at once; other work has its turn between two of them. */
  private async decide(tx: Transaction, sessions: readonly Whole[]): Promise<{ changed: Session[]; facts: Event[] }> {
    const [changed, facts]: [Session[], Event[]] = [[], []];
    if (sessions.length === 0) return { changed, facts };
    const read = withinBudget(await this.samples.read(tx, sessions));
    const known = await this.context.read(
      tx,
      read.map(({ session }) => session),
    );
    for (const { session, samples } of read) {
      const signed = samples.flatMap((sample) => sample.signed ?? []);
      const result = this.finalOrLater(session, samples, await known(session, signed));
      // Who could not be made final now keeps what proved it before.
      if (result.proof !== undefined) await this.proofs.put(tx, session, result.proof);
      changed.push(result.session);
      if (result.fact) facts.push(result.fact);
      await setImmediate();
    }
    return { changed, facts };
  }

  /** A session that cannot be made final must not keep the others from it: it is tried again later. */
  private finalOrLater(session: Whole, samples: readonly Sample[], known: Known): Finalized {
    const now = this.clock.now();
    if (session.status === 'finalized' && this.isForgotten(session))
      return { session: { ...session, version: session.version + 1, finalDueAt: null } };
    try {
      const { IDLE_AFTER_S: idleAfterS, IDLE_POWER_W: idlePowerW } = this.settings;
      return finalize(session, samples, { now, idleAfterS, idlePowerW, ...known });
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
    const { METER_VALUES_DAYS: keepDays } = this.settings;
    const now = this.clock.now();
    const operators = await this.database.transaction([], knownOperatorIds);
    await this.meterValues.keepPartitions(this.database, operators, now, keepDays);
    await this.database.transaction(operators, (tx) =>
      this.freeSigns.forget(tx, new Date(now.getTime() - keepDays * DAY_MS)),
    );
  }
}

/** Signatures take long to verify: what has too many for one batch is left to the next, but for the first session. */
function withinBudget<Read extends { samples: readonly Sample[] }>(read: readonly Read[]): Read[] {
  let signed = 0;
  return read.filter(({ samples }, index) => {
    for (const sample of samples) signed += sample.signed?.length ?? 0;
    return index === 0 || signed <= SIGNED_VALUES;
  });
}
