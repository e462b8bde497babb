import type { EventOf, MeterValuesReceived } from '@chargemesh/contracts';
import { parseStationTime } from './effective-time.js';
import type { Session } from './session.js';
import { isInferredEnd } from './lifecycle.js';
import { isToldAtOnce } from './station-clock.js';

type Readings = EventOf<typeof MeterValuesReceived>;

/** Readings that name no transaction, and of which nobody knows yet whose they are: the start may come after them. */
export interface WaitingReadings {
  readonly readingsId: string;
  readonly operatorId: string;
  readonly stationId: string;
  readonly receivedAt: Date;
  /** As which session without a start they are shown, whose they are all the same once that comes. */
  readonly shownAs: string | null;
  readonly event: Readings;
}

export function waitingReadings(event: Readings): WaitingReadings {
  const { stationId, receivedAt } = event.data;
  return {
    readingsId: event.id,
    operatorId: event.operatorId,
    stationId,
    receivedAt: parseStationTime(receivedAt),
    shownAs: null,
    event,
  };
}

/**
 * Whether a session takes what waits. One that began in a queue takes nothing as long as its end is not known: what was read
 * of the next one would be in its time as well.
 */
export function takesWaiting(session: Session): boolean {
  if (session.startedAt === null) return false;
  return (
    session.endClaimedAt !== null ||
    isInferredEnd(session) ||
    isToldAtOnce(session.startClaimedAt, session.startReceivedAt)
  );
}
