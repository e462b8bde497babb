import type { Session } from './session.js';
import { covers } from './sequence.js';

/** How long an end stays provisional, in seconds, because what was queued may still come. */
export interface QuietTimes {
  /** After an end without sequence numbers (OCPP 1.6). */
  plainS: number;
  /** While sequence numbers are missing. */
  gapS: number;
  /** After an end that nobody reported. */
  inferredS: number;
}

/** Whether something showed that the session is over, and nothing of it is newer than that. */
export function isInferredEnd({ endedAt, inferredEndAt, lastFactAt }: Session): boolean {
  return endedAt === null && inferredEndAt !== null && lastFactAt <= inferredEndAt;
}

/** Whether sequence numbers are in use and some between start and end have not come. */
export function hasGap({ startSeqNo, endSeqNo, seqRanges }: Session): boolean {
  return startSeqNo !== null && endSeqNo !== null && !covers(seqRanges, startSeqNo, endSeqNo);
}

/** Status and due time as the facts so far make them. */
export function settled(session: Session, quiet: QuietTimes): Session {
  if (session.status === 'finalized') return session;
  if (session.startedAt === null) return { ...session, status: 'pending', finalDueAt: null };
  if (session.endedAt === null && !isInferredEnd(session)) return { ...session, status: 'active', finalDueAt: null };
  return {
    ...session,
    status: 'ended',
    finalDueAt: new Date(session.lastReceivedAt.getTime() + waitS(session, quiet) * 1_000),
  };
}

function waitS(session: Session, quiet: QuietTimes): number {
  if (session.endedAt === null) return quiet.inferredS;
  if (session.startSeqNo === null || session.endSeqNo === null) return quiet.plainS;
  return hasGap(session) ? quiet.gapS : 0;
}
