import type { StationEvent } from '@chargemesh/contracts';
import type { ConnectorStates } from './connector-states.js';
import { CLOCKS_APART_MS, effectiveTime, later, moment } from './effective-time.js';
import { type Session } from './session.js';
import { GOES_ON_MS, isInferredEnd } from './settle.js';
import { clockOf, corrected } from './station-clock.js';

/**
 * The newest moment at which something showed that no earlier session runs any more: at a station (EVSE 0), an EVSE
 * (connector 0) or a connector. Kept, since it may come before the facts of the session that it ends.
 */
export interface Sign {
  readonly operatorId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly at: Date;
}

/** The sign that an event gives: a boot, a free connector, the next start on an EVSE. */
export function signOf(event: StationEvent): Sign | undefined {
  const { operatorId } = event;
  switch (event.type) {
    case 'station-booted': {
      const { stationId, receivedAt } = event.data;
      return { operatorId, stationId, evseId: 0, connectorId: 0, at: moment(receivedAt) };
    }
    case 'connector-status-changed': {
      const { stationId, evseId, connectorId, status, at, receivedAt } = event.data;
      if (status !== 'Available' || evseId === 0) return undefined;
      return { operatorId, stationId, evseId, connectorId, at: effectiveTime(moment(at), moment(receivedAt)) };
    }
    case 'transaction-started': {
      const { stationId, evseId, at, receivedAt } = event.data;
      if (!evseId) return undefined;
      return { operatorId, stationId, evseId, connectorId: 0, at: effectiveTime(moment(at), moment(receivedAt)) };
    }
    default:
      return undefined;
  }
}

/** The signs of a batch and those that were known before. */
export class Signs {
  private readonly ofStation = new Map<string, Map<string, Sign>>();
  private readonly fresh = new Set<Sign>();

  constructor(
    known: readonly Sign[],
    private readonly now: Date,
  ) {
    for (const sign of known) this.of(sign.stationId).set(placeOf(sign), sign);
  }

  add(sign: Sign): void {
    const signs = this.of(sign.stationId);
    const before = signs.get(placeOf(sign));
    if (before && before.at >= sign.at) return;
    if (before) this.fresh.delete(before);
    signs.set(placeOf(sign), sign);
    this.fresh.add(sign);
  }

  /** What is newer than was known before. */
  changed(): Sign[] {
    return [...this.fresh];
  }

  /** When the place of a session was last known to be free, or its station booted, before the session was known here. */
  lastFree({ stationId, startReceivedAt, startedAt, ...session }: Session): Date | null {
    const signs = this.ofStation.get(stationId);
    if (!signs || startReceivedAt === null) return null;
    const known = [...signs.values()].filter(
      (sign) => isFree(sign) && sign.at <= startReceivedAt && concerns(sign, session),
    );
    return newestOf(known.filter((sign) => !mayGoOnOver(sign, startedAt))) ?? newestOf(known);
  }

  /**
   * The session with its inferred end, if a sign is newer than its start and all that was heard of it. What its connector
   * said since, or a boot that says nothing of it, ends none: whoever was ended by that goes on then.
   */
  reconciled(given: Session, statuses: ConnectorStates): Session {
    const { startedAt, endClaimedAt, finalizedAt } = given;
    if (startedAt === null || endClaimedAt !== null) return given;
    const session = this.withFirstFree(given);
    if (finalizedAt !== null) return session;
    const after = this.after(session, startedAt);
    const isInUse = statuses.inUse(session);
    const ending = isInUse ? after.filter((sign) => !isOutdated(sign, session, statuses)) : after;
    if (isInferredEnd(session) && ending.length === 0 && isInUse) return { ...session, inferredEndAt: null };
    const isKnown = session.freedAt !== null && session.freedAt >= session.lastHeardAt;
    const freedAt = isKnown ? session.freedAt : freedAmong(after, session);
    // What is inferred already does not wait anew, but to know when the connector became free.
    if (isInferredEnd(session)) return isKnown || freedAt === null ? session : { ...session, freedAt };
    const newest = newestOf(ending);
    return newest === null ? session : { ...session, inferredEndAt: newest, freedAt };
  }

  /** Of the signs only the newest are kept: the first is noted with the session, as of before the next car. */
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
      : this.after(session, session.startedAt).find((sign) => isFree(sign) && !isBoot(sign))?.at;
  }

  /** Whether another transaction began at the EVSE of a session after all that was heard of it. */
  overtaken(session: Session): boolean {
    return session.startedAt !== null && this.after(session, session.startedAt).some((sign) => !isFree(sign));
  }

  /** Whether the station booted after all that was heard of a session. */
  bootedAfter(session: Session): boolean {
    return session.startedAt !== null && this.after(session, session.startedAt).some(isBoot);
  }

  private after(session: Session, startedAt: Date): Sign[] {
    const signs = [...(this.ofStation.get(session.stationId)?.values() ?? [])];
    return signs
      .map((sign) => this.byOurClock(sign, session))
      .filter(
        (sign) =>
          sign.at > startedAt &&
          sign.at >= session.lastHeardAt &&
          concerns(sign, session) &&
          !startedSince(sign, session),
      );
  }

  /**
   * A sign as the clock of a session has it: what a station says of a connector goes by the same clock. What would lie in
   * the future then is of the time before that clock went wrong, and a boot has our time.
   */
  private byOurClock(sign: Sign, session: Session): Sign {
    if (isBoot(sign) || session.startClaimedAt === null || sign.at < session.startClaimedAt) return sign;
    const at = corrected(sign.at, clockOf(session));
    return at === sign.at || at > this.now ? sign : { ...sign, at };
  }

  private of(stationId: string): Map<string, Sign> {
    const found = this.ofStation.get(stationId) ?? new Map<string, Sign>();
    this.ofStation.set(stationId, found);
    return found;
  }
}

/**
 * Whether a sign tells nothing of a session whose connector is in use: a boot, and a moment at which it was free where it
 * says that it charges since. Then it has no other transaction: the start of that would be a sign. Who was held by then
 * is not taken back for every car that comes.
 */
function isOutdated(sign: Sign, session: Session, statuses: ConnectorStates): boolean {
  return isBoot(sign) || (isFree(sign) && session.status !== 'held' && statuses.charges(session));
}

/**
 * When a connector became free, of the signs that a session is over. What a station says after it has booted tells that the
 * connector is free, and not since when; nor does a boot or the next start.
 */
function freedAmong(ending: readonly Sign[], { lastReceivedAt }: Session): Date | null {
  const isOfConnector = (sign: Sign): boolean => isFree(sign) && !isBoot(sign);
  const freedAt = newestOf(ending.filter(isOfConnector));
  const others = ending.filter((sign) => !isOfConnector(sign) && (!isBoot(sign) || sign.at > lastReceivedAt));
  return freedAt && others.some(({ at }) => at <= freedAt) ? null : freedAt;
}

function newestOf(signs: readonly Sign[]): Date | null {
  return signs.reduce<Date | null>((at, sign) => (at ? later(at, sign.at) : sign.at), null);
}

/** Whether a sign is of a boot or a free connector, and not of the next start. */
export function isFree({ evseId, connectorId }: Pick<Sign, 'evseId' | 'connectorId'>): boolean {
  return evseId === 0 || connectorId !== 0;
}

function isBoot({ evseId }: Sign): boolean {
  return evseId === 0;
}

/** Whether a sign is a boot since a session began, by its station's clock, that it may go on over. */
export function mayGoOnOver(sign: Sign, startedAt: Date | null): boolean {
  if (!isBoot(sign) || startedAt === null || sign.at <= startedAt) return false;
  return sign.at.getTime() - startedAt.getTime() <= GOES_ON_MS;
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
export function concerns({ evseId, connectorId }: Sign, session: Pick<Session, 'evseId' | 'connectorId'>): boolean {
  if (evseId === 0) return true;
  return evseId === session.evseId && (connectorId === 0 || connectorId === (session.connectorId ?? 1));
}

/** How far the clock of a station that has just booted may be behind ours. */
const CLOCK_BEHIND_MS = 60_000;

/**
 * Whether a session began after a boot although its own time is a little before it: a boot has our time, and a station
 * gets that only with the answer.
 */
function startedSince({ evseId, at }: Sign, { startedAt, startReceivedAt }: Session): boolean {
  if (evseId !== 0 || startedAt === null || startReceivedAt === null) return false;
  return startReceivedAt >= at && at.getTime() - startedAt.getTime() <= CLOCK_BEHIND_MS;
}

function placeOf({ evseId, connectorId }: Sign): string {
  return `${evseId}/${connectorId}`;
}
