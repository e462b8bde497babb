import { Inject, Injectable } from '@nestjs/common';
import type { SessionDecision } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, Schedule, problem } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { FINALIZE } from '../transactions/final-due.js';
import type { Session } from '../transactions/session.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { ReferenceDataStore } from '../transactions/reference-data.store.js';
import { type Wish, decided, withDecision } from './decisions.js';
import { isForgotten } from './forgotten.js';
import { PLACE_UNKNOWN } from './hold-reasons.js';
import { atEvse } from './place.js';

/**
 * Takes what a person decides of sessions that cannot be billed by themselves, and puts it on record. This is where a held
 * session is released.
 */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsStore,
    private readonly reference: ReferenceDataStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  async decide(
    caller: Caller,
    sessionId: string,
    { note, evseId, ...wish }: Wish & { note?: string | undefined; evseId?: number | undefined },
  ): Promise<void> {
    await this.database.transaction([caller.operatorId], async (tx) => {
      const known = await this.sessions.find(tx, sessionId);
      if (!known) throw problem('not-found', { sessionId });
      // The consumer of the station's events and finalization hold the same lock.
      await tx.lock([known.stationId]);
      const [session] = await this.sessions.loadWhole(tx, [sessionId]);
      if (!session) throw problem('not-found', { sessionId });
      const outcome = decided(session, wish);
      if ('refused' in outcome) throw problem('conflict', { detail: outcome.refused });
      const now = this.clock.now();
      if (session.status === 'finalized' && isForgotten(session, this.settings, now))
        throw problem('conflict', { detail: 'it is so old that its meter values may be gone' });
      const placed = await this.placed(tx, session, evseId);
      const decision: SessionDecision = {
        ...outcome,
        by: caller.subject,
        at: now.toISOString(),
        ...(note === undefined ? {} : { note }),
      };
      await this.sessions.save(tx, [withDecision(placed, decision, now)]);
      this.schedule.due(tx, FINALIZE, now);
      await this.audit.add(tx, caller, 'decide', 'session', sessionId, { ...decision, evseId });
    });
  }

  /** The session at the EVSE that somebody names, where nobody else did: its price depends on that. */
  private async placed(tx: Transaction, session: Session, evseId: number | undefined): Promise<Session> {
    const isUnknown = session.hold?.reasons.includes(PLACE_UNKNOWN) === true;
    if (isUnknown !== (evseId !== undefined))
      throw problem('conflict', { detail: isUnknown ? 'say at which EVSE it was: evseId' : 'its EVSE is known' });
    if (evseId === undefined) return session;
    const [station] = await this.reference.stations(tx, [session.stationId]);
    if (!station?.evses.some((evse) => evse.evseId === evseId))
      throw problem('evse-unknown', { stationId: session.stationId, evseId });
    return atEvse(session, station, evseId);
  }
}
