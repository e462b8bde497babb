import type { Session } from './session.js';

/** Said of a session whose station names no zone in its times. */
export const TIME_ZONE_ASSUMED = 'time-zone-assumed';

const HOUR_MS = 3_600_000;

/**
 * The start of a session that ended before it, where its station names no zone and the hour of the start comes twice, as
 * clocks are set back: read as of the second one, it was of the first.
 */
export function inFirstOfTwo({ flags, location }: Pick<Session, 'flags' | 'location'>, start: Date, end: Date): Date {
  const first = new Date(start.getTime() - HOUR_MS);
  const timeZone = location?.timeZone;
  if (timeZone === undefined || !flags.includes(TIME_ZONE_ASSUMED) || first > end) return start;
  const shown = (at: Date): string => at.toLocaleString('en', { timeZone });
  return shown(first) === shown(start) ? first : start;
}
