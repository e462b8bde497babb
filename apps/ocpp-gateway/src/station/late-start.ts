import type { Call } from './call.js';

/** A message may be on its way, or wait for its answers, for so long. */
const ON_ITS_WAY_MS = 15 * 60_000;

/**
 * Said of a start that came long after its time on a connection that stood before it: a station that is online has no
 * reason to keep it, so its clock is behind, unless what it sent could not be answered all the while.
 */
const START_TIME_DOUBTFUL = 'start-time-doubtful';

export function lateStartFlag({ receivedAt, connectedAt }: Call, at: string, offline: boolean): string | undefined {
  const isLate = Date.parse(receivedAt) - Date.parse(at) > ON_ITS_WAY_MS;
  const wasOnline = Date.parse(at) - Date.parse(connectedAt) > 0;
  return isLate && wasOnline && !offline ? START_TIME_DOUBTFUL : undefined;
}
