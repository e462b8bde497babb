import { later } from '../transactions/effective-time.js';
import type { Session } from '../transactions/session.js';

const MINUTE_MS = 60_000;

/** What was said of a connector after the last that was heard of a session there, to the minute. */
export interface Freed {
  /** When the connector was free first. */
  readonly freeAt: Date | null;
  /** When the station booted, or another session began there, after all that was heard of this one. */
  readonly overtakenAt: Date | null;
}

/**
 * When the connector of a session became free whose end nobody reported; null where it is known only that it was free by
 * then: after a boot a station says that it is, not since when, and a car may have gone long before the next one came.
 */
export function freedAtOf({ freedAt, lastHeardAt }: Session, freed: Freed | null): Date | null {
  if (!freed) return null;
  // It may be of before something that came late.
  const exact = freedAt && freedAt >= lastHeardAt ? freedAt : null;
  const first = freed.freeAt ? firstOf(exact, freed.freeAt) : exact;
  return first && freed.overtakenAt && freed.overtakenAt <= first ? null : first;
}

/** Until when it may have run: what ended without a word may have charged until it surely did not any more. */
export function mayHaveRunUntil({ endedAt, endClaimedAt, freedAt, inferredEndAt }: Session & { endedAt: Date }): Date {
  return endClaimedAt === null ? later(endedAt, freedAt ?? inferredEndAt ?? endedAt) : endedAt;
}

/** The earlier of an exact moment and one that is known to the minute. */
function firstOf(exact: Date | null, minute: Date): Date {
  if (exact === null) return minute;
  return exact.getTime() - minute.getTime() < MINUTE_MS ? exact : minute;
}
