import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, LOGGER, Schedule, knownOperatorIds } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { FINALIZE } from '../transactions/final-due.js';
import type { Whole } from '../transactions/lifecycle.js';
import { correctableSince } from '../transactions/lifecycle.js';
import { type Case, CasesStore } from './cases.store.js';
import { type Finalized, finalize } from './finalize.decide.js';

/** How often is looked for sessions whose time has come, besides when those come due that a station's message was about. */
const EVERY_MS = 15_000;
/** How soon is looked again at stations that were in use. */
const AGAIN_AFTER_MS = 250;
const BATCH = 100;
const POSTPONED_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Makes sessions final, or corrects them, whose time has come: complete, or quiet for long enough. */
@Injectable()
export class FinalizationService implements OnApplicationBootstrap {
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
    const lockDue = async (tx: Transaction, now: Date) => {
      const locked = await this.cases.lockDue(tx, now, BATCH, busy);
      if (busy.size > 0) this.schedule.due(tx, FINALIZE, new Date(now.getTime() + AGAIN_AFTER_MS));
      return locked;
    };
    while (await this.finalizeBatch(lockDue, BATCH));
    if (busy.size === 0) return;
    while (await this.finalizeBatch((tx, now) => this.cases.lockLongDue(tx, now), 1));
  }

  /** Whether more may be due. Other work has its turn between two sessions. */
  private finalizeBatch(lock: (tx: Transaction, now: Date) => ReturnType<CasesStore['lockDue']>, most: number) {
    return this.database.transaction([], async (tx) => {
      await tx.see(await knownOperatorIds(tx));
      const { found, sessions } = await lock(tx, this.clock.now());
      const results: Finalized[] = [];
      for await (const one of this.cases.read(tx, sessions)) {
        const result = this.finalOrLater(one);
        await this.cases.prove(tx, result);
        results.push(result);
        await setImmediate();
      }
      const now = this.clock.now();
      const since = correctableSince({ lateDays: this.settings.SESSION_LATE_DAYS }, now);
      await this.cases.save(tx, results, { since, now });
      return found === most || results.length < sessions.length;
    });
  }

  /** A session that cannot be made final must not keep the others from it: it is tried again later. */
  private finalOrLater({ session, samples, known }: Case): Finalized {
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
}
