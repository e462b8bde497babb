import type { StationEvent } from '@chargemesh/contracts';
import type { ConnectorStates } from './connector-states.js';
import { CLOCKS_APART_MS, effectiveTime, later, parseStationTime } from './effective-time.js';
import { type Session } from './session.js';
import { GOES_ON_MS, isInferredEnd } from './lifecycle.js';
import { clockOf, corrected } from './station-clock.js';

/**
 * The newest moment at which something showed that no earlier session runs any more: at a station (EVSE 0), an EVSE
 * (connector 0) or a connector. Kept, since it may come before the facts of the session that it ends.
 */
export interface EndSignal {
  readonly operatorId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly at: Date;
}

/** The signal that an event gives: a boot, a free connector, the next start on an EVSE. */
export function endSignalOf(event: StationEvent): EndSignal | undefined {
  const { operatorId } = event;
  switch (event.type) {
    case 'station-booted': {
      const { stationId, receivedAt } = event.data;
      return { operatorId, stationId, evseId: 0, connectorId: 0, at: parseStationTime(receivedAt) };
    }
    case 'connector-status-changed': {
      const { stationId, evseId, connectorId, status, at, receivedAt } = event.data;
      if (status !== 'Available' || evseId === 0) return undefined;
      return {
        operatorId,
        stationId,
        evseId,
        connectorId,
        at: effectiveTime(parseStationTime(at), parseStationTime(receivedAt)),
      };
    }
    case 'transaction-started': {
      const { stationId, evseId, at, receivedAt } = event.data;
      if (!evseId) return undefined;
      return {
        operatorId,
        stationId,
        evseId,
        connectorId: 0,
        at: effectiveTime(parseStationTime(at), parseStationTime(receivedAt)),
      };
    }
    default:
      return undefined;
  }
}

/** The signals of a batch and those that were known before. */
export class EndEvidence {
  private readonly ofStation = new Map<string, Map<string, EndSignal>>();
  private readonly fresh = new Set<EndSignal>();

  constructor(
    known: readonly EndSignal[],
    private readonly now: Date,
  ) {
    for (const signal of known) this.of(signal.stationId).set(placeOf(signal), signal);
  }

  add(signal: EndSignal): void {
    const signals = this.of(signal.stationId);
    const before = signals.get(placeOf(signal));
    if (before && before.at >= signal.at) return;
    if (before) this.fresh.delete(before);
    signals.set(placeOf(signal), signal);
    this.fresh.add(signal);
  }

  /** What is newer than was known before. */
  changed(): EndSignal[] {
    return [...this.fresh];
  }

  /** When the place of a session was last known to be free, or its station booted, before the session was known here. */
  lastFree({ stationId, startReceivedAt, startedAt, ...session }: Session): Date | null {
    const signals = this.ofStation.get(stationId);
    if (!signals || startReceivedAt === null) return null;
    const known = [...signals.values()].filter(
      (signal) => isFree(signal) && signal.at <= startReceivedAt && concerns(signal, session),
    );
    return newestOf(known.filter((signal) => !mayGoOnOver(signal, startedAt))) ?? newestOf(known);
  }

  /**
   * The session with its inferred end, if a signal is newer than its start and all that was heard of it. What its connector
   * said since, or a boot that says nothing of it, ends none: whoever was ended by that goes on then.
   */
  reconciled(given: Session, statuses: ConnectorStates): Session {
    const { startedAt, endClaimedAt, finalizedAt, placed } = given;
    // Of one without a place no connector tells anything.
    if (startedAt === null || endClaimedAt !== null || !placed) return given;
    const session = this.withFirstFree(given);
    if (finalizedAt !== null) return session;
    const after = this.after(session, startedAt);
    const isInUse = isUsed(session, statuses);
    const ending = isInUse ? after.filter((signal) => !isOutdated(signal, session, statuses)) : after;
    if (isInferredEnd(session) && ending.length === 0 && isInUse) return { ...session, inferredEndAt: null };
    const isKnown = session.freedAt !== null && session.freedAt >= session.lastHeardAt;
    const freedAt = isKnown ? session.freedAt : freedAmong(after, session);
    // What is inferred already does not wait anew, but to know when the connector became free.
    if (isInferredEnd(session)) return isKnown || freedAt === null ? session : { ...session, freedAt };
    const newest = newestOf(ending);
    return newest === null ? session : { ...session, inferredEndAt: newest, freedAt };
  }

  /** Of the signals only the newest are kept: the first is noted with the session, as of before the next car. */
  private withFirstFree(session: Session): Session {
    const { freeBy, lastHeardAt } = session;
    if (freeBy !== null && freeBy >= lastHeardAt) return session;
    const freeAt = this.freeAfter(session);
    return freeAt === undefined ? session : { ...session, freeBy: freeAt };
  }

  /** When the connector of a session was free after all that was heard of the session. */
  freeAfter(session: Session): Date | undefined {
    return session.startedAt === null
      ? undefined
      : this.after(session, session.startedAt).find((signal) => isFree(signal) && !isBoot(signal))?.at;
  }

  /** Whether another transaction began at the EVSE of a session after all that was heard of it. */
  overtaken(session: Session): boolean {
    return session.startedAt !== null && this.after(session, session.startedAt).some((signal) => !isFree(signal));
  }

  /** Whether the station booted after all that was heard of a session. */
  bootedAfter(session: Session): boolean {
    return session.startedAt !== null && this.after(session, session.startedAt).some(isBoot);
  }

  private after(session: Session, startedAt: Date): EndSignal[] {
    const signals = [...(this.ofStation.get(session.stationId)?.values() ?? [])];
    return signals
      .map((signal) => this.byOurClock(signal, session))
      .filter(
        (signal) =>
          signal.at > startedAt &&
          signal.at >= session.lastHeardAt &&
          concerns(signal, session) &&
          !startedSince(signal, session),
      );
  }

  /**
   * A signal as the clock of a session has it: what a station says of a connector goes by the same clock. What would lie in
   * the future then is of the time before that clock went wrong, and a boot has our time.
   */
  private byOurClock(signal: EndSignal, session: Session): EndSignal {
    if (isBoot(signal) || session.startClaimedAt === null || signal.at < session.startClaimedAt) return signal;
    const at = corrected(signal.at, clockOf(session));
    // Our hosts' clocks differ as well.
    const isOfFuture = at.getTime() - this.now.getTime() > CLOCKS_APART_MS;
    return at === signal.at || isOfFuture ? signal : { ...signal, at };
  }

  private of(stationId: string): Map<string, EndSignal> {
    const found = this.ofStation.get(stationId) ?? new Map<string, EndSignal>();
    this.ofStation.set(stationId, found);
    return found;
  }
}

/** OCPP 2.x says so of a transaction; of 1.6 the connector says it, and no longer when it says something else. */
function isUsed(session: Session, statuses: ConnectorStates): boolean {
  return statuses.inUse(session) || (session.startSeqNo !== null && session.chargingState === 'Charging');
}

/**
 * Whether a signal tells nothing of a session whose connector is in use: a boot, and a moment at which it was free where it
 * says that it charges since. Then it has no other transaction: the start of that would be a signal. Who was held by then
 * is not taken back for every car that comes.
 */
function isOutdated(signal: EndSignal, session: Session, statuses: ConnectorStates): boolean {
  return isBoot(signal) || (isFree(signal) && session.status !== 'held' && statuses.charges(session));
}

/**
 * When a connector became free, of the signals that a session is over. What a station says after it has booted tells that the
 * connector is free, and not since when; nor does a boot or the next start.
 */
function freedAmong(ending: readonly EndSignal[], { lastReceivedAt }: Session): Date | null {
  const isOfConnector = (signal: EndSignal): boolean => isFree(signal) && !isBoot(signal);
  const freedAt = newestOf(ending.filter(isOfConnector));
  const others = ending.filter((signal) => !isOfConnector(signal) && (!isBoot(signal) || signal.at > lastReceivedAt));
  return freedAt && others.some(({ at }) => at <= freedAt) ? null : freedAt;
}

function newestOf(signals: readonly EndSignal[]): Date | null {
  return signals.reduce<Date | null>((at, signal) => (at ? later(at, signal.at) : signal.at), null);
}

/** Whether a signal is of a boot or a free connector, and not of the next start. */
export function isFree({ evseId, connectorId }: Pick<EndSignal, 'evseId' | 'connectorId'>): boolean {
  return evseId === 0 || connectorId !== 0;
}

function isBoot({ evseId }: EndSignal): boolean {
  return evseId === 0;
}

/** Whether a signal is a boot since a session began, by its station's clock, that it may go on over. */
export function mayGoOnOver(signal: EndSignal, startedAt: Date | null): boolean {
  if (!isBoot(signal) || startedAt === null || signal.at <= startedAt) return false;
  return signal.at.getTime() - startedAt.getTime() <= GOES_ON_MS;
}

/** A free connector is said within a minute of the end that frees it, and kept by the minute. */
const OF_ITS_END_MS = 2 * CLOCKS_APART_MS;

/**
 * Since when a connector that was free may be so by the end of a session that was over when its start came, of a queue;
 * null where it came before its end, so that what was free by then was so before it.
 */
export function ownEndSince({ startReceivedAt, endedAt }: Pick<Session, 'startReceivedAt'> & { endedAt: Date }) {
  if (startReceivedAt === null || endedAt > startReceivedAt) return null;
  return new Date(endedAt.getTime() - OF_ITS_END_MS);
}

/** A station that names no connector has one per EVSE. */
export function concerns(
  { evseId, connectorId }: EndSignal,
  session: Pick<Session, 'evseId' | 'connectorId'>,
): boolean {
  if (evseId === 0) return true;
  return evseId === session.evseId && (connectorId === 0 || connectorId === (session.connectorId ?? 1));
}

/** How far the clock of a station that has just booted may be behind ours. */
const CLOCK_BEHIND_MS = 60_000;

/**
 * Whether a session began after a boot although its own time is a little before it: a boot has our time, and a station
 * gets that only with the answer.
 */
function startedSince({ evseId, at }: EndSignal, { startedAt, startReceivedAt }: Session): boolean {
  if (evseId !== 0 || startedAt === null || startReceivedAt === null) return false;
  return startReceivedAt >= at && at.getTime() - startedAt.getTime() <= CLOCK_BEHIND_MS;
}

function placeOf({ evseId, connectorId }: EndSignal): string {
  return `${evseId}/${connectorId}`;
}
