export const INCIDENT_KINDS = [
  ...(['wrong-password', 'taken-over', 'message-too-large', 'no-common-version', 'other-version'] as const),
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/**
 * So many in one hour are worth an alarm. A station that lost its network takes over from its own dead socket now and
 * then; two devices with one identity do so at every reconnect, each a minute after the other.
 */
const ALARM_FROM: Readonly<Record<IncidentKind, number>> = {
  'wrong-password': 30,
  'taken-over': 6,
  // Such a message is never taken, and the station keeps all that is behind it.
  'message-too-large': 1,
  // Nothing that such a station does is known here.
  'no-common-version': 1,
  'other-version': 1,
};
const HOUR_MS = 3_600_000;

export function isAlarm(kind: IncidentKind, count: number): boolean {
  return count >= ALARM_FROM[kind];
}

/** The beginning of the hour of the day (UTC) that a moment is in. */
export function hourOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);
}
