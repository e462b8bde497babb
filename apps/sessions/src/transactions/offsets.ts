import { BEHIND_MS, CLOCKS_APART_MS, parseStationTime } from './effective-time.js';
import type { ToldAhead } from './transaction-fact.js';

/** What is told at once arrives as far apart as it happened, by this much at least; a queue arrives in a burst. */
export const SPACED_MS = 300_000;
/** A clock that is off by less is left alone: what it says may have been on its way for as long. */
export const OFF_MS = 300_000;
/** Offsets within one step, or in two next to each other, are the same: messages are on their way for some seconds. */
export const STEP_MS = 30_000;
/** So many offsets are kept, the smallest and the largest: a queue or a clock that stands still makes one of each message, a clock that is off one of all. */
const KEPT_MAX = 17;
/** Of so many spaces of time the first arrival is kept: of three, the first and the third are spaced. */
const SPACES_MAX = 3;

/** When facts of an offset arrived, in ms and in their order: the first of each of the first spaces of time, and the last. */
type Arrivals = readonly number[];

/**
 * By how many steps the arrivals of facts were later than their stamps, and when those of each such offset arrived; of
 * sessions of before 2026-11-27 the last of them only, or the first and the last. All that came in time is one offset; what came
 * by a clock that is ahead is in another one besides, below it.
 */
export type Offsets = Readonly<Record<string, Arrivals | number>>;

/** The offset of what came in time; those of what came late are above it, and by how much a clock was ahead below. */
const IN_TIME = 0;
/** That of what is said to have been offline, and is not ahead. */
const WAITED = -1;
/** From there on a clock was never set. */
const UNSET = Math.floor(BEHIND_MS / STEP_MS);

/** What the arrival of one more fact tells; what its station says to have been offline tells nothing but that it waited. */
export function withOffset(known: Offsets, fact: Arrived): Offsets {
  const received = parseStationTime(fact.receivedAt).getTime();
  const behindMs = received - parseStationTime(fact.at).getTime();
  const { aheadMs = 0, offline } = fact;
  const isAhead = aheadMs > CLOCKS_APART_MS;
  const offsets = isAhead ? withStep(known, -stepOf(aheadMs), received) : known;
  if (offline) return isAhead ? offsets : withStep(offsets, WAITED, received);
  return withStep(offsets, behindMs < OFF_MS ? IN_TIME : stepOf(behindMs), received);
}

/** Whether a start by a clock that was never set waited: its station says so, or what it told later was less late. */
export function isUnsetQueued(offsets: Offsets, claimed: Date, received: Date): boolean {
  const unset = stepsOf(offsets).filter((step) => step >= UNSET);
  const behindMs = received.getTime() - claimed.getTime();
  return (
    arrivalsOf(offsets, WAITED).includes(received.getTime()) ||
    Math.min(...unset) * STEP_MS < behindMs - CLOCKS_APART_MS
  );
}

/**
 * Whether a start that came late waited in a queue: something less late came after it that was stamped before it came. By a clock that
 * is behind nothing is less late, and by one that was set right since nothing is stamped before that.
 */
export function isOfQueue(offsets: Offsets, claimed: Date, received: Date): boolean {
  const step = stepOf(received.getTime() - claimed.getTime());
  const isStampedBefore = (less: number, at: number): boolean =>
    at >= received.getTime() && at - less * STEP_MS <= received.getTime() - CLOCKS_APART_MS;
  return lateSteps(offsets).some(
    (less) => less < step - 2 && arrivalsOf(offsets, less).some((at) => isStampedBefore(less, at)),
  );
}

type Arrived = ToldAhead & { at: string; receivedAt: string; offline: boolean };

function withStep(known: Offsets, step: number, received: number): Offsets {
  const before = arrivalsOf(known, step);
  const arrivals = withArrival(before, received);
  if (arrivals.length === before.length && arrivals.every((one, index) => one === before[index])) return known;
  const offsets = { ...known, [step]: arrivals };
  return step in known ? offsets : bounded(offsets);
}

/** The least that was late is kept, by a clock that is set and by one that is not, and the furthest that was ahead. */
function bounded(offsets: Offsets): Offsets {
  const steps = stepsOf(offsets).sort((a, b) => a - b);
  const groups = [steps.filter((step) => step < IN_TIME), lateAndInTime(steps), steps.filter((step) => step >= UNSET)];
  const kept = groups.flatMap((group) =>
    group.length <= KEPT_MAX ? group : [...group.slice(0, KEPT_MAX - 1), ...group.slice(-1)],
  );
  return kept.length === steps.length
    ? offsets
    : Object.fromEntries(kept.map((step) => [step, arrivalsOf(offsets, step)]));
}

function lateAndInTime(steps: readonly number[]): number[] {
  return steps.filter((step) => step >= IN_TIME && step < UNSET);
}

/** Whether something waited that came by a clock which is ahead: it is by clearly less than others are, or not at all. */
export function isQueuedAhead(offsets: Offsets): boolean {
  const ahead = stepsOf(offsets).filter((step) => step < IN_TIME);
  if (!hasAhead(offsets)) return false;
  const isApart = (Math.max(...ahead) - Math.min(...ahead)) * STEP_MS >= OFF_MS;
  return lateSteps(offsets).length > 0 || isApart || hasWaitedAsLong(offsets);
}

/** Whether something came as if in time between others that were far ahead: it waited for as long as the clock is. */
function hasWaitedAsLong(offsets: Offsets): boolean {
  const farAhead = stepsOf(offsets).filter((step) => -step * STEP_MS >= OFF_MS);
  const told = farAhead.flatMap((step) => arrivalsOf(offsets, step));
  const ahead = new Set(stepsOf(offsets).flatMap((step) => (step < WAITED ? arrivalsOf(offsets, step) : [])));
  const [first, last] = [Math.min(...told), Math.max(...told)];
  return arrivalsOf(offsets, IN_TIME).some((at) => at > first && at < last && !ahead.has(at));
}

/** Whether something that arrived then came by a clock that was ahead by a minute or more. */
export function isToldAhead(offsets: Offsets, received: Date): boolean {
  return stepsOf(offsets).some((step) => step < WAITED && arrivalsOf(offsets, step).includes(received.getTime()));
}

function hasAhead(offsets: Offsets): boolean {
  return stepsOf(offsets).some((step) => step < WAITED);
}

/**
 * Whether its clock was behind for a while and was set right: facts of three spaces of time came as late as each other, which
 * no queue does, and something that was less late came after them.
 */
export function isSetRight(offsets: Offsets): boolean {
  return lateSteps(offsets).some((step) => {
    const arrivals = arrivalsNear(offsets, step * STEP_MS);
    const [first = 0, last = 0] = [arrivals[0], arrivals.at(-1)];
    const second = arrivals.find((at) => at - first >= SPACED_MS) ?? last;
    if (last - second < SPACED_MS) return false;
    const { late, inTime } = arrivalsBelow(offsets, step * STEP_MS);
    return Math.max(...late, ...inTime) > last;
  });
}

/** In steps, so that a clock of another zone is told from a queue. */
const HOUR_STEPS = 3_600_000 / STEP_MS;

/** Whether what came late did so in three spaces of time by as much, which no queue does, or all of it by whole hours, as a clock of another zone. */
export function isByOtherClock(offsets: Offsets): boolean {
  const steps = lateSteps(offsets);
  if (steps.length === 0) return false;
  return steps.every((step) => step % HOUR_STEPS === 0) || steps.some((step) => isSpacedThrice(offsets, step));
}

function isSpacedThrice(offsets: Offsets, step: number): boolean {
  return spacesIn(arrivalsNear(offsets, step * STEP_MS)) >= 3;
}

/** In how many spaces of time something arrived, the first and the second of which are apart, and so on. */
export function spacesIn(arrivals: readonly number[]): number {
  let [last, count] = [-Infinity, 0];
  for (const at of arrivals) {
    if (at - last < SPACED_MS) continue;
    [last, count] = [at, count + 1];
  }
  return count;
}

/** When facts arrived late that are stamped with a moment, or as good as that. */
export function arrivalsStamped(offsets: Offsets, stamp: Date): number[] {
  const isStamped = (at: number, step: number): boolean => Math.abs(at - step * STEP_MS - stamp.getTime()) <= STEP_MS;
  const arrivals = lateSteps(offsets).flatMap((step) => arrivalsOf(offsets, step).filter((at) => isStamped(at, step)));
  return arrivals.sort((a, b) => a - b);
}

/** The moments by which facts of three spaces of time are stamped: a clock stood still there, to half a minute. */
export function standstills(offsets: Offsets): Date[] {
  const stamps = lateSteps(offsets).flatMap((step) =>
    arrivalsOf(offsets, step).map((at) => new Date(at - step * STEP_MS)),
  );
  return stamps.filter((stamp) => spacesIn(arrivalsStamped(offsets, stamp)) >= 3);
}

/** What is kept of all arrivals is the same in whatever order they become known. */
function withArrival(known: Arrivals, received: number): Arrivals {
  if (known.includes(received)) return known;
  const all = [...known, received].sort((a, b) => a - b);
  const firsts = all.filter((at, index) => spaceOf(at) !== spaceOf(all[index - 1])).slice(0, SPACES_MAX);
  const last = all.at(-1) ?? received;
  return firsts.at(-1) === last ? firsts : [...firsts, last];
}

function spaceOf(at: number | undefined): number | undefined {
  return at === undefined ? undefined : Math.floor(at / SPACED_MS);
}

export function stepOf(behindMs: number): number {
  return Math.floor(behindMs / STEP_MS);
}

/** None where nothing is known of an offset. */
export function arrivalsOf(offsets: Offsets, step: number): Arrivals {
  const arrivals = offsets[step] ?? [];
  return typeof arrivals === 'number' ? [arrivals] : arrivals;
}

export function lastInTime(offsets: Offsets): number | undefined {
  return arrivalsOf(offsets, IN_TIME).at(-1);
}

/** When facts arrived that were as late, or as good as that. */
export function arrivalsNear(offsets: Offsets, behindMs: number): number[] {
  const step = stepOf(behindMs);
  const near = [step - 1, step, step + 1].filter((one) => one !== IN_TIME);
  return near.flatMap((one) => arrivalsOf(offsets, one)).sort((a, b) => a - b);
}

/** When facts arrived that were late by clearly less, and when those that were in time did. */
export function arrivalsBelow(offsets: Offsets, behindMs: number): { late: number[]; inTime: Arrivals } {
  const steps = lateSteps(offsets).filter((step) => step < stepOf(behindMs) - 1);
  return { late: steps.flatMap((step) => arrivalsOf(offsets, step)), inTime: arrivalsOf(offsets, IN_TIME) };
}

export function lateSteps(offsets: Offsets): number[] {
  return stepsOf(offsets).filter((step) => step > IN_TIME && step < UNSET);
}

function stepsOf(offsets: Offsets): number[] {
  return Object.keys(offsets).map(Number);
}
