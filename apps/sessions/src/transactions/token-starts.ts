import { type EventOf, type TransactionStarted, type TransactionUpdated, anyCase } from '@chargemesh/contracts';
import { type TokenStart, isElsewhere } from '../start-requests/start-request.entity.js';
import { earlier, parseStationTime } from './effective-time.js';
import { withFlags } from './facts.js';
import type { Session } from './session.js';

type TokenEvent = EventOf<typeof TransactionStarted> | EventOf<typeof TransactionUpdated>;

/** Said of a session on a token that was withdrawn, whose time was over, or on which another session had begun. */
const START_LATE = 'start-late';
/** Said of a session that began elsewhere than where its start was agreed; it is priced by what applies there. */
const START_ELSEWHERE = 'start-elsewhere';
export const START_FLAGS: readonly string[] = [START_LATE, START_ELSEWHERE];

/** Whether nobody agreed that the session begins: it is asked to stop, and billed for what flowed until then. */
export function isStray({ flags }: Session): boolean {
  return START_FLAGS.some((flag) => flags.includes(flag));
}

/** What was agreed before starts by tokens that were made for them, and which session began on each. */
export class TokenStarts {
  private readonly begun = new Map<string, string>();

  constructor(private readonly starts: ReadonlyMap<string, TokenStart>) {}

  /** By request: the sessions of this batch that began as it was agreed. */
  changed(): ReadonlyMap<string, string> {
    return this.begun;
  }

  /** The session, if the token of the event counts for it, with what was agreed for that. */
  agreed(session: Session, { operatorId, data }: TokenEvent): Session {
    const uid = anyCase(data.idToken?.value ?? '');
    const start = this.starts.get(`${operatorId}/${uid}`);
    if (!start || session.token === null || anyCase(session.token.uid) !== uid) return session;
    const flag = this.strayOf(start, session, data);
    if (flag === undefined) this.begun.set(start.requestId, session.sessionId);
    const agreedPrice = flag === START_ELSEWHERE ? null : start.agreedPrice;
    return { ...session, agreedPrice, flags: withFlags(session.flags, flag === undefined ? [] : [flag]) };
  }

  private strayOf(start: TokenStart, session: Session, { at, receivedAt }: TokenEvent['data']): string | undefined {
    const begun = this.begun.get(start.requestId) ?? start.sessionId;
    if (begun === session.sessionId) return undefined;
    if (isElsewhere(start, session)) return START_ELSEWHERE;
    // A clock that is ahead makes nothing late.
    const shownAt = earlier(parseStationTime(at), parseStationTime(receivedAt));
    return begun !== null || start.withdrawnAt !== null || shownAt > start.expiresAt ? START_LATE : undefined;
  }
}
