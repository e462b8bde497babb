import { risesIn } from '../finalization/impossible-rises.js';
import { BEHIND_MS, CLOCKS_APART_MS, earlier, effectiveTime, isPlausible } from './effective-time.js';
import {
  type Offsets,
  OFF_MS,
  SPACED_MS,
  STEP_MS,
  arrivalsBelow,
  arrivalsNear,
  arrivalsOf,
  arrivalsStamped,
  isByOtherClock,
  isSetRight,
  lastInTime,
  lateSteps,
  spacesIn,
  stepOf,
  withOffset,
} from './offsets.js';
import type { Session } from './session.js';

/** Said of a session whose clock may be behind; once that is known, its times are mended. */
export const START_TIME_DOUBTFUL = 'start-time-doubtful';
/** How late what a station tells at once may arrive. */
const AT_ONCE_MS = 60_000;
/** How late it mostly does. */
const SECONDS_MS = 10_000;
const HOUR_MS = 3_600_000;
/** No queue is sent with such pauses. */
const APART_MS = 900_000;
/** Stamps are of whole seconds. */
const STOOD_MS = 1_000;

/** The clock by which a session began: how far it stood behind ours, and the first moment that it did not say. */
export interface StationClock {
  readonly behindMs: number;
  readonly until: Date;
}

const RIGHT: StationClock = { behindMs: 0, until: new Date(-8.64e15) };

/** What the clock of a session is known by at its start. */
type Start = Pick<Session, 'startClaimedAt' | 'startReceivedAt' | 'offsets'>;
/** What is known of its end. */
type End = Pick<Session, 'endClaimedAt' | 'endReceivedAt'>;

/**
 * The clock by which a session began. One that was never set is off by whatever the start was late. So is one that is
 * behind all the while: where start and a later fact arrived as far apart as they happened, and what was less late came
 * after both, if it came at all. Where that may be two queues as well, it is the smaller time.
 */
export function clockOf({ startClaimedAt: claimed, startReceivedAt: received, offsets }: Start): StationClock {
  if (claimed === null || received === null) return RIGHT;
  const behindMs = received.getTime() - claimed.getTime();
  if (!isPlausible(claimed, received)) return { behindMs, until: new Date(received.getTime() - BEHIND_MS) };
  const last = lateLikeStart(offsets, received.getTime(), behindMs).at(-1);
  return last === undefined ? RIGHT : { behindMs, until: new Date(last - CLOCKS_APART_MS) };
}

/**
 * When facts arrived that were as late as the start, and are not of its queue. A clock that is behind tells nothing with
 * less: what came in time before them shows that they are of another queue, and so does what came with them and was less late.
 */
function lateLikeStart(offsets: Offsets, received: number, behindMs: number): number[] {
  if (behindMs < OFF_MS) return [];
  const near = arrivalsNear(offsets, behindMs).filter((at) => at - received >= SPACED_MS);
  if (near.length === 0) return near;
  const { late, inTime } = arrivalsBelow(offsets, behindMs);
  const until = Math.min(...late.map((at) => at - SPACED_MS), ...inTime.map((at) => at - AT_ONCE_MS));
  return near.filter((at) => at < until);
}

/**
 * Whether facts that were as late as each other may have waited in two queues, rather than be told at once by a clock that
 * is off. Three that are spaced were not, where the length is the same either way; nor was one that would have been in the
 * first queue already; and whole hours are those of a clock that was set to another zone.
 */
function mayBeQueues([first = 0, ...others]: readonly number[], behindMs: number, lengthDiffers: boolean): boolean {
  const second = others.find((at) => at - first >= SPACED_MS) ?? first;
  const isThird = !lengthDiffers && others.some((at) => at - second >= SPACED_MS);
  return !isThird && second - behindMs + AT_ONCE_MS >= first && behindMs % HOUR_MS > SECONDS_MS;
}

/** Whether a session that began by a clock that is off ended by one that is not: then its length is another one by either. */
function isEndByAnother(session: Start & End): boolean {
  return session.endClaimedAt !== null && session.endClaimedAt >= clockOf(session).until;
}

/** Whether the times of a session are as its clock says, or not, while the other may be true as well. */
export function isClockDoubtful(session: Start & End): boolean {
  const { startClaimedAt: claimed, startReceivedAt: received, offsets } = session;
  if (claimed === null || received === null || !isPlausible(claimed, received)) return false;
  const behindMs = received.getTime() - claimed.getTime();
  const late = lateLikeStart(offsets, received.getTime(), behindMs);
  const last = late.at(-1);
  if (last === undefined && !isToldAtOnce(claimed, received) && isSetRight(offsets)) return true;
  if (isLateTwice(session, claimed, received)) return true;
  if (last === undefined)
    return toldSetBack(session)?.mayBeQueues === true || isReadByOther(session) || isEndOfOtherZone(session);
  const isByAnother = isEndByAnother(session);
  return (
    mayBeQueues([received.getTime(), ...late], behindMs, isByAnother) || (isByAnother && isEndQueued(session, last))
  );
}

/**
 * Whether the start was late and the end is so by another time, by what is known of the clock, neither of which was said to be
 * offline, while nothing came in time between: it waited twice, or the clock was set in between.
 */
function isLateTwice(session: Start & End, claimed: Date, startReceived: Date): boolean {
  const { offsets, endClaimedAt, endReceivedAt } = session;
  if (endClaimedAt === null || endReceivedAt === null) return false;
  const isStartLate = isLate(offsets, claimed, startReceived);
  const end = corrected(endClaimedAt, clockOf(session));
  if (!isStartLate || !isEndLive(session, endClaimedAt) || endReceivedAt.getTime() - end.getTime() < OFF_MS)
    return false;
  const [from, to] = [startReceived.getTime(), endReceivedAt.getTime()];
  const late = lateSteps(offsets).flatMap((step) => arrivalsOf(offsets, step));
  const before = Math.max(from, ...late.filter((at) => at < to));
  const isInTime = arrivalsOf(offsets, stepOf(0)).some((at) => at > from && at < to);
  return to - before >= APART_MS && !isInTime;
}

/**
 * Whether start and end were told at once, and what came in between by another clock, which is behind those: as meters and connectors of some
 * stations have.
 */
function isReadByOther(session: Start & End): boolean {
  const { startClaimedAt, startReceivedAt, endClaimedAt, endReceivedAt, offsets } = session;
  const isInTime = isToldAtOnce(startClaimedAt, startReceivedAt) && isToldAtOnce(endClaimedAt, endReceivedAt);
  return isInTime && isByOtherClock(offsets);
}

/**
 * Whether the end is late by whole hours, and nothing by any other time: its clock may have been set to another zone, as clocks
 * that go back, or it waited for so long.
 */
function isEndOfOtherZone(session: Start & End): boolean {
  const { startClaimedAt, startReceivedAt, endClaimedAt: claimed, endReceivedAt: received, offsets } = session;
  if (claimed === null || received === null || !isToldAtOnce(startClaimedAt, startReceivedAt)) return false;
  const behindMs = received.getTime() - claimed.getTime();
  if (!isEndLive(session, claimed) || behindMs % HOUR_MS > SECONDS_MS) return false;
  return lateSteps(offsets).every((step) => Math.abs(step - stepOf(behindMs)) <= 1);
}

/** Whether something came long after its time, and its station does not say that it was offline. */
function isLate(offsets: Offsets, at: Date, received: Date): boolean {
  const behindMs = received.getTime() - at.getTime();
  return behindMs >= OFF_MS && arrivalsOf(offsets, stepOf(behindMs)).includes(received.getTime());
}

/** Whether an end came later than its clock is known to be behind, while nothing shows that it was set right since. */
function isEndQueued({ endClaimedAt, endReceivedAt, offsets }: Start & End, lastLate: number): boolean {
  return !isToldAtOnce(endClaimedAt, endReceivedAt) && (lastInTime(offsets) ?? -Infinity) < lastLate;
}

/** A moment of a session by our clock; one of the time after its station's clock was set right stays the very same. */
export function corrected(at: Date, { behindMs, until }: StationClock): Date {
  return at < until ? new Date(at.getTime() + behindMs) : at;
}

/** A moment as its station said it, of one that was moved by a clock. */
function asSaid(at: Date, { behindMs, until }: StationClock): Date {
  const said = new Date(at.getTime() - behindMs);
  return said < until ? said : at;
}

/** Whether a fact shows that the clock of its session is off. */
export function showsClock(session: Session, fact: { at: string; receivedAt: string; offline: boolean }): boolean {
  const offsets = withOffset(session.offsets, fact);
  return offsets !== session.offsets && clockOf({ ...session, offsets }).behindMs !== clockOf(session).behindMs;
}

/** The session with all that it knew before by the clock that is known now. */
export function inOneClock(before: Session, after: Session): Session {
  const [known, clock] = [clockOf(before), clockOf(after)];
  if (clock.behindMs === known.behindMs) return after;
  const { startClaimedAt, startReceivedAt, startedAt, walks, flags } = after;
  const anew = (at: Date): Date => (clock === RIGHT ? asSaid(at, known) : corrected(at, clock));
  const moved = (at: Date | null): Date | null => at && anew(at);
  const time = (ms: number): number => anew(new Date(ms)).getTime();
  return {
    ...after,
    startedAt: startClaimedAt && startReceivedAt ? toldStart(startClaimedAt, startReceivedAt, clock) : startedAt,
    lastHeardAt: earlier(anew(after.lastHeardAt), after.lastReceivedAt),
    stateAt: moved(after.stateAt),
    chargedAt: moved(after.chargedAt),
    risenAt: moved(after.risenAt),
    idleSince: moved(after.idleSince),
    flags: flags.filter((flag) => flag !== START_TIME_DOUBTFUL),
    walks: Object.fromEntries(
      Object.entries(walks).map(([series, { rises, ...walk }]) => [
        series,
        { ...walk, at: time(walk.at), since: time(walk.since), ...(rises ? { rises: risesIn(rises, time) } : {}) },
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
    const arrivedMs = arrivalsOf(offsets, step).at(-1) ?? 0;
    return Math.abs(arrivedMs - step * STEP_MS - lastHeardAt.getTime()) <= 2 * STEP_MS;
  });
}

/**
 * The clock by which a session ended, where it was right at the start and was set back since: what it says came late all
 * the while and as far apart as it was, and nothing came that was less late in between.
 */
export function clockSetBack(session: Start & End): SetBack | undefined {
  const setBack = toldSetBack(session);
  return setBack?.mayBeQueues === false ? setBack : undefined;
}

function toldSetBack(session: Start & End): (SetBack & { mayBeQueues: boolean }) | undefined {
  const { startClaimedAt, startReceivedAt, endClaimedAt: claimed, endReceivedAt: received, offsets } = session;
  if (claimed === null || received === null || !isToldAtOnce(startClaimedAt, startReceivedAt)) return undefined;
  if (!isEndLive(session, claimed)) return undefined;
  const behindMs = received.getTime() - claimed.getTime();
  const { late, inTime } = arrivalsBelow(offsets, behindMs);
  const since = Math.max(0, ...inTime);
  const lastLess = Math.max(since, ...late);
  const before = arrivalsNear(offsets, behindMs).filter((at) => at > lastLess && received.getTime() - at >= SPACED_MS);
  if (before.length === 0) return undefined;
  return {
    behindMs,
    since: new Date(since),
    mayBeQueues: mayBeQueues([...before, received.getTime()], behindMs, true),
  };
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
  if (known.getTime() - (lastInTime(offsets) ?? -Infinity) > OFF_MS) return true;
  const lastOf = (step: number): number => arrivalsOf(offsets, step).at(-1) ?? -Infinity;
  return lateSteps(offsets).some((step) => Math.abs(lastOf(step) - received.getTime()) <= SPACED_MS);
}

export function isToldAtOnce(at: Date | null, received: Date | null): boolean {
  return at !== null && received !== null && Math.abs(received.getTime() - at.getTime()) <= AT_ONCE_MS;
}

/** Moments of a session by our clock: it begins by one of its station, and may end by another one. */
export function byOurClock(session: Start & End): (at: Date) => Date {
  const clock = clockOf(session);
  const setBack = clock === RIGHT ? clockSetBack(session) : undefined;
  if (!setBack || session.startClaimedAt === null) return (at) => corrected(at, clock);
  const { since, behindMs } = setBack;
  const from = new Date(session.startClaimedAt.getTime() - CLOCKS_APART_MS);
  // What is stamped before the start was said by the clock that was set back.
  return (at) => (at > since || at < from ? new Date(at.getTime() + behindMs) : at);
}

/**
 * Whether it began and ended at one time of a clock that was never set, and the arrivals are further apart: then it stands
 * still, and nobody knows more of the end than when it arrived.
 */
export function isStandingStill({
  startClaimedAt,
  startReceivedAt,
  endClaimedAt,
  endReceivedAt,
}: Omit<Start, 'offsets'> & End): boolean {
  if (startClaimedAt === null || startReceivedAt === null || endClaimedAt === null || endReceivedAt === null)
    return false;
  if (isPlausible(startClaimedAt, startReceivedAt)) return false;
  const [claimedMs, receivedMs] = [
    endClaimedAt.getTime() - startClaimedAt.getTime(),
    endReceivedAt.getTime() - startReceivedAt.getTime(),
  ];
  return Math.abs(claimedMs) < STOOD_MS && receivedMs > CLOCKS_APART_MS;
}

/**
 * Whether its clock stood still at its end, as far as what is stamped like that shows which came late, in other spaces of time, and with
 * nothing in time since: surely where those are three, as no queue makes them; two may be two queues.
 */
export function stoodAtEnd(
  session: Pick<Session, 'offsets' | 'endClaimedAt' | 'endReceivedAt' | 'lastFactAt'>,
): 'surely' | 'maybe' | 'not' {
  const { offsets, endClaimedAt, lastFactAt } = session;
  const stamp = endClaimedAt ?? lastFactAt;
  if (endClaimedAt !== null && !isEndLive(session, endClaimedAt)) return 'not';
  if ((lastInTime(offsets) ?? -Infinity) - stamp.getTime() > OFF_MS) return 'not';
  const spaces = spacesIn(arrivalsStamped(offsets, stamp));
  return spaces >= 3 ? 'surely' : spaces === 2 ? 'maybe' : 'not';
}

/** Whether an end came long after its time, and its station does not say that it was offline. */
export function isEndLive(
  { offsets, endReceivedAt: received }: Pick<Session, 'offsets' | 'endReceivedAt'>,
  end: Date,
): boolean {
  if (received === null) return false;
  const behindMs = received.getTime() - end.getTime();
  return behindMs >= OFF_MS && (arrivalsOf(offsets, stepOf(behindMs)).at(-1) ?? 0) >= received.getTime();
}

/** The start as its station told it, by our clock. */
export function toldStart(claimed: Date, received: Date, clock: StationClock): Date {
  return effectiveTime(corrected(claimed, clock), received);
}
