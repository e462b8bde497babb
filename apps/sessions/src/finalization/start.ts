import type { Started } from '../transactions/settle.js';

/** A session goes on over a boot of its station, or a connection lost for hours; not so long before that it began. */
const GOES_ON_MS = 86_400_000;

/**
 * The start that counts: not before the connector was free, or the station booted, while the session is said to have run
 * for more than a day already. Then the clock stood behind, and neither time nor price are of what it says.
 * @param freeAt the last such moment before the session was known here
 */
export function startOf({ startedAt }: Started, endedAt: Date, freeAt: Date | null): Date {
  if (freeAt === null || freeAt > endedAt) return startedAt;
  return freeAt.getTime() - startedAt.getTime() > GOES_ON_MS ? freeAt : startedAt;
}
