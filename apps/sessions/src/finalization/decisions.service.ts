import { Injectable } from '@nestjs/common';
import type { SessionDecision } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, problem } from '@chargemesh/service';
import { SessionsStore } from '../transactions/sessions.store.js';
import { type Wish, decidedWh, withDecision } from './decisions.js';

/** Takes what a person decides of sessions that cannot be billed by themselves, and puts it on record. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async decide(
    caller: Caller,
    sessionId: string,
    { note, ...wish }: Wish & { note?: string | undefined },
  ): Promise<void> {
    await this.database.transaction([caller.operatorId], async (tx) => {
      const known = await this.sessions.find(tx, sessionId);
      if (!known) throw problem('not-found', { sessionId });
      // The consumer of the station's events and finalization hold the same lock.
      await tx.lock([known.stationId]);
      const [session] = await this.sessions.loadWhole(tx, [sessionId]);
      if (!session?.hold || session.status !== 'held') throw problem('conflict', { detail: 'the session is not held' });
      const energyWh = decidedWh(session.hold, wish);
      if (typeof energyWh !== 'number') throw problem('conflict', { detail: energyWh.refused });
      const now = this.clock.now();
      const decision: SessionDecision = {
        bill: wish.bill,
        energyWh,
        by: caller.subject,
        at: now.toISOString(),
        ...(note === undefined ? {} : { note }),
      };
      await this.sessions.save(tx, [withDecision(session, session.hold, decision, now)]);
      await this.audit.add(tx, caller, 'decide', 'session', sessionId, decision);
    });
  }
}
