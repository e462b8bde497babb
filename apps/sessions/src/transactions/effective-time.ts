/** An offline station may tell of what was this long ago; what is older is a clock that was never set. */
export const BEHIND_MS = 365 * 86_400_000;
/** Clocks that are set over a mobile network differ by so much. */
const NOT_WORTH_SAYING_MS = 5_000;
/** How far the clocks within a station are apart: so long before its start, or after its end, a reading may be of it. */
export const CLOCKS_APART_MS = 60_000;
/** The year 1; PostgreSQL reaches less far back than JavaScript. */
const EARLIEST_MS = -62_135_596_800_000;

/** The last two times that were read, the newest first: a fact has its own and that of its arrival, and asks for both often. */
let [last, before] = [readTime('0001-01-01T00:00:00Z'), readTime('0001-01-01T00:00:00Z')];

/** A time that a station wrote. */
export function parseStationTime(text: string): Date {
  if (text !== last.text) [last, before] = [text === before.text ? before : readTime(text), last];
  return new Date(last.ms);
}

function readTime(text: string): { text: string; ms: number } {
  return { text, ms: Math.max(Date.parse(text), EARLIEST_MS) };
}

/** Said of a session whose start or end is not the one that the station says. */
export const CLOCK_IMPLAUSIBLE = 'clock-implausible';
/** Said of a session of which something was told before it can have happened. */
export const CLOCK_AHEAD = 'clock-ahead';
/** Said besides where that was by minutes: what waited in a queue then is of another time than its stamp, and nothing shows it. */
export const CLOCK_FAR_AHEAD = 'clock-far-ahead';

/** Whether a station's time may be true, seen from when it reached us: nothing is told before it happens. */
export function isPlausible(claimed: Date, received: Date): boolean {
  const behind = received.getTime() - claimed.getTime();
  return behind >= 0 && behind <= BEHIND_MS;
}

/** Whether a mended time is worth saying so. */
export function isMended(claimed: Date, counted: Date): boolean {
  return Math.abs(claimed.getTime() - counted.getTime()) > NOT_WORTH_SAYING_MS;
}

/** The time that counts: the station's, or ours where that cannot be true. Prices are pinned by that of the start. */
export function effectiveTime(claimed: Date, received: Date): Date {
  return isPlausible(claimed, received) ? claimed : received;
}

/** The later of two times; the first one itself when they are equal. */
export function later(a: Date, b: Date): Date {
  return b > a ? b : a;
}

/** The earlier of two times; the first one itself when they are equal. */
export function earlier(a: Date, b: Date): Date {
  return b < a ? b : a;
}

/** When something was said: a clock may be ahead, and then it is its arrival (`withoutFuture`). */
export function saidAt({ at, receivedAt }: { readonly at: string; readonly receivedAt: string }): Date {
  return earlier(parseStationTime(at), parseStationTime(receivedAt));
}
