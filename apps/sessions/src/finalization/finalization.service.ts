import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { platformMetrics } from '@chargemesh/contracts';
import { type Logger, counterOf } from '@chargemesh/messaging';
import { Database, type Transaction, isStatementTimeout, isTransient } from '@chargemesh/persistence';
import { Clock, LOGGER, Schedule, knownOperatorIds } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { FINALIZE } from '../transactions/final-due.js';
import type { Whole } from '../transactions/lifecycle.js';
import { correctableSince } from '../transactions/lifecycle.js';
import { type Case, CasesStore } from './cases.store.js';
import { type Finalized, finalize } from './finalize.decide.js';
import { isForgotten } from './forgotten.js';
import { halved } from './halving.js';
import { againAt, undecided } from './undecided.js';

/** How often is looked for sessions whose time has come, besides when those come due that a station's message was about. */
const EVERY_MS = 15_000;
/** How soon is looked again at stations that were in use. */
const AGAIN_AFTER_MS = 250;
const BATCH = 100;
/** Where so many in a row take too long, that is no fault of theirs, and the others wait. */
const SLOW_MAX = 3;
/** Where none of several can be decided on, they are tried again so soon. */
const OF_ALL_AGAIN_MS = 300_000;

/** Locks sessions that are due with their stations. */
type Lock = (tx: Transaction, now: Date) => ReturnType<CasesStore['lockDue']>;

/** Makes sessions final, or corrects them, whose time has come: complete, or quiet for long enough. */
@Injectable()
export class FinalizationService implements OnApplicationBootstrap {
  private readonly undecided = counterOf(platformMetrics.charging.sessionsUndecided);

  constructor(
    private readonly database: Database,
    private readonly cases: CasesStore,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.every(FINALIZE, EVERY_MS, () => this.finalizeDue(), { exclusive: true });
  }

  /** Makes all due sessions final, in batches of bounded size; those of stations that are in use later. */
  async finalizeDue(): Promise<void> {
    const busy = new Set<string>();
    const lockUpTo = (most: number) => async (tx: Transaction, now: Date) => {
      const locked = await this.cases.lockDue(tx, now, most, busy);
      if (busy.size > 0) this.schedule.due(tx, FINALIZE, new Date(now.getTime() + AGAIN_AFTER_MS));
      return locked;
    };
    while (await this.finalizeSome(lockUpTo));
    if (busy.size === 0) return;
    const lockLongDue: Lock = (tx, now) => this.cases.lockLongDue(tx, now);
    let one;
    do one = await this.finalizeBatch(lockLongDue, 1);
    while (one.mayBeMore && !one.isSlow);
  }

  /** A batch or, where that takes too long, one after the other, so that meanwhile nobody waits for the stations of all. */
  private async finalizeSome(lockUpTo: (most: number) => Lock): Promise<boolean> {
    try {
      return (await this.finalizeBatch(lockUpTo(BATCH), BATCH)).mayBeMore;
    } catch (error) {
      if (!isStatementTimeout(error)) throw error;
    }
    let slow = 0;
    for (let count = 0; count < BATCH && slow < SLOW_MAX; count++) {
      const one = await this.finalizeBatch(lockUpTo(1), 1);
      if (!one.mayBeMore) return false;
      slow = one.isSlow ? slow + 1 : 0;
    }
    return slow < SLOW_MAX;
  }

  private finalizeBatch(lock: Lock, most: number): Promise<{ mayBeMore: boolean; isSlow: boolean }> {
    return this.database.transaction([], async (tx) => {
      await tx.see(await knownOperatorIds(tx));
      const { found, sessions } = await lock(tx, this.clock.now());
      let isSlow = false;
      const done = await halved(tx, sessions, {
        each: (some) => this.finalizeAll(tx, some),
        failed: (session, error, { isOfAll }) => {
          isSlow ||= isStatementTimeout(error);
          return this.setAside(tx, session, { error, isOfAll });
        },
      });
      return { mayBeMore: found === most || done < sessions.length, isSlow };
    });
  }

  /** As many of the sessions as are read at once. Other work has its turn between two of them. */
  private async finalizeAll(tx: Transaction, sessions: readonly Whole[]): Promise<number> {
    const results: Finalized[] = [];
    for await (const one of this.cases.read(tx, sessions)) {
      const result = this.finalOf(one);
      await this.cases.prove(tx, result);
      results.push(result);
      await setImmediate();
    }
    const now = this.clock.now();
    const since = correctableSince({ lateDays: this.settings.SESSION_LATE_DAYS }, now);
    await this.cases.save(tx, results, { since, now });
    return results.length;
  }

  private finalOf({ session, samples, known }: Case): Finalized {
    if (session.status === 'finalized' && isForgotten(session, this.settings, this.clock.now()))
      return { session: { ...session, version: session.version + 1, finalDueAt: null } };
    const { IDLE_AFTER_S: idleAfterS, IDLE_POWER_W: idlePowerW } = this.settings;
    return finalize(session, samples, { now: this.clock.now(), idleAfterS, idlePowerW, ...known });
  }

  /** A session that cannot be decided on must not keep the others from it: a person sees it. What only took too long waits, and so does what is final and billed. */
  private async setAside(
    tx: Transaction,
    session: Whole,
    { error, isOfAll }: { error: unknown; isOfAll: boolean },
  ): Promise<void> {
    this.undecided.add(1);
    const now = this.clock.now();
    this.logger.error({ err: error, sessionId: session.sessionId }, 'a session could not be made final');
    // Where it is the fault of none, they wait for a moment, and those that are due after them have their turn.
    if (isOfAll) return this.cases.postpone(tx, session, new Date(now.getTime() + OF_ALL_AGAIN_MS));
    const postpone = () => this.cases.postpone(tx, session, againAt(now));
    if (isStatementTimeout(error) || session.finalizedAt !== null) return postpone();
    try {
      await tx.attempt(() => this.cases.setAside(tx, undecided(session, now)));
    } catch (cause) {
      if (isTransient(cause)) throw cause;
      await postpone();
    }
  }
}
