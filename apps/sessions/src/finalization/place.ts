import type { ConnectorState } from '../transactions/connector-states.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import type { Session } from '../transactions/session.js';
import { type Whole, endOf } from '../transactions/lifecycle.js';
import { EVSE_ASSUMED, type KnownStation, placedAt } from '../transactions/snapshot.js';

/** What tells where a session was of which nobody named the EVSE. */
export interface PlaceEvidence {
  readonly station: KnownStation;
  readonly connectors: readonly ConnectorState[];
  /** The other sessions at its station that ran while it did. */
  readonly others: readonly Pick<Session, 'evseId' | 'evseAt'>[];
}

/** A session, and whether nobody knows where it was. */
export interface Placed {
  readonly session: Whole;
  readonly isPlaceUnknown: boolean;
}

/** Whether a session is where nobody said that it is; what was found out once is kept. */
export function isPlaceOpen(session: Session): boolean {
  return session.evseAt === null && !isPlaceAssumed(session);
}

export function isPlaceAssumed({ evseAt, flags }: Session): boolean {
  return evseAt === null && flags.includes(EVSE_ASSUMED);
}

/**
 * The session at the only connector that was in use while it ran at an EVSE without a session of its own. At a station with one EVSE
 * it is there.
 */
export function placedByEvidence(session: Whole, { station, connectors, others }: PlaceEvidence): Placed {
  if (station.evses.length <= 1) return { session, isPlaceUnknown: false };
  const possible = connectors.filter(
    (one) => wasInUse(one, session) && !others.some(({ evseId }) => evseId === one.evseId),
  );
  const [connector] = possible;
  const isPlaceUnknown = possible.length !== 1 || others.some(({ evseAt }) => evseAt === null);
  if (!connector || isPlaceUnknown) return { session, isPlaceUnknown: true };
  const at = placedAt({ ...session, connectorId: connector.connectorId }, station, connector.evseId);
  return { session: { ...at, flags: [...at.flags, EVSE_ASSUMED].sort() }, isPlaceUnknown: false };
}

/** The session at an EVSE that somebody names: as if its station had with the start. */
export function atEvse(session: Session, station: KnownStation, evseId: number): Session {
  return { ...placedAt({ ...session, connectorId: null }, station, evseId), evseAt: session.startClaimedAt };
}

function wasInUse({ occupiedAt, vacatedAt }: ConnectorState, { startedAt }: Whole): boolean {
  return occupiedAt !== null && (vacatedAt === null || vacatedAt > startedAt);
}

/** Whether another session ran while this one did, as far as clocks agree. */
export function ranBeside(session: Whole, { startedAt, endedAt }: Pick<Session, 'startedAt' | 'endedAt'>): boolean {
  if (startedAt === null || startedAt >= endOf(session).endedAt) return false;
  return endedAt === null || endedAt.getTime() - session.startedAt.getTime() > CLOCKS_APART_MS;
}
