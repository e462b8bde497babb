import { BEHIND_MS, CLOCKS_APART_MS, earlier, effectiveTime, isPlausible, moment } from './effective-time.js';
import type { Arrivals, Offsets } from './offsets.js';
import type { Session } from './session.js';

/** Said of a session whose clock may be behind; once that is known, its times are mended. */
const START_TIME_DOUBTFUL = 'start-time-doubtful';
/** What is told at once arrives as far apart as it happened, by this much at least; a queue arrives in a burst. */
const SPACED_MS = 300_000;
/** A clock that is off by less is left alone: what it says may have been on its way for as long. */
export const OFF_MS = 300_000;
/** Offsets within one step, or in two next to each other, are the same: messages are on their way for some seconds. */
const STEP_MS = 30_000;
/** So many offsets are kept, the smallest: a queue makes one of each message, a clock that is off one of all. */
const KEPT_MAX = 17;

/** The offset of what came in time; those of what came late are above it. */
const IN_TIME = 0;

/** The clock by which a session began: how far it stood behind ours, and the first moment that it did not say. */
export interface StationClock {
  readonly behindMs: number;
  readonly until: Date;
}

const RIGHT: StationClock = { behindMs: 0, until: new Date(-8.64e15) };

/** What the arrival of one more fact tells; what its station says to have been offline tells nothing. */
export function withOffset(known: Offsets, fact: { at: string; receivedAt: string; offline: boolean }): Offsets {
  const received = moment(fact.receivedAt).getTime();
  const behindMs = received - moment(fact.at).getTime();
  if (fact.offline || behindMs > BEHIND_MS) return known;
  const step = behindMs < OFF_MS ? IN_TIME : stepOf(behindMs);
  const [first, last] = arrivalsOf(known, step) ?? [Infinity, -Infinity];
  if (first <= received && received <= last) return known;
  const offsets: Offsets = { ...known, [step]: [Math.min(first, received), Math.max(last, received)] };
  const steps = Object.keys(offsets);
  // Keys that are whole numbers are in their order.
  return steps.length > KEPT_MAX ? Object.fromEntries(Object.entries(offsets).slice(0, KEPT_MAX)) : offsets;
}

function arrivalsOf(offsets: Offsets, step: number): Arrivals | undefined {
  const arrivals = offsets[step];
  return typeof arrivals === 'number' ? [arrivals, arrivals] : arrivals;
}

/** When the first and the last of an offset arrived, and of those that are as good as the same. */
function arrivalsNear(offsets: Offsets, step: number): Arrivals | undefined {
  const near = [step - 1, step, step + 1].flatMap((one) => (one === IN_TIME ? [] : (arrivalsOf(offsets, one) ?? [])));
  return near.length > 0 ? [Math.min(...near), Math.max(...near)] : undefined;
}

/**
 * The clock by which a session began. One that was never set is off by whatever the start was late. So is one that is
 * behind all the while: where start and a later fact arrived as far apart as they happened, neither was queued, and the
 * lateness of both is the clock's.
 */
export function clockOf({
  startClaimedAt: claimed,
  startReceivedAt: received,
  offsets,
}: Pick<Session, 'startClaimedAt' | 'startReceivedAt' | 'offsets'>): StationClock {
  if (claimed === null || received === null) return RIGHT;
  const behindMs = received.getTime() - claimed.getTime();
  if (!isPlausible(claimed, received)) return { behindMs, until: new Date(received.getTime() - BEHIND_MS) };
  const [, last] = arrivalsNear(offsets, stepOf(behindMs)) ?? [0, 0];
  if (behindMs < OFF_MS || last - received.getTime() < SPACED_MS) return RIGHT;
  return { behindMs, until: new Date(last - CLOCKS_APART_MS) };
}

function stepOf(behindMs: number): number {
  return Math.floor(behindMs / STEP_MS);
}

/** A moment of a session by our clock; one of the time after its station's clock was set right stays the very same. */
export function corrected(at: Date, { behindMs, until }: StationClock): Date {
  return at < until ? new Date(at.getTime() + behindMs) : at;
}

/** Whether a fact shows that the clock of its session is off. */
export function showsClock(session: Session, fact: { at: string; receivedAt: string; offline: boolean }): boolean {
  const offsets = withOffset(session.offsets, fact);
  return offsets !== session.offsets && clockOf({ ...session, offsets }).behindMs !== clockOf(session).behindMs;
}

/** The session with all that it knew before by the clock that is known now. */
export function inOneClock(before: Session, after: Session): Session {
  const clock = clockOf(after);
  if (clock.behindMs === clockOf(before).behindMs) return after;
  const { startClaimedAt, startReceivedAt, startedAt, walks, flags } = after;
  const moved = (at: Date | null): Date | null => at && corrected(at, clock);
  const time = (ms: number): number => corrected(new Date(ms), clock).getTime();
  return {
    ...after,
    startedAt: startClaimedAt && startReceivedAt ? toldStart(startClaimedAt, startReceivedAt, clock) : startedAt,
    lastHeardAt: earlier(corrected(after.lastHeardAt, clock), after.lastReceivedAt),
    stateAt: moved(after.stateAt),
    risenAt: moved(after.risenAt),
    idleSince: moved(after.idleSince),
    flags: flags.filter((flag) => flag !== START_TIME_DOUBTFUL),
    walks: Object.fromEntries(
      Object.entries(walks).map(([series, known]) => [
        series,
        { ...known, at: time(known.at), since: time(known.since) },
      ]),
    ),
  };
}

/**
 * Whether the clock was set back before the end, which was not said to have been offline: what is newer than it was
 * heard before it came, and was not late itself.
 */
export function isEndSetBack(session: Session, end: Date): boolean {
  const { offsets, lastHeardAt, endReceivedAt: received } = session;
  if (received === null || !isEndLive(session, end)) return false;
  if (lastHeardAt.getTime() - end.getTime() <= OFF_MS || lastHeardAt > received) return false;
  return !lateSteps(offsets).some((step) => {
    const [, arrivedMs] = arrivalsOf(offsets, step) ?? [0, 0];
    return Math.abs(arrivedMs - step * STEP_MS - lastHeardAt.getTime()) <= 2 * STEP_MS;
  });
}

/**
 * The clock by which a session ended, where it was right at the start and was set back since: what it says came late all
 * the while and as far apart as it was, and nothing came in time in between.
 */
export function clockSetBack(
  session: Pick<Session, 'startClaimedAt' | 'startReceivedAt' | 'endClaimedAt' | 'endReceivedAt' | 'offsets'>,
): SetBack | undefined {
  const { startClaimedAt, startReceivedAt, endClaimedAt: claimed, endReceivedAt: received, offsets } = session;
  if (claimed === null || received === null || !isToldAtOnce(startClaimedAt, startReceivedAt)) return undefined;
  const behindMs = received.getTime() - claimed.getTime();
  const [first] = arrivalsNear(offsets, stepOf(behindMs)) ?? [Infinity];
  const [, inTime] = arrivalsOf(offsets, IN_TIME) ?? [0, 0];
  if (!isEndLive(session, claimed) || received.getTime() - first < SPACED_MS || first <= inTime) return undefined;
  return { behindMs, since: new Date(inTime) };
}

/** A clock that was set back: how far it stood behind ours then, and a moment after which all that is said is by it. */
interface SetBack {
  readonly behindMs: number;
  readonly since: Date;
}

/**
 * Whether what is known of a session until a moment came late, or something that did came with what was received then: that
 * may have waited as well.
 */
export function isQueued({ offsets }: Pick<Session, 'offsets'>, known: Date, received: Date): boolean {
  const [, inTime] = arrivalsOf(offsets, IN_TIME) ?? [0, -Infinity];
  if (known.getTime() - inTime > OFF_MS) return true;
  const lastOf = (step: number): number => arrivalsOf(offsets, step)?.[1] ?? -Infinity;
  return lateSteps(offsets).some((step) => Math.abs(lastOf(step) - received.getTime()) <= SPACED_MS);
}

/** How late what a station tells at once may arrive. */
const AT_ONCE_MS = 60_000;

export function isToldAtOnce(at: Date | null, received: Date | null): boolean {
  return at !== null && received !== null && Math.abs(received.getTime() - at.getTime()) <= AT_ONCE_MS;
}

/** Moments of a session by our clock: it begins by one of its station, and may end by another one. */
export function byOurClock(session: Session): (at: Date) => Date {
  const clock = clockOf(session);
  const setBack = clock === RIGHT ? clockSetBack(session) : undefined;
  return (at) => (setBack && at > setBack.since ? new Date(at.getTime() + setBack.behindMs) : corrected(at, clock));
}

function lateSteps(offsets: Offsets): number[] {
  return Object.keys(offsets)
    .map(Number)
    .filter((step) => step !== IN_TIME);
}

/** Whether an end came long after its time, and its station does not say that it was offline. */
export function isEndLive(
  { offsets, endReceivedAt: received }: Pick<Session, 'offsets' | 'endReceivedAt'>,
  end: Date,
): boolean {
  if (received === null) return false;
  const behindMs = received.getTime() - end.getTime();
  return behindMs >= OFF_MS && (arrivalsOf(offsets, stepOf(behindMs))?.[1] ?? 0) >= received.getTime();
}

/** The start as its station told it, by our clock. */
export function toldStart(claimed: Date, received: Date, clock: StationClock): Date {
  return effectiveTime(corrected(claimed, clock), received);
}
