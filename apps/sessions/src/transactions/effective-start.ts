const HOUR_MS = 3_600_000;
/** A station's clock may be this far ahead of ours; what is further is not believed. */
const AHEAD_MS = 24 * HOUR_MS;
/** An offline station may tell of what was this long ago; what is older is a clock that was never set. */
const BEHIND_MS = 365 * 24 * HOUR_MS;

/** Whether a station's time may be true, seen from when it reached us. */
export function isPlausible(claimed: Date, received: Date): boolean {
  const ahead = claimed.getTime() - received.getTime();
  return ahead <= AHEAD_MS && -ahead <= BEHIND_MS;
}

/** The start that prices are pinned by: the station's time, or ours where that cannot be true. */
export function effectiveStart(claimed: Date, received: Date): Date {
  return isPlausible(claimed, received) ? claimed : received;
}
