import { type Event, type EventOf, StopMatched, type TransactionEnded, newEvent } from '@chargemesh/contracts';
import { parseStationTime } from './effective-time.js';
import { STOP_REPLAYED, asLate, withFlags } from './facts.js';
import { withoutFuture } from './no-future.js';
import { type QuarantinedMessage, QuarantinedMessages } from './quarantined.js';
import type { Session } from './session.js';
import type { ReferenceData } from './snapshot.js';
import type { Tracks } from './tracks.js';
import { type Place, type UnknownEnd, asEndOf, ranAt, sessionOf } from './unknown-end.js';
import { Waiting } from './waiting.js';
import type { WaitingEnd } from './waiting-ends.js';

interface UnknownEndsContext {
  readonly tokens: ReferenceData['tokens'];
  readonly quarantined: readonly QuarantinedMessage[];
  readonly waitingEnds: readonly WaitingEnd[];
  readonly now: Date;
}

/** What is known of the sessions of the batch so far. */
interface BatchSoFar {
  readonly occupied: (stationId: string) => readonly Place[];
  readonly withPlace: (session: Session) => Session;
  readonly mayRun: (session: Session) => boolean;
  readonly mayReach: (session: Session, registerWh: number, end: UnknownEnd['data']) => boolean;
  readonly freeAfter: (session: Session) => Date | undefined;
  readonly end: (fact: EventOf<typeof TransactionEnded>) => void;
}

/** A message that waits for a person. */
interface Kept {
  readonly operatorId: string;
  readonly data: { stationId: string; quarantineId: string; transactionId?: string | undefined; receivedAt: string };
}

/** Ends that name no transaction, and other messages in quarantine, with the sessions of a batch that they may be of. */
export class UnknownEnds {
  private readonly quarantined: QuarantinedMessages;
  private readonly waiting: Waiting<WaitingEnd>;
  private readonly matches: Event[] = [];

  constructor(
    private readonly tracks: Tracks,
    private readonly context: UnknownEndsContext,
    private readonly batch: BatchSoFar,
  ) {
    this.quarantined = new QuarantinedMessages(context.quarantined);
    this.waiting = new Waiting(context.waitingEnds, ({ quarantineId }) => quarantineId);
  }

  apply(said: UnknownEnd): void {
    const event = withoutFuture(said);
    const { operatorId, data } = event;
    const { stationId, quarantineId } = data;
    if (this.quarantined.isSettledByPerson(quarantineId)) return;
    const occupied = this.batch.occupied(stationId).map(({ evseId, connectorId }) => ({ evseId, connectorId }));
    const end = { quarantineId, operatorId, stationId, receivedAt: parseStationTime(data.receivedAt), event, occupied };
    if (this.decide(end)) this.decideWaiting(stationId);
  }

  /** What starts or ends at a station may tell whose an end is that came before, and one that is known tells of others. */
  decideWaiting(stationId: string): void {
    const decided = this.waiting.of(stationId).some((end) => this.decide(end));
    if (decided) this.decideWaiting(stationId);
  }

  /**
   * A message that may be of a session waits for a person; the session is shown even if nothing else is known of it. One
   * that names no transaction may be of any that has not ended.
   */
  keepAside({ operatorId, data: { stationId, quarantineId, transactionId, receivedAt } }: Kept): void {
    if (transactionId === undefined) {
      const running = this.tracks.sessionsOf(stationId).filter((of) => this.batch.mayRun(of));
      for (const { transactionId } of running)
        this.keepAside({ operatorId, data: { stationId, quarantineId, transactionId, receivedAt } });
      return;
    }
    const message = { quarantineId, operatorId, stationId, transactionId };
    this.quarantined.add(message);
    this.tracks.of({ operatorId, data: { stationId, transactionId, at: receivedAt, receivedAt } });
    this.reflag(message);
  }

  /** @param replayedFor the transaction that somebody has taken the message for, where that is what was done with it */
  resolve(quarantineId: string, replayedFor?: string): void {
    this.waiting.remove(quarantineId);
    for (const message of this.quarantined.resolve(quarantineId)) {
      this.reflag(message);
      if (message.matched && replayedFor !== undefined && replayedFor !== message.transactionId) this.dispute(message);
    }
  }

  /** One message ends one session: where it was matched while somebody took it for another one, a person decides. */
  private dispute(of: QuarantinedMessage): void {
    const track = this.tracks.find(of);
    if (!track) return;
    const { session } = track;
    const disputed = { ...session, flags: withFlags(session.flags, [STOP_REPLAYED]) };
    track.session = session.finalizedAt === null ? disputed : asLate(session, disputed, this.context.now);
  }

  changed(): { quarantined: QuarantinedMessage[]; ends: { waiting: WaitingEnd[]; over: string[] }; matches: Event[] } {
    return { quarantined: this.quarantined.changed(), ends: this.waiting.changed(), matches: [...this.matches] };
  }

  /** Whether it is known now whose an end is. */
  private decide(end: WaitingEnd): boolean {
    const { event, stationId, quarantineId, occupied } = end;
    const { operatorId, data } = event;
    const sessions = this.tracks.sessionsOf(stationId).map((session) => this.batch.withPlace(session));
    const { mayRun, freeAfter } = this.batch;
    const session = sessionOf(event, {
      ...{ sessions, occupied, mayRun, freeAfter },
      token: this.context.tokens.get(`${operatorId}/${data.idToken?.value}`),
      mayReach: (of, registerWh) => this.batch.mayReach(of, registerWh, data),
    });
    if (!session) {
      this.waiting.add(end);
      for (const { transactionId } of sessions.filter(
        (of) => of.endClaimedAt === null && ranAt(of, event, { mayRun, freeAfter }),
      ))
        this.keepAside({ operatorId, data: { stationId, quarantineId, transactionId, receivedAt: data.receivedAt } });
      return false;
    }
    if (mayRun(session)) this.batch.end(asEndOf(session, event));
    this.resolve(quarantineId);
    this.quarantined.match({ quarantineId, operatorId, stationId, transactionId: session.transactionId });
    this.matches.push(this.matchOf(event, session));
    return true;
  }

  private matchOf({ operatorId, traceparent, data }: UnknownEnd, { sessionId, transactionId }: Session): Event {
    const { stationId, quarantineId } = data;
    const at = this.context.now.toISOString();
    const match = { stationId, quarantineId, transactionId, sessionId, at };
    return newEvent(StopMatched, { operatorId, time: at, traceparent, data: match });
  }

  private reflag(of: { stationId: string; transactionId: string }): void {
    const track = this.tracks.find(of);
    if (track) track.session = this.quarantined.flagged(track.session);
  }
}
