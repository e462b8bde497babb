import type { ReadingContext, ZonelessAs } from '@chargemesh/ocpp';

/** What is known of the clock of a station. */
export interface KnownClock {
  /** IANA zone of its site. */
  readonly timeZone?: string | null | undefined;
  /** As what its times without a zone were read before. */
  readonly zonelessAs?: ZonelessAs | null | undefined;
}

/** How a message of a station is read that arrived then, whether it is handled at once or later. */
export function readingContextOf({ timeZone, zonelessAs }: KnownClock, arrivedAt: Date): ReadingContext {
  return { arrivedAt, timeZone: timeZone ?? undefined, zonelessAs: zonelessAs ?? undefined };
}
