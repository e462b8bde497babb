import type { MessageContext } from './message-context.js';

/** A message may be delayed for so long, by the network or by unanswered messages before it. */
const ON_ITS_WAY_MS = 15 * 60_000;

/**
 * The flag of a start that came long after its time though the station was online by then, and had no reason to queue it:
 * its clock is probably behind.
 */
const START_TIME_DOUBTFUL = 'start-time-doubtful';

export function lateStartFlag(
  { receivedAt, connectedAt }: MessageContext,
  at: string,
  offline: boolean,
): string | undefined {
  const isLate = Date.parse(receivedAt) - Date.parse(at) > ON_ITS_WAY_MS;
  // A queue is sent as soon as the connection stands; a clock may be further behind than the connection is old.
  const wasOnline =
    Date.parse(at) > Date.parse(connectedAt) || Date.parse(receivedAt) - Date.parse(connectedAt) > ON_ITS_WAY_MS;
  return isLate && wasOnline && !offline ? START_TIME_DOUBTFUL : undefined;
}
