import { type CdrEvent, type EventOf, type SessionFinalized, platformMetrics } from '@chargemesh/contracts';
import { counterOf, histogramOf } from '@chargemesh/messaging';
import { SloEvents } from '@chargemesh/service';

/** What the SLO `cdr-delay` allows, in seconds: a gap in what a station said is waited for, and then some. */
const ISSUED_WITHIN_S = 1_800;

const { charging } = platformMetrics;

/** Measures the CDRs that are issued, and how long each took. */
export class IssuedCdrs {
  private readonly issued = counterOf(charging.cdrsIssued);
  private readonly delays = histogramOf(charging.cdrDelay);
  private readonly slo = new SloEvents('cdr-delay');

  measure(finalized: readonly EventOf<typeof SessionFinalized>[], cdrs: readonly CdrEvent[]): void {
    const sessions = new Map(finalized.map((event) => [event.data.sessionId, event.data]));
    for (const { operatorId, data } of cdrs) {
      const { kind = 'cdr', sessionId, issuedAt } = data;
      this.issued.add(1, { 'chargemesh.cdr.kind': kind });
      const session = sessions.get(sessionId);
      if (kind !== 'cdr' || !session) continue;
      // A station that was offline tells the start of a session long after its end.
      const known = Math.max(Date.parse(session.endedAt), Date.parse(session.receivedAt));
      const delayS = Math.max(0, Date.parse(issuedAt) - known) / 1_000;
      this.delays.record(delayS);
      // Whom a person or a missing end has kept waiting says nothing of the platform.
      if (session.decision || session.flags.includes('end-inferred')) continue;
      this.slo.count(operatorId, delayS <= ISSUED_WITHIN_S);
    }
  }
}
