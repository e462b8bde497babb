import type { Session } from './session.js';

/** Said of a session whose station names no zone in its times. */
export const TIME_ZONE_ASSUMED = 'time-zone-assumed';

const HOUR_MS = 3_600_000;

type Zoned = Pick<Session, 'flags' | 'location'>;

/** Whether a moment of a session whose station names no zone is of an hour that comes twice, so that it may be an hour before or after. */
export function comesTwice({ flags, location }: Zoned, at: Date): boolean {
  const timeZone = location?.timeZone;
  if (timeZone === undefined || !flags.includes(TIME_ZONE_ASSUMED)) return false;
  return [-HOUR_MS, HOUR_MS].some((ms) => isShownAlike(timeZone, at, new Date(at.getTime() + ms)));
}

/**
 * The start of a session that ended before it, where its station names no zone and the hour of the start comes twice, as
 * clocks are set back: read as of the second one, it was of the first.
 */
export function inFirstOfTwo({ flags, location }: Zoned, start: Date, end: Date): Date {
  const first = new Date(start.getTime() - HOUR_MS);
  const timeZone = location?.timeZone;
  if (timeZone === undefined || !flags.includes(TIME_ZONE_ASSUMED) || first > end) return start;
  return isShownAlike(timeZone, first, start) ? first : start;
}

function isShownAlike(timeZone: string, one: Date, other: Date): boolean {
  const shown = (at: Date): string => at.toLocaleString('en', { timeZone });
  return shown(one) === shown(other);
}
