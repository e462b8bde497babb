import type {
  ConnectorStatusChanged,
  Event,
  EventOf,
  MeterSample,
  MeterValuesReceived,
  QuarantineEvent,
  StationEvent,
} from '@chargemesh/contracts';
import { type Beliefs, DEFAULT_BELIEFS } from '../finalization/limit.js';
import { loadAt } from '../finalization/load.js';
import { type Sample, merged, readSamples } from '../meter/sample.js';
import { unreadRoles } from '../meter/unread.js';
import {
  type AssignContext,
  READINGS_OVERTAKEN,
  STATION_METERED,
  assigned,
  meteredByStation,
  overtakenBy,
  stated,
  unserved,
} from './assign.js';
import { type ConnectorState, ConnectorStates, type ConnectorWord, isFreeWord } from './connector-states.js';
import { asLate, withEnd, withEndToken, withFact, withFlags, withStart } from './facts.js';
import { CLOCKS_APART_MS, parseStationTime } from './effective-time.js';
import type { StartedFact, TransactionFact } from './transaction-fact.js';
import { freeReadingOf, readAround } from './free-readings.js';
import type { IdleRule } from './idle.js';
import type { LateFact } from './late-facts.js';
import { withoutFuture } from './no-future.js';
import { withRunningEnergy } from './registers.js';
import type { QuarantinedMessage } from './quarantined.js';
import type { Session } from './session.js';
import type { sessionIdOf } from './session-id.js';
import { isToldAtOnce } from './station-clock.js';
import { type QuietTimes, isCorrectable, withLifecycle, withStartInTime } from './lifecycle.js';
import { type EndSignal, EndEvidence, endSignalOf } from './end-evidence.js';
import { type ReferenceData, placed, withToken } from './snapshot.js';
import { withSessionEvents } from './session-events.js';
import { TokenStarts, isStray } from './token-starts.js';
import { Tracks, isSameButFigures } from './tracks.js';
import { mayReach } from './unknown-end.js';
import { UnknownEnds } from './unknown-ends.js';
import { type Waited, Waiting } from './waiting.js';
import type { WaitingEnd } from './waiting-ends.js';
import { type WaitingReadings, takesWaiting, waitingReadings } from './waiting-readings.js';

export interface Decision {
  /** New sessions, and those of which more changed than the figures that every fact moves. */
  readonly described: Session[];
  /** Sessions that only went on. */
  readonly advanced: Session[];
  readonly samples: Sample[];
  readonly endSignals: EndSignal[];
  readonly connectors: ConnectorState[];
  readonly quarantined: QuarantinedMessage[];
  readonly ends: { readonly waiting: WaitingEnd[]; readonly over: string[] };
  readonly readings: Waited<WaitingReadings>;
  /** Sessions without a start that were shown for readings whose session is known by now. */
  readonly found: readonly string[];
  /** Which sessions began as it was agreed before, by request, and those that nobody agreed to and that may run. */
  readonly begun: ReadonlyMap<string, string>;
  readonly strays: Session[];
  readonly late: readonly LateFact[];
  readonly facts: Event[];
}

export interface DecideContext extends ReferenceData {
  /** States of the connectors of stations at which something ends that is not named. */
  readonly connectors: readonly ConnectorState[];
  /** Messages in quarantine of stations of which some come or are settled. */
  readonly quarantined: readonly QuarantinedMessage[];
  /** Ends that wait at stations at which something starts or ends. */
  readonly waitingEnds: readonly WaitingEnd[];
  /** Readings that wait at stations at which something starts or ends. */
  readonly waitingReadings: readonly WaitingReadings[];
  /** Known signals of the stations at which something may be over. */
  readonly endSignals: readonly EndSignal[];
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

/** What may show whose readings are that came before it. */
const BOUNDS: ReadonlySet<string> = new Set([
  ...['transaction-started', 'transaction-ended', 'unknown-transaction-ended'],
  ...['connector-status-changed', 'station-booted'],
]);

class Fold implements AssignContext {
  private readonly tracks: Tracks;
  private readonly samples = new Map<string, Sample>();
  private readonly late: LateFact[] = [];
  private readonly evidence: EndEvidence;
  private readonly connectors: ConnectorStates;
  private readonly unknownEnds: UnknownEnds;
  private readonly readings: Waiting<WaitingReadings>;
  private readonly found = new Set<string>();
  private readonly tokenStarts: TokenStarts;

  constructor(
    known: readonly Session[],
    private readonly context: DecideContext,
  ) {
    this.tracks = new Tracks(known, context.newId);
    this.evidence = new EndEvidence(context.endSignals, context.now);
    this.connectors = new ConnectorStates(context.connectors);
    this.readings = new Waiting(context.waitingReadings, ({ readingsId }) => readingsId);
    this.tokenStarts = new TokenStarts(context.starts);
    this.unknownEnds = new UnknownEnds(this.tracks, context, {
      occupied: (stationId) => this.connectors.occupied(stationId),
      withPlace: (session) => this.withPlace(session),
      mayRun: this.mayRun,
      mayReach: this.mayReach,
      freeAfter: this.freeAfter,
      end: (fact) => this.applyTransaction(fact),
    });
  }

  apply(event: StationEvent | QuarantineEvent): void {
    this.take(event);
    this.settle(event.data.stationId);
    if (BOUNDS.has(event.type) && this.applyReadingsBefore(event.data.stationId)) this.settle(event.data.stationId);
  }

  private take(event: StationEvent | QuarantineEvent): void {
    switch (event.type) {
      case 'unknown-transaction-ended':
        return this.unknownEnds.apply(event);
      case 'message-quarantined':
        return this.unknownEnds.keepAside(event);
      case 'quarantine-settled':
        return this.unknownEnds.resolve(event.data.quarantineId, event.data.transactionId);
      case 'connector-status-changed':
        this.connectors.add(event);
        this.applyStatus(event);
        break;
      case 'transaction-started':
      case 'transaction-ended':
        this.applyTransaction(withoutFuture(event));
        if (event.type === 'transaction-started') this.applyWordsBefore(event);
        this.unknownEnds.decideWaiting(event.data.stationId);
        break;
      case 'transaction-updated':
        this.applyTransaction(withoutFuture(event));
        break;
      case 'meter-values-received':
        this.applyReadings(event);
        break;
      default:
      // The others say nothing of sessions but by their signals.
    }
    const signal = endSignalOf(event);
    if (signal) this.evidence.add(signal);
  }

  /**
   * What is running and what must be over at a station, as its facts so far make it: after each of them, so that the next
   * one is seen against the same whether it comes with them or later.
   */
  private settle(stationId: string): void {
    const { quiet, now } = this.context;
    for (const track of this.tracks.ofStation(stationId)) {
      const { session, standing } = track;
      const after = this.evidence.reconciled(session === standing ? session : this.whole(session), this.connectors);
      if (after !== standing) track.session = track.standing = withLifecycle(after, quiet, now);
    }
  }

  decision(): Decision {
    const { matches, ...unknown } = this.unknownEnds.changed();
    const decision: Decision = {
      described: [],
      advanced: [],
      samples: [...this.samples.values()],
      endSignals: this.evidence.changed(),
      connectors: this.connectors.changed(),
      ...unknown,
      readings: this.readings.changed(),
      found: [...this.found],
      begun: this.tokenStarts.changed(),
      strays: [],
      late: this.late,
      facts: matches,
    };
    for (const { before, session, cause } of this.tracks.all()) {
      if (session === before) continue;
      const change = withSessionEvents(before, session, cause);
      (before && isSameButFigures(before, change.session) ? decision.advanced : decision.described).push(
        change.session,
      );
      decision.facts.push(...change.facts);
      if (isStray(session) && !(before && isStray(before)) && session.endClaimedAt === null)
        decision.strays.push(session);
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
    return at.placed === session.placed ? at : { ...at, freeAt: this.evidence.lastFree(at) };
  }

  private beliefsOf({ operatorId }: { operatorId: string }): Beliefs {
    return this.context.beliefs.get(operatorId) ?? DEFAULT_BELIEFS;
  }

  /**
   * Whether a session may run: it began, and its end was not reported. One that is final by an end that was only inferred,
   * or held, may go on until another one begins at its EVSE, as long as late facts correct it.
   */
  readonly mayRun = (session: Session): boolean => {
    const { startedAt, endClaimedAt, finalizedAt, status } = session;
    if (startedAt === null || endClaimedAt !== null) return false;
    const { quiet, now } = this.context;
    if (finalizedAt !== null && !isCorrectable(session, quiet, now)) return false;
    return (finalizedAt === null && status !== 'held') || !this.evidence.overtaken(session);
  };

  readonly freeAfter = (session: Session): Date | undefined => this.evidence.freeAfter(session);

  /** Begun before its car was there, a session may run although its connector says otherwise. */
  readonly mayBeOver = (session: Session, at: Date): boolean =>
    this.evidence.bootedAfter(session) || (session.energyWh > 0 && this.connectors.freeSince(session, at));

  readonly mayReach: AssignContext['mayReach'] = (session, registerWh, reading) =>
    mayReach(this.withPlace(session), registerWh, reading, this.beliefsOf(session));

  readonly overtaken = (session: Session): boolean => this.evidence.overtaken(session);

  /** What names no transaction is of the one in whose time it lies; what comes too late for another is said of that. */
  private applyReadings(event: EventOf<typeof MeterValuesReceived>): void {
    const sessions = this.tracks.sessionsOf(event.data.stationId);
    const { updates, left } = assigned(event, sessions, this);
    for (const update of updates) this.applyTransaction(update);
    if (left.length === 0) return;
    const rest = withSamples(event, left);
    const [overtaken, metered] = [overtakenBy(rest, sessions, this), meteredByStation(rest, sessions, this)];
    this.say(READINGS_OVERTAKEN, overtaken);
    this.say(STATION_METERED, metered);
    const at = left.at(-1)?.at;
    if (overtaken || metered || event.data.evseId === 0 || at === undefined) return;
    if (this.isOfFree(event.data, at)) this.applyFreeReading(rest, sessions);
    else this.readings.add(waitingReadings(rest));
  }

  /** What is read of a free EVSE is the register at the end of the session before, and at the begin of the next one. */
  private applyFreeReading(event: EventOf<typeof MeterValuesReceived>, sessions: readonly Session[]): void {
    const [before, after] = [this.connectors.freeReading(event.data), freeReadingOf(event.data)];
    if (!after || (before && parseStationTime(before.receivedAt) >= parseStationTime(after.receivedAt))) return;
    this.applyUpdate(before ? readAround(event, { before, after }, sessions) : undefined);
    this.connectors.keepFreeReading(event.data, after);
  }

  /** Whether an EVSE was free when it was read: what its station said before an outage tells nothing of what was read meanwhile. */
  private isOfFree({ receivedAt, ...place }: { stationId: string; evseId: number; receivedAt: string }, time: string) {
    const at = parseStationTime(time);
    return isToldAtOnce(at, parseStationTime(receivedAt)) && this.connectors.isFreeSince(place, at);
  }

  /** Readings that came before the start of the session in whose time they lie; whether there were any. */
  private applyReadingsBefore(stationId: string): boolean {
    let isAny = false;
    for (const { readingsId, event, shownAs } of this.readings.of(stationId)) {
      const { updates, left } = assigned(event, this.tracks.sessionsOf(stationId).filter(takesWaiting), this);
      for (const update of updates) this.applyTransaction(update);
      if (updates.length === 0) continue;
      if (left.length === 0) this.readings.remove(readingsId);
      else this.readings.replace(waitingReadings(withSamples(event, left)));
      if (shownAs !== null) this.found.add(shownAs);
      isAny = true;
    }
    for (const one of this.readings.of(stationId))
      if (one.shownAs !== null && this.found.has(one.shownAs)) this.readings.replace({ ...one, shownAs: null });
    return isAny;
  }

  /** A word for a transaction is one of it; that a connector serves none is said of the one that it should. */
  private applyStatus(event: EventOf<typeof ConnectorStatusChanged>): void {
    const sessions = this.tracks.sessionsOf(event.data.stationId);
    if (this.applyUpdate(stated(event, sessions, this))) return;
    this.connectors.keep(event);
    const session = unserved(event, sessions, this);
    const track = session && this.tracks.find(session);
    if (track) track.session = session;
  }

  private say(flag: string, session: Session | undefined): void {
    const track = session && this.tracks.find(session);
    if (track) track.session = { ...track.session, flags: withFlags(track.session.flags, [flag]) };
  }

  /**
   * A station that is online again says first what its connectors do and did, and then what began meanwhile: to where a
   * connector was free, that is of what began.
   */
  private applyWordsBefore({ operatorId, traceparent, data: { stationId, transactionId, epoch } }: StartedFact): void {
    const track = this.tracks.find({ stationId, transactionId });
    const evseId = track?.session.evseId;
    if (!track || !evseId) return;
    const taken = new Set<ConnectorWord>();
    for (const word of this.connectors.waiting(track.session)) {
      if (isFreeWord(word) && (taken.size > 0 || isAfterStart(word, track.session))) break;
      const data = { stationId, epoch, evseId, ...word };
      if (this.applyUpdate(stated({ operatorId, traceparent, data }, [track.session], this))) taken.add(word);
    }
    this.connectors.taken(track.session, taken);
  }

  /** Whether there is one. */
  private applyUpdate(update: TransactionFact | undefined): boolean {
    if (update) this.applyTransaction(update);
    return update !== undefined;
  }

  private applyTransaction(event: TransactionFact): void {
    const track = this.tracks.of(event);
    const { samples, flags } = readSamples(track.session, event.data);
    const read = { samples, flags: [...flags, ...unreadRoles(event)] };
    for (const sample of samples) this.keep(sample);
    const before = this.withPlace(track.session);
    track.session = withFact(before, event, read, {
      idle: this.context.idle,
      beliefs: this.beliefsOf(event),
    });
    track.cause.updated = event.traceparent;
    for (const sample of samples) track.cause.load = { ...track.cause.load, ...loadAt(sample) };
    if (event.type === 'transaction-started') {
      track.session = withStart(track.session, event);
      track.cause.started = event.traceparent;
    }
    if (event.type === 'transaction-ended') {
      track.session = withEndToken(withEnd(track.session, event), event);
      track.cause.ended = event.traceparent;
    } else {
      track.session = this.tokenStarts.agreed(withToken(track.session, event, this.context), event);
    }
    if (before.finalizedAt === null) return;
    const { quiet, now } = this.context;
    track.session = asLate(before, track.session, now);
    const afterS = (now.getTime() - before.finalizedAt.getTime()) / 1_000;
    const correction = isCorrectable(before, quiet, now) ? 'automatic' : 'requested';
    this.late.push({ type: event.type, afterS, correction });
  }

  private keep(sample: Sample): void {
    const key = `${sample.sessionId} ${sample.at.getTime()}`;
    const known = this.samples.get(key);
    this.samples.set(key, known ? merged(known, sample) : sample);
  }
}

function withSamples(
  event: EventOf<typeof MeterValuesReceived>,
  samples: readonly MeterSample[],
): EventOf<typeof MeterValuesReceived> {
  return { ...event, data: { ...event.data, samples: [...samples] } };
}

/** What a connector says is of a little another time than what its transaction does. */
function isAfterStart({ at }: ConnectorWord, { startClaimedAt }: Session): boolean {
  return startClaimedAt !== null && parseStationTime(at).getTime() > startClaimedAt.getTime() + CLOCKS_APART_MS;
}
