import type { ReadingContext, ZonelessAs } from '@chargemesh/ocpp';

/** What is known of the clock of a station. */
export interface KnownClock {
  /** IANA zone of its site. */
  readonly timeZone?: string | null | undefined;
  /** How its times without a zone were read before. */
  readonly zonelessAs?: ZonelessAs | null | undefined;
  /** Whether messages that were told at once have shown that. */
  readonly isZoneProven?: boolean | null | undefined;
}

/** The context for reading a message that arrived then, also when it is replayed later. */
export function readingContextOf(clock: KnownClock, arrivedAt: Date): ReadingContext {
  const { timeZone, zonelessAs, isZoneProven } = clock;
  return {
    ...{ arrivedAt, timeZone: timeZone ?? undefined, zonelessAs: zonelessAs ?? undefined },
    isZoneProven: isZoneProven ?? false,
  };
}
