import type { SessionsSettings } from '../config.js';
import type { Session } from '../transactions/session.js';

const DAY_MS = 86_400_000;

/** Whether the meter values of a session may be dropped by now: without them a correction would take back what was measured. */
export function isForgotten(
  { startedAt }: Pick<Session, 'startedAt'>,
  { METER_VALUES_DAYS: days }: Pick<SessionsSettings, 'METER_VALUES_DAYS'>,
  now: Date,
): boolean {
  return startedAt !== null && startedAt.getTime() < now.getTime() - days * DAY_MS;
}
