const HOUR_MS = 3_600_000;
/** A station's clock may be this far ahead of ours; what is further is not believed. */
const AHEAD_MS = 24 * HOUR_MS;
/** An offline station may tell of what was this long ago; what is older is a clock that was never set. */
const BEHIND_MS = 365 * 24 * HOUR_MS;
/** What is measured for a start may be a little older than the start itself. */
const BEFORE_START_MS = HOUR_MS;
/** The year 1; PostgreSQL reaches less far back than JavaScript. */
const EARLIEST_MS = -62_135_596_800_000;

let lastRead = { text: '', ms: 0 };

/** A time that a station wrote. It mostly writes the same one several times in a message. */
export function moment(text: string): Date {
  if (text !== lastRead.text) lastRead = { text, ms: Math.max(Date.parse(text), EARLIEST_MS) };
  return new Date(lastRead.ms);
}

/** Whether a station's time may be true, seen from when it reached us. */
export function isPlausible(claimed: Date, received: Date): boolean {
  const ahead = claimed.getTime() - received.getTime();
  return ahead <= AHEAD_MS && -ahead <= BEHIND_MS;
}

/** The time that counts: the station's, or ours where that cannot be true. Prices are pinned by that of the start. */
export function effectiveTime(claimed: Date, received: Date): Date {
  return isPlausible(claimed, received) ? claimed : received;
}

/**
 * A moment of a session whose start came by a clock that cannot be true, moved by as much as the start was off. A moment
 * of the time after that clock was set right stays.
 */
export function corrected(at: Date, start: { claimed: Date; received: Date }): Date {
  const { claimed, received } = start;
  if (isPlausible(claimed, received)) return at;
  const byWrongClock =
    claimed > received ? at.getTime() >= claimed.getTime() - BEFORE_START_MS : !isPlausible(at, received);
  return byWrongClock ? new Date(at.getTime() + received.getTime() - claimed.getTime()) : at;
}

/** The later of two times; the first one itself when they are equal. */
export function later(a: Date, b: Date): Date {
  return b > a ? b : a;
}

/** The earlier of two times; the first one itself when they are equal. */
export function earlier(a: Date, b: Date): Date {
  return b < a ? b : a;
}
