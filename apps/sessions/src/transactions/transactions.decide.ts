import { type Event, type QuarantineEvent, type StationEvent, StopMatched, newEvent } from '@chargemesh/contracts';
import { type Beliefs, DEFAULT_BELIEFS } from '../finalization/limit.js';
import { loadAt } from '../finalization/load.js';
import { type Sample, merged, readSamples } from '../meter/sample.js';
import { type AssignContext, assigned, stated } from './assign.js';
import { type ConnectorState, ConnectorStates } from './connector-states.js';
import { moment } from './effective-time.js';
import { type TransactionFact, asLate, withEnd, withFact, withStart } from './facts.js';
import type { IdleRule } from './idle.js';
import { withoutFuture } from './no-future.js';
import { withRunningEnergy } from './registers.js';
import { type QuarantinedMessage, QuarantinedMessages } from './quarantined.js';
import { type Session, emptySession, keyOf } from './session.js';
import type { sessionIdOf } from './session-id.js';
import { type QuietTimes, settled, withStartInTime } from './settle.js';
import { type Sign, Signs, signOf } from './signs.js';
import { type Surroundings, placed, withToken } from './snapshot.js';
import { type Cause, told } from './told.js';
import { type UnknownEnd, asEndOf, isRunning, mayReach, ranAt, sessionOf } from './unknown-end.js';
import { type WaitingEnd, WaitingEnds } from './waiting-ends.js';

export interface Decision {
  /** New sessions, and those of which more changed than the figures that every fact moves. */
  readonly described: Session[];
  /** Sessions that only went on. */
  readonly advanced: Session[];
  readonly samples: Sample[];
  readonly signs: Sign[];
  readonly connectors: ConnectorState[];
  readonly quarantined: QuarantinedMessage[];
  readonly ends: { readonly waiting: WaitingEnd[]; readonly over: string[] };
  readonly facts: Event[];
}

export interface DecideContext extends Surroundings {
  /** States of the connectors of stations at which something ends that is not named. */
  readonly connectors: readonly ConnectorState[];
  /** Messages in quarantine of stations of which some come or are settled. */
  readonly quarantined: readonly QuarantinedMessage[];
  /** Ends that wait at stations at which something starts or ends. */
  readonly waitingEnds: readonly WaitingEnd[];
  /** Known signs of the stations at which something may be over. */
  readonly signs: readonly Sign[];
  readonly quiet: QuietTimes;
  /** Of the operators of the events, where they differ from the default. */
  readonly beliefs: ReadonlyMap<string, Beliefs>;
  readonly idle: IdleRule;
  readonly now: Date;
  readonly newId: typeof sessionIdOf;
}

/**
 * What a batch of station events does to sessions. `known` holds the sessions that the events name and those still
 * running where something may be over. What is final in the end does not depend on the order of the events, or on their
 * coming twice.
 */
export function decide(
  known: readonly Session[],
  events: readonly (StationEvent | QuarantineEvent)[],
  context: DecideContext,
): Decision {
  const fold = new Fold(known, context);
  for (const event of events) fold.apply(event);
  return fold.decision();
}

/** What a session looked like before the batch, and which events caused what is told of it. */
interface Track {
  readonly before: Session | undefined;
  session: Session;
  cause: Cause;
}

/** What the next reading of a running session moves; all else stays the very same value. */
const MOVED: ReadonlySet<string> = new Set<keyof Session>([
  'version',
  'seqRanges',
  'lastFactAt',
  'lastHeardAt',
  'lastReceivedAt',
  'offsets',
  'series',
  'beginWh',
  'endWh',
  'walks',
  'stateAt',
  'hasCharged',
  'risenAt',
  'idleSince',
  'energyWh',
]);

function isSameButFigures(before: Session, after: Session): boolean {
  for (const property in after) {
    const key = property as keyof Session;
    if (before[key] !== after[key] && !MOVED.has(key)) return false;
  }
  return true;
}

class Fold implements AssignContext {
  private readonly tracks = new Map<string, Track>();
  private readonly samples = new Map<string, Sample>();
  private readonly signs: Signs;
  private readonly connectors: ConnectorStates;
  private readonly quarantined: QuarantinedMessages;
  private readonly waitingEnds: WaitingEnds;
  private readonly matches: Event[] = [];

  constructor(
    known: readonly Session[],
    private readonly context: DecideContext,
  ) {
    this.signs = new Signs(context.signs, context.now);
    this.connectors = new ConnectorStates(context.connectors);
    this.quarantined = new QuarantinedMessages(context.quarantined);
    this.waitingEnds = new WaitingEnds(context.waitingEnds);
    for (const session of known) this.tracks.set(keyOf(session), { before: session, session, cause: {} });
  }

  apply(event: StationEvent | QuarantineEvent): void {
    switch (event.type) {
      case 'unknown-transaction-ended':
        return this.applyUnknownEnd(event);
      case 'message-quarantined':
        return this.keepAside(event);
      case 'quarantine-settled':
        return this.settle(event.data.quarantineId);
      case 'connector-status-changed':
        this.connectors.add(event);
        this.applyUpdate(stated(event, this.sessions(), this.freeAfter));
        break;
      case 'transaction-started':
      case 'transaction-ended':
        this.applyTransaction(withoutFuture(event));
        this.decideWaitingEnds(event.data.stationId);
        break;
      case 'transaction-updated':
        this.applyTransaction(withoutFuture(event));
        break;
      case 'meter-values-received':
        this.applyUpdate(assigned(event, this.sessions(), this));
    }
    const sign = signOf(event);
    if (sign) this.signs.add(sign);
  }

  decision(): Decision {
    const decision: Decision = {
      described: [],
      advanced: [],
      samples: [...this.samples.values()],
      signs: this.signs.changed(),
      connectors: this.connectors.changed(),
      quarantined: this.quarantined.changed(),
      ends: this.waitingEnds.changed(),
      facts: [...this.matches],
    };
    const { quiet, now } = this.context;
    for (const { before, session, cause } of this.tracks.values()) {
      const after = this.signs.reconciled(session === before ? session : this.whole(session), this.connectors);
      if (after === before) continue;
      const change = told(before, settled(after, quiet, now), cause);
      (before && isSameButFigures(before, change.session) ? decision.advanced : decision.described).push(
        change.session,
      );
      decision.facts.push(...change.facts);
    }
    return decision;
  }

  /** The session with its place and its energy, as far as they are known by now. */
  private whole(session: Session): Session {
    // Before it is asked whether a boot or a free connector came after the start.
    const known = withStartInTime(this.withPlace(session));
    return known.finalizedAt === null ? withRunningEnergy(known, this.beliefsOf(known)) : known;
  }

  private withPlace(session: Session): Session {
    const at = placed(session, this.context);
    return at.placed === session.placed ? at : { ...at, freeAt: this.signs.lastFree(at) };
  }

  private beliefsOf({ operatorId }: { operatorId: string }): Beliefs {
    return this.context.beliefs.get(operatorId) ?? DEFAULT_BELIEFS;
  }

  private sessions(): Session[] {
    return [...this.tracks.values()].map(({ session }) => session);
  }

  readonly freeAfter = (session: Session): Date | undefined => this.signs.freeAfter(session);

  /** Begun before its car was there, a session may run although its connector says otherwise. */
  readonly mayBeOver = (session: Session): boolean =>
    this.signs.bootedAfter(session) || (this.whole(session).energyWh > 0 && this.connectors.freeSince(session));

  readonly mayReach: AssignContext['mayReach'] = (session, registerWh, reading) =>
    mayReach(this.withPlace(session), registerWh, reading, this.beliefsOf(session));

  private applyUpdate(update: TransactionFact | undefined): void {
    if (update) this.applyTransaction(update);
  }

  private applyTransaction(event: TransactionFact): void {
    const track = this.trackOf(event);
    const read = readSamples(track.session, event.data);
    for (const sample of read.samples) this.keep(sample);
    const before = this.withPlace(track.session);
    track.session = withFact(before, event, read, {
      idle: this.context.idle,
      beliefs: this.beliefsOf(event),
    });
    track.cause.updated = event.traceparent;
    for (const sample of read.samples) track.cause.load = { ...track.cause.load, ...loadAt(sample) };
    if (event.type === 'transaction-started') {
      track.session = withStart(track.session, event);
      track.cause.started = event.traceparent;
    }
    if (event.type === 'transaction-ended') {
      track.session = withEnd(track.session, event);
      track.cause.ended = event.traceparent;
    } else {
      track.session = withToken(track.session, event, this.context);
    }
    if (before.finalizedAt !== null) track.session = asLate(before, track.session, this.context.now);
  }

  private applyUnknownEnd(said: UnknownEnd): void {
    const event = withoutFuture(said);
    const { operatorId, data } = event;
    const { stationId, quarantineId } = data;
    const occupied = this.connectors.occupied(stationId).map(({ evseId, connectorId }) => ({ evseId, connectorId }));
    const end = { quarantineId, operatorId, stationId, receivedAt: moment(data.receivedAt), event, occupied };
    if (this.decideEnd(end)) this.decideWaitingEnds(stationId);
  }

  /** What starts or ends at a station may tell whose an end is that came before, and one that is known tells of others. */
  private decideWaitingEnds(stationId: string): void {
    const decided = this.waitingEnds.of(stationId).some((end) => this.decideEnd(end));
    if (decided) this.decideWaitingEnds(stationId);
  }

  /** Whether it is known now whose an end is. */
  private decideEnd(end: WaitingEnd): boolean {
    const { event, stationId, quarantineId, occupied } = end;
    const { operatorId, data } = event;
    const ofStation = this.sessions().filter((session) => session.stationId === stationId);
    const sessions = ofStation.map((session) => this.withPlace(session));
    const session = sessionOf(event, {
      sessions,
      occupied,
      groupId: this.context.tokens.get(`${operatorId}/${data.idToken?.value}`)?.groupId,
      mayReach: (of, registerWh) => this.mayReach(of, registerWh, data),
      freeAfter: this.freeAfter,
    });
    if (!session) {
      this.waitingEnds.add(end);
      for (const { transactionId } of sessions.filter((of) => of.endClaimedAt === null && ranAt(of, event)))
        this.keepAside({ operatorId, data: { stationId, quarantineId, transactionId, receivedAt: data.receivedAt } });
      return false;
    }
    if (isRunning(session)) this.applyTransaction(asEndOf(session, event));
    this.settle(quarantineId);
    this.matches.push(this.matchOf(event, session));
    return true;
  }

  private matchOf({ operatorId, traceparent, data }: UnknownEnd, { sessionId, transactionId }: Session): Event {
    const { stationId, quarantineId } = data;
    const at = this.context.now.toISOString();
    const match = { stationId, quarantineId, transactionId, sessionId, at };
    return newEvent(StopMatched, { operatorId, time: at, traceparent, data: match });
  }

  private settle(quarantineId: string): void {
    this.waitingEnds.remove(quarantineId);
    for (const message of this.quarantined.settle(quarantineId)) this.reflag(message);
  }

  /** A message that may be of a session waits for a person; the session is shown even if nothing else is known of it. */
  private keepAside({
    operatorId,
    data: { stationId, quarantineId, transactionId, receivedAt },
  }: {
    operatorId: string;
    data: { stationId: string; quarantineId: string; transactionId?: string | undefined; receivedAt: string };
  }): void {
    if (transactionId === undefined) return;
    const message = { quarantineId, operatorId, stationId, transactionId };
    this.quarantined.add(message);
    this.trackOf({ operatorId, data: { stationId, transactionId, at: receivedAt, receivedAt } });
    this.reflag(message);
  }

  private reflag(of: { stationId: string; transactionId: string }): void {
    const track = this.tracks.get(keyOf(of));
    if (track) track.session = this.quarantined.flagged(track.session);
  }

  private trackOf({
    operatorId,
    data,
  }: {
    operatorId: string;
    data: { stationId: string; transactionId: string; at: string; receivedAt: string };
  }): Track {
    const key = keyOf(data);
    const found = this.tracks.get(key);
    if (found) return found;
    const { stationId, transactionId } = data;
    const of = { operatorId, stationId, transactionId };
    const session = emptySession({ ...of, sessionId: this.context.newId(of, data.receivedAt) }, moment(data.at));
    const track: Track = { before: undefined, session, cause: {} };
    this.tracks.set(key, track);
    return track;
  }

  private keep(sample: Sample): void {
    const key = `${sample.sessionId} ${sample.at.getTime()}`;
    const known = this.samples.get(key);
    this.samples.set(key, known ? merged(known, sample) : sample);
  }
}
