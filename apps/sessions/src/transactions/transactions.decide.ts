import {
  type Event,
  type EventOf,
  SessionEnded,
  SessionStarted,
  SessionUpdated,
  type StationEvent,
  type TransactionEnded,
  type TransactionStarted,
  type TransactionUpdated,
  newEvent,
} from '@chargemesh/contracts';
import { BEGIN, type Sample, merged, samplesOf } from '../meter/sample.js';
import { effectiveStart } from './effective-start.js';
import { withNumber } from './sequence.js';
import { type Session, keyOf } from './session.js';
import { type QuietTimes, isInferredEnd, settled } from './settle.js';
import { type Surroundings, snapshotOf } from './snapshot.js';

type TransactionEvent =
  EventOf<typeof TransactionStarted> | EventOf<typeof TransactionUpdated> | EventOf<typeof TransactionEnded>;

export interface Decision {
  readonly changed: Session[];
  readonly samples: Sample[];
  readonly facts: Event[];
}

export interface DecideContext extends Surroundings {
  readonly quiet: QuietTimes;
  readonly newId: () => string;
}

/**
 * What a batch of station events does to sessions. `known` holds the sessions that the events name and those still
 * running at their stations. The result does not depend on the order of the events, or on their coming twice.
 */
export function decide(known: readonly Session[], events: readonly StationEvent[], context: DecideContext): Decision {
  const fold = new Fold(known, context);
  for (const event of events) fold.apply(event);
  return fold.decision();
}

/** What a session looked like before the batch, and which events caused what is told of it. */
interface Track {
  readonly before: Session | undefined;
  session: Session;
  cause: { started?: string | undefined; updated?: string | undefined; ended?: string | undefined };
}

class Fold {
  private readonly tracks = new Map<string, Track>();
  private readonly samples = new Map<string, Sample>();

  constructor(
    known: readonly Session[],
    private readonly context: DecideContext,
  ) {
    for (const session of known) this.tracks.set(keyOf(session), { before: session, session, cause: {} });
  }

  apply(event: StationEvent): void {
    switch (event.type) {
      case 'transaction-started':
      case 'transaction-updated':
      case 'transaction-ended':
        this.applyTransaction(event);
        break;
      case 'connector-status-changed': {
        const { evseId, status, at, receivedAt } = event.data;
        if (status === 'Available')
          this.inferEnd(event.data.stationId, at, receivedAt, (session) => session.evseId === evseId);
        break;
      }
      case 'station-booted':
        this.inferEnd(event.data.stationId, event.data.receivedAt, event.data.receivedAt, () => true);
        break;
    }
  }

  decision(): Decision {
    const decision: Decision = { changed: [], samples: [...this.samples.values()], facts: [] };
    for (const track of this.tracks.values()) {
      if (track.session === track.before) continue;
      const { session, facts } = told(track, settled(track.session, this.context.quiet));
      decision.changed.push(session);
      decision.facts.push(...facts);
    }
    return decision;
  }

  private applyTransaction(event: TransactionEvent): void {
    const track = this.trackOf(event);
    this.keepSamples(track.session, event);
    if (track.session.status === 'finalized') {
      track.session = { ...track.session, lateFacts: track.session.lateFacts + 1 };
      return;
    }
    track.session = withFact(track.session, event);
    if (event.type === 'transaction-started') {
      track.session = this.withStart(track.session, event);
      track.cause.started = event.traceparent;
      this.inferFromNextStart(track.session, event.data.at, event.data.receivedAt);
    }
    if (event.type === 'transaction-ended') {
      track.session = withEnd(track.session, event);
      track.cause.ended = event.traceparent;
    }
    track.cause.updated = event.traceparent;
  }

  private trackOf(event: TransactionEvent): Track {
    const key = keyOf(event.data);
    const found = this.tracks.get(key);
    if (found) return found;
    const track: Track = { before: undefined, session: emptySession(event, this.context.newId()), cause: {} };
    this.tracks.set(key, track);
    return track;
  }

  private keepSamples(session: Session, event: TransactionEvent): void {
    for (const sample of samplesOf(session, event.data)) {
      const key = `${sample.sessionId} ${sample.at.getTime()}`;
      const known = this.samples.get(key);
      this.samples.set(key, known ? merged(known, sample) : sample);
    }
  }

  /** Of two different starts of one transaction the earlier one counts. */
  private withStart(session: Session, event: EventOf<typeof TransactionStarted>): Session {
    const { at, receivedAt, seqNo } = event.data;
    const [claimed, received] = [new Date(at), new Date(receivedAt)];
    if (session.startClaimedAt !== null && session.startClaimedAt <= claimed) return session;
    return {
      ...session,
      ...snapshotOf(event, this.context),
      startClaimedAt: claimed,
      startReceivedAt: received,
      startedAt: effectiveStart(claimed, received),
      startSeqNo: seqNo ?? null,
      traceparent: session.traceparent ?? event.traceparent ?? null,
    };
  }

  /** A connector that begins another transaction has ended the one before. */
  private inferFromNextStart(next: Session, at: string, receivedAt: string): void {
    this.inferEnd(
      next.stationId,
      at,
      receivedAt,
      (session) => session.sessionId !== next.sessionId && session.evseId === next.evseId && session.evseId !== null,
    );
  }

  private inferEnd(stationId: string, at: string, receivedAt: string, concerns: (session: Session) => boolean): void {
    const moment = new Date(at);
    for (const track of this.tracks.values()) {
      const { session } = track;
      const running = session.stationId === stationId && session.endedAt === null && session.status !== 'finalized';
      if (!running || !concerns(session) || session.startClaimedAt === null || session.startClaimedAt >= moment)
        continue;
      if (session.inferredEndAt !== null && session.inferredEndAt <= moment && isInferredEnd(session)) continue;
      track.session = {
        ...session,
        inferredEndAt: moment,
        lastReceivedAt: later(session.lastReceivedAt, new Date(receivedAt)),
      };
    }
  }
}

function emptySession(event: TransactionEvent, sessionId: string): Session {
  const { stationId, transactionId, at, receivedAt } = event.data;
  return {
    sessionId,
    operatorId: event.operatorId,
    stationId,
    transactionId,
    version: 0,
    status: 'pending',
    evseId: null,
    connectorId: null,
    startClaimedAt: null,
    startReceivedAt: null,
    startedAt: null,
    token: null,
    location: null,
    connector: null,
    endedAt: null,
    stopReason: null,
    inferredEndAt: null,
    startSeqNo: null,
    endSeqNo: null,
    seqRanges: [],
    lastFactAt: new Date(at),
    lastReceivedAt: new Date(receivedAt),
    firstRegisterAt: null,
    firstRegisterWh: null,
    lastRegisterAt: null,
    lastRegisterWh: null,
    energyWh: 0,
    finalDueAt: null,
    finalizedAt: null,
    flags: [],
    lateFacts: 0,
    traceparent: null,
  };
}

/** What every fact of a transaction adds: its sequence number, its times, its registers. */
function withFact(session: Session, event: TransactionEvent): Session {
  const { at, receivedAt, seqNo } = event.data;
  return withRegisters(
    {
      ...session,
      seqRanges: seqNo === undefined ? session.seqRanges : withNumber(session.seqRanges, seqNo),
      lastFactAt: later(session.lastFactAt, new Date(at)),
      lastReceivedAt: later(session.lastReceivedAt, new Date(receivedAt)),
    },
    event,
  );
}

function withRegisters(session: Session, event: TransactionEvent): Session {
  let { firstRegisterAt, firstRegisterWh, lastRegisterAt, lastRegisterWh } = session;
  for (const { at, energyWh, edge } of samplesOf(session, event.data)) {
    if (energyWh === null) continue;
    if (firstRegisterAt === null || at < firstRegisterAt || (edge & BEGIN && at <= firstRegisterAt)) {
      [firstRegisterAt, firstRegisterWh] = [at, energyWh];
    }
    if (lastRegisterAt === null || at >= lastRegisterAt) [lastRegisterAt, lastRegisterWh] = [at, energyWh];
  }
  const energyWh = Math.max(0, Math.round((lastRegisterWh ?? 0) - (firstRegisterWh ?? 0)));
  return { ...session, firstRegisterAt, firstRegisterWh, lastRegisterAt, lastRegisterWh, energyWh };
}

/** Of two different ends of one transaction the later one counts. */
function withEnd(session: Session, event: EventOf<typeof TransactionEnded>): Session {
  const { at, seqNo, stoppedReason } = event.data;
  const endedAt = new Date(at);
  if (session.endedAt !== null && session.endedAt >= endedAt) return session;
  return {
    ...session,
    endedAt,
    stopReason: stoppedReason,
    endSeqNo: seqNo ?? null,
    traceparent: event.traceparent ?? session.traceparent,
  };
}

/** The events that follow from what changed, each raising the version. */
function told({ before, cause }: Track, after: Session): { session: Session; facts: Event[] } {
  const facts: Event[] = [];
  let { version } = after;
  const subject = () => {
    const { sessionId, stationId, transactionId } = after;
    return { sessionId, version: ++version, stationId, evseId: after.evseId ?? 0, transactionId };
  };
  const { operatorId, startedAt, startReceivedAt, location, connector, token } = after;
  const wasStarted = before !== undefined && before.startedAt !== null;
  if (startedAt && startReceivedAt && location && connector && !wasStarted) {
    const snapshot = {
      startedAt: startedAt.toISOString(),
      receivedAt: startReceivedAt.toISOString(),
      location,
      connector,
    };
    const data = { ...subject(), ...snapshot, ...(token ? { token } : {}) };
    facts.push(newEvent(SessionStarted, { operatorId, time: snapshot.startedAt, traceparent: cause.started, data }));
  }
  if (after.status === 'active' && after.energyWh !== (before?.energyWh ?? 0)) {
    const at = after.lastFactAt.toISOString();
    facts.push(
      newEvent(SessionUpdated, {
        operatorId,
        time: at,
        traceparent: cause.updated,
        data: { ...subject(), at, energyWh: after.energyWh },
      }),
    );
  }
  if (after.status === 'ended' && !sameEnd(before, after)) {
    const { endedAt, reason } = endOf(after);
    const traceparent = cause.ended ?? cause.updated;
    const data = { ...subject(), endedAt: endedAt.toISOString(), energyWh: after.energyWh, reason };
    facts.push(newEvent(SessionEnded, { operatorId, time: data.endedAt, traceparent, data }));
  }
  return { session: { ...after, version: Math.max(version, after.version + 1) }, facts };
}

function sameEnd(before: Session | undefined, after: Session): boolean {
  if (before?.status !== 'ended') return false;
  const [was, is] = [endOf(before), endOf(after)];
  return (
    was.endedAt.getTime() === is.endedAt.getTime() && was.reason === is.reason && before.energyWh === after.energyWh
  );
}

/** The end as the station clock has it: reported, or the last that was heard of a session that must be over. */
export function endOf(session: Session): { endedAt: Date; reason: string } {
  if (session.endedAt) return { endedAt: session.endedAt, reason: session.stopReason ?? 'Local' };
  return { endedAt: session.lastFactAt, reason: 'Other' };
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
