import { IANAZone } from 'luxon';

export const DAY_MS = 86_400_000;
/** Clocks are not changed twice within so long. */
const UNCHANGED_MS = 6 * 3_600_000;
/** A year of days, and a leap day. */
const MAX_DAYS_KEPT = 366;

/** The location's time zone is not in the IANA database. */
export class TimeZoneUnknown extends Error {
  override readonly name = 'TimeZoneUnknown';
}

/** A span of instants, end exclusive, in which no answer about local time changes. */
export interface Window<T> {
  readonly startMs: number;
  readonly endMs: number;
  readonly value: T;
}

/** Finds the window of an instant. */
export type Calendar<T> = (ms: number) => Window<T>;

/** One window for all of time, for tariffs that do not ask for it. */
export function timelessCalendar<T>(value: T): Calendar<T> {
  const always = { startMs: -Infinity, endMs: Infinity, value };
  return () => always;
}

/**
 * Cuts time where a local clock shows one of `minutes` (since midnight) or is changed, and says what holds in between.
 * A clock that is set back shows a time twice and both are cuts; one that is set forward may never show it, and then
 * the change itself is the cut. `valueAt` is given the wall clock as if it were UTC.
 * Days are worked out once and kept, as long as they have no more than `mostKept` windows. @throws TimeZoneUnknown
 */
export function localCalendar<T>(
  timeZone: string,
  minutes: readonly number[],
  valueAt: (localMs: number) => T,
  mostKept: number,
): Calendar<T> {
  const zone = zoneOf(timeZone);
  const offsetMs = (ms: number) => zone.offset(ms) * 60_000;
  const kept = new Map<number, Window<T>[]>();
  let windowsKept = 0;
  return (ms) => {
    const day = Math.floor(ms / DAY_MS);
    let windows = kept.get(day);
    if (!windows) {
      windows = windowsOfDay(day, minutes, offsetMs, valueAt);
      windowsKept += windows.length;
      if (kept.size >= MAX_DAYS_KEPT || windowsKept > mostKept) {
        kept.clear();
        windowsKept = windows.length;
      }
      kept.set(day, windows);
    }
    return windows.find((window) => ms < window.endMs) as Window<T>;
  };
}

const validZones = new Set<string>();

/** To ask whether there is a zone takes longer than all else that is done with it once; luxon keeps those that there are. */
function zoneOf(timeZone: string): IANAZone {
  if (!validZones.has(timeZone)) {
    if (!IANAZone.isValidZone(timeZone)) throw new TimeZoneUnknown(`no IANA time zone: ${timeZone.slice(0, 40)}`);
    validZones.add(timeZone);
  }
  return IANAZone.create(timeZone);
}

function windowsOfDay<T>(
  day: number,
  minutes: readonly number[],
  offsetMs: (ms: number) => number,
  valueAt: (localMs: number) => T,
): Window<T>[] {
  const [from, to] = [day * DAY_MS, (day + 1) * DAY_MS];
  // The offset is kept with each cut, for to ask for it takes longer than all the rest.
  const cuts = new Map<number, number>();
  for (const span of spansOfOneOffset(from, to, offsetMs)) {
    cuts.set(span.from, span.offset);
    for (const minute of minutes) {
      const first = minute * 60_000 - span.offset;
      const shown = first + Math.ceil((span.from - first) / DAY_MS) * DAY_MS;
      if (shown < span.to) cuts.set(shown, span.offset);
    }
  }
  const starts = [...cuts].sort(([a], [b]) => a - b);
  return starts.map(([startMs, offset], i) => ({
    startMs,
    endMs: starts[i + 1]?.[0] ?? to,
    value: valueAt(startMs + offset),
  }));
}

function spansOfOneOffset(from: number, to: number, offsetMs: (ms: number) => number) {
  const spans = [{ from, to, offset: offsetMs(from) }];
  for (let at = from; at < to; at += UNCHANGED_MS) {
    const last = spans.at(-1);
    const offset = offsetMs(at + UNCHANGED_MS);
    if (!last || offset === last.offset) continue;
    const change = changeBetween(at, at + UNCHANGED_MS, offsetMs);
    if (change >= to) continue;
    last.to = change;
    spans.push({ from: change, to, offset });
  }
  return spans;
}

/** The first millisecond of the new offset. */
function changeBetween(before: number, after: number, offsetMs: (ms: number) => number): number {
  const old = offsetMs(before);
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}
