import type { ReadingContext, ZonelessAs } from '@chargemesh/ocpp';

/** What is known of the clock of a station. */
export interface KnownClock {
  /** IANA zone of its site. */
  readonly timeZone?: string | null | undefined;
  /** How its times without a zone were read before. */
  readonly zonelessAs?: ZonelessAs | null | undefined;
}

/** The context for reading a message that arrived then, also when it is replayed later. */
export function readingContextOf({ timeZone, zonelessAs }: KnownClock, arrivedAt: Date): ReadingContext {
  return { arrivedAt, timeZone: timeZone ?? undefined, zonelessAs: zonelessAs ?? undefined };
}
