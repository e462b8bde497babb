import { Inject, Injectable } from '@nestjs/common';
import type { QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import { DependencyMissing } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Clock, Schedule } from '@chargemesh/service';
import { RemoteStore } from '../commands/remote.store.js';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { DecisionStore } from './decision.store.js';
import { FINALIZE } from './final-due.js';
import { keepable } from './keepable.js';
import { KnownStore, isOfQuarantine } from './known.store.js';
import { LateFacts } from './late-facts.js';
import { startsNamed, withRemoteTokens } from './remote-tokens.js';
import type { Session } from './session.js';
import { sessionIdOf } from './session-id.js';
import { correctableSince } from './lifecycle.js';
import { endSignalOf } from './end-evidence.js';
import { decide } from './transactions.decide.js';

/** Turns what stations say into sessions. */
@Injectable()
export class TransactionsService {
  private readonly lateFacts = new LateFacts();

  constructor(
    private readonly known: KnownStore,
    private readonly decisions: DecisionStore,
    private readonly remote: RemoteStore,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  /** Gives the sessions that were not agreed to and that may run. */
  async apply(given: readonly (StationEvent | QuarantineEvent)[], tx: Transaction): Promise<Session[]> {
    const kept = given.map((event) => (isOfQuarantine(event) ? event : keepable(event)));
    const events = withRemoteTokens(kept, await this.remote.claim(tx, startsNamed(kept)));
    const rules = this.rules();
    const known = await this.known.load(tx, events, correctableSince(rules.quiet, rules.now));
    const decideWith = async (context: ReturnType<typeof known.asked>) =>
      decide(known.sessions, events, { ...(await context), ...rules });
    const decision = await decideWith(known.asked()).catch((error: unknown) => {
      if (!(error instanceof DependencyMissing)) throw error;
      return decideWith(known.all());
    });
    const signals = events.flatMap((event) => (isOfQuarantine(event) ? [] : (endSignalOf(event) ?? [])));
    await this.decisions.save(tx, decision, signals);
    tx.onCommit(() => this.lateFacts.measure(decision.late));
    for (const { finalDueAt } of decision.described) if (finalDueAt) this.schedule.due(tx, FINALIZE, finalDueAt);
    return decision.strays;
  }

  private rules() {
    const { settings, clock } = this;
    return {
      now: clock.now(),
      newId: sessionIdOf,
      idle: { afterS: settings.IDLE_AFTER_S, powerW: settings.IDLE_POWER_W },
      quiet: {
        plainS: settings.SESSION_QUIET_S,
        gapS: settings.SESSION_GAP_QUIET_S,
        inferredS: settings.SESSION_INFERRED_QUIET_S,
        lateS: settings.SESSION_LATE_QUIET_S,
        lateDays: settings.SESSION_LATE_DAYS,
      },
    };
  }
}
