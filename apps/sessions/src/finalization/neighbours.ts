import { CLOCK_FAR_AHEAD, parseStationTime } from '../transactions/effective-time.js';
import { type Whole, endOf, runUntil } from '../transactions/lifecycle.js';
import { OFF_MS } from '../transactions/offsets.js';
import { byOurClock, isToldAtOnce } from '../transactions/station-clock.js';
import type { FinalizeContext } from './finalize-context.js';
import { type Neighbour, isFollowedBy, neighbourOf } from './overlap.js';
import { stepOf } from './register-walk.js';
import { type LastRegister, type RegistersAround, WENT_ON, isAboveUse } from './registers-around.js';
import { REGISTERS_OVERLAP, type RegisterSpan } from './registers-overlap.js';

/** Held for it, or decided on for it: it ran while another one at its EVSE did. */
const SESSIONS_OVERLAP = 'sessions-overlap';

/** What of a session tells of those next to it at its EVSE. */
export type Other = Pick<Whole, (typeof OTHER)[number]>;
export const OTHER = [
  ...(['transactionId', 'status', 'startedAt', 'startClaimedAt', 'startReceivedAt'] as const),
  ...(['endedAt', 'endClaimedAt', 'endReceivedAt', 'lastFactAt', 'lastHeardAt', 'lastReceivedAt'] as const),
  ...(['series', 'beginWh', 'endWh', 'walks', 'energyWh', 'risenAt'] as const),
  ...(['token', 'flags', 'hold', 'decision'] as const),
] as const;

/** An EVSE has one meter and one session at a time, whichever of its connectors that is at. The nearest to a session there: */
export interface Neighbours {
  /** those that began before it, and those that began after it, in the order of time. */
  readonly before: readonly Other[];
  readonly after: readonly Other[];
}

export const NO_NEIGHBOURS: Neighbours = { before: [], after: [] };

/** So many sessions before one, and as many after it, are looked at. */
export const NEIGHBOURS_MAX = 10;

/** What was said of the connector of a session, to the minute. */
export interface FreeTimes {
  /** When it was free first after the last that was heard of the session. */
  readonly freeAt: Date | null;
  /** When its station booted first after that. */
  readonly bootedAt: Date | null;
  /** When its station booted last before its end came. */
  readonly bootedBeforeEnd: Date | null;
  /** When it was free between two ends of the session; some stations say that it is free a little before they say why. */
  readonly freeBetween: Date | null;
  /** When it was free last, a quarter of an hour or more before its end. */
  readonly freeBeforeEnd: Date | null;
  /** When its station booted while it ran, the latest of them. */
  readonly boots: readonly Date[];
}

/** So many boots while a session runs are looked at. */
export const BOOTS_MAX = 20;

export const NEVER_FREE: FreeTimes = {
  freeAt: null,
  bootedAt: null,
  bootedBeforeEnd: null,
  freeBetween: null,
  freeBeforeEnd: null,
  boots: [],
};

/** By when they began; of two that began at one moment the one that came later is the next. */
export function byStart(a: Started, b: Started): number {
  const apartMs = a.startedAt.getTime() - b.startedAt.getTime();
  const laterMs = a.startReceivedAt.getTime() - b.startReceivedAt.getTime();
  return apartMs || laterMs || (a.transactionId < b.transactionId ? -1 : 1);
}
type Started = Pick<Other, 'startedAt' | 'startReceivedAt' | 'transactionId'>;

/** What the neighbours of a session, and its connector, tell of its time and of its part of the register. */
export function toldByNeighbours(
  session: Whole,
  neighbours: Neighbours,
  free: FreeTimes,
): Pick<
  FinalizeContext,
  | 'emptyAt'
  | 'freed'
  | 'begunWithin'
  | 'ranInto'
  | 'freeBetween'
  | 'stretches'
  | 'clockBeside'
  | 'toldBefore'
  | 'bootedBeforeEnd'
  | 'freeBeforeEnd'
  | 'boots'
> {
  const { before, after } = neighbours;
  // What a station says of a connector goes by its clock.
  const ours = byOurClock(session);
  const freeAt = free.freeAt && ours(free.freeAt);
  return {
    emptyAt: session.beginWh === null ? endBefore(session, before) : null,
    freed: session.endClaimedAt === null ? freedAfter(session, neighbours, { ...free, freeAt }) : null,
    begunWithin: begunWithin(session, after),
    ranInto: ranInto(session, before),
    freeBetween: freeBetweenEnds(session, neighbours, free),
    stretches: { before: before.map(spanOf), after: after.map(spanOf) },
    clockBeside: clockBeside(neighbours),
    toldBefore: endTold(before.at(-1)),
    bootedBeforeEnd: free.bootedBeforeEnd,
    freeBeforeEnd: free.freeBeforeEnd && ours(free.freeBeforeEnd),
    boots: free.boots,
  };
}

/** How the clock of its station was off in the last session before it, or the first after it, that was told as it happened. */
function clockBeside({ before, after }: Neighbours): FinalizeContext['clockBeside'] {
  const isAtOnce = ({ startedAt, startReceivedAt }: Other): boolean => isToldAtOnce(startedAt, startReceivedAt);
  const other = before.findLast(isAtOnce) ?? after.find(isAtOnce);
  if (other?.flags.includes(CLOCK_FAR_AHEAD)) return 'ahead';
  return other && other.startedAt.getTime() - other.startClaimedAt.getTime() >= OFF_MS ? 'behind' : null;
}

function endTold(last: Other | undefined): FinalizeContext['toldBefore'] {
  const { endClaimedAt: at = null, endReceivedAt: receivedAt = null } = last ?? {};
  return at && receivedAt && { at, receivedAt };
}

/** When the session before it ended. */
function endBefore({ startedAt }: Whole, before: Neighbours['before']): Date | null {
  const endedAt = before.findLast((other) => other.startedAt < startedAt)?.endedAt ?? null;
  return endedAt && endedAt <= startedAt ? endedAt : null;
}

/** Those that began while it is said to have run. Of two one is for a person: not this one, if it is final already. */
function begunWithin(session: Whole, after: Neighbours['after']): Neighbour[] {
  const until = runUntil({ ...session, ...endOf(session) });
  const isOpen = (other: Other): boolean => session.finalizedAt === null || !isHeldForOverlap(other);
  return after
    .filter((other) => other.startedAt < until && !isFollowedBy(session, other) && isOpen(other))
    .map(asNeighbour);
}

/** Whether somebody is asked about it since it overlaps another one, or has decided on that. */
function isHeldForOverlap({ flags, hold }: Other): boolean {
  return flags.includes(SESSIONS_OVERLAP) || hold?.reasons.includes(SESSIONS_OVERLAP) === true;
}

/** The final ones that ran into it. What somebody decided on because of that is settled. */
function ranInto(session: Whole, before: Neighbours['before']): Neighbour[] {
  return before
    .filter(({ status, flags }) => status === 'finalized' && !flags.includes(SESSIONS_OVERLAP))
    .filter((other) => !isFollowedBy(other, session))
    .map(asNeighbour)
    .filter(({ ranUntil }) => ranUntil > session.startedAt);
}

function freedAfter({ lastHeardAt }: Whole, neighbours: Neighbours, { freeAt, bootedAt }: FreeTimes) {
  const begunAfter = neighbours.after.find(({ startedAt }) => startedAt >= lastHeardAt)?.startedAt ?? null;
  return { freeAt, overtakenAt: first(bootedAt, begunAfter) };
}

/** When its connector was free first, or another session began there, between two ends of it. */
function freeBetweenEnds(
  { firstEndAt, endClaimedAt }: Whole,
  neighbours: Neighbours,
  { freeBetween }: FreeTimes,
): Date | null {
  if (!firstEndAt || !endClaimedAt || firstEndAt >= endClaimedAt) return null;
  return first(
    freeBetween,
    firstBegun(neighbours, (at) => at >= firstEndAt && at < endClaimedAt),
  );
}

function firstBegun({ before, after }: Neighbours, counts: (at: Date) => boolean): Date | null {
  return [...before, ...after].map(({ startedAt }) => startedAt).find(counts) ?? null;
}

function first(a: Date | null, b: Date | null): Date | null {
  return a && b ? (b < a ? b : a) : (a ?? b);
}

/** A register at the end of a session, and since when that says no more. */
export interface RegisterBefore extends LastRegister {
  readonly since: Date;
}

/**
 * The register of the last session before that has one. One without an end may be held for what is missing and then says it itself.
 * What somebody decided of such a one is settled where the session was known by then; else its register is where the decision ends.
 */
export function registerBefore(session: Whole, { before }: Neighbours): RegisterBefore | null {
  const index = lastIndexOf(before);
  const last = before[index];
  const wh = last ? settledWh(last, session) : null;
  if (!last || wh === null) return null;
  const { energyWh, startedAt, risenAt, endClaimedAt, endedAt, lastHeardAt, ...first } = lastRisen(before, index, last);
  const at = endClaimedAt === null ? lastHeardAt : (endedAt ?? lastHeardAt);
  const since = energyWh > 0 ? (risenAt ?? startedAt) : startedAt;
  const begin = { wh: fromOf(first) ?? wh, at: startedAt };
  return { series: last.series, wh, at, begin, since: since < at ? since : at };
}

/** Of the last session that tells of a register: one that says next to nothing from begin to end tells of none, if another one does. */
function lastIndexOf(before: Neighbours['before']): number {
  const tells = (other: Other): boolean => registerOf(other) !== null || decidedWh(other) !== null;
  const index = before.findLastIndex((other) => tells(other) && !isPlaceholder(other));
  return index >= 0 ? index : before.findLastIndex(tells);
}

/** Registers are rounded to a Wh, and some are read a moment before. */
const RISEN_WH = 10;

/** Whether all that is said of a register is 0 or little more, as by a station that did not read its meter. */
function isPlaceholder(other: Other): boolean {
  return Math.max(registerOf(other) ?? 0, fromOf(other) ?? 0, decidedWh(other) ?? 0) <= RISEN_WH;
}

/** The session that brought a register to where it is: those after it that rose by nothing, as failed attempts, say no more than it. */
function lastRisen(before: Neighbours['before'], index: number, last: Other): Other {
  const [from, wh, previous] = [fromOf(last), registerOf(last), before[index - 1]];
  if (from === null || wh === null || wh - from > RISEN_WH || previous?.series !== last.series) return last;
  const isSame = Math.abs((registerOf(previous) ?? Infinity) - from) <= RISEN_WH;
  return isSame ? lastRisen(before, index - 1, previous) : last;
}

function settledWh(last: Other, { startReceivedAt }: Whole): number | null {
  const { status, endWh, flags, decision } = last;
  if (endWh !== null) return endWh;
  if (status !== 'finalized' || flags.includes(WENT_ON)) return null;
  if (!flags.includes('decided')) return registerOf(last);
  const isKnown = decision !== null && parseStationTime(decision.at) >= startReceivedAt;
  return isKnown ? null : Math.max(decidedWh(last) ?? 0, registerOf(last) ?? 0);
}

/** The register at which a session ends by what somebody decided. */
function decidedWh(other: Other): number | null {
  const from = fromOf(other);
  return from !== null && other.flags.includes('decided') ? from + other.energyWh : null;
}

/**
 * The registers next to a session at its EVSE. Where the next one does not name its begin, one after it has what that
 * charged as well.
 * @param elsewhereWh what was charged at other EVSEs of the station since `registerBefore`
 * @param isReadWhileFree whether the meter was read while no session was there; asked only where nothing of its own tells of energy
 */
export function registersAround(
  { before, after }: Neighbours,
  last: RegisterBefore | null,
  { session, elsewhereWh, isReadWhileFree }: { session: Whole; elsewhereWh: number; isReadWhileFree: boolean },
): RegistersAround {
  const next = after.find((other) => other.beginWh !== null || registerOf(other) !== null);
  const isOneRead = [...before, ...after].some((other) => (registerOf(other) ?? 0) > 0 || isByIntervals(other));
  return {
    before: last && { ...last, wh: last.wh + elsewhereWh, at: last.since },
    next: next ? beginOf(next) : null,
    isShortEachTime: isShortEachTime(session, before, elsewhereWh),
    isMetered: isReadWhileFree || isOneRead,
    isReadWhileFreeAlone: isReadWhileFree && !isOneRead,
    isByIntervals: [...before, ...after].some(isByIntervals),
  };
}

/** So many times in a row is no chance. */
const TIMES_MIN = 3;

/**
 * Whether a session and those before it each began above where the one before ended, by more than a station uses: one that names what it
 * read some minutes before the end loses as much of each, and none of them is worth asking for by itself.
 */
function isShortEachTime(session: Whole, before: Neighbours['before'], elsewhereWh: number): boolean {
  const last = before.slice(-TIMES_MIN);
  const all = [...last, session];
  const stepWh = stepOf(all.flatMap(({ beginWh, endWh }) => [beginWh ?? [], endWh ?? []]).flat());
  return (
    last.length === TIMES_MIN &&
    last.every(({ series, endWh, endedAt }, index) => {
      const next = all[index + 1];
      if (!next || next.beginWh === null || endWh === null || endedAt === null) return false;
      // Of a meter that two EVSEs share it is known only what was charged before this one.
      const ofOthersWh = next === session ? elsewhereWh : 0;
      const begin = { series: next.series, wh: next.beginWh, at: next.startedAt };
      return isAboveUse({ series, wh: endWh + ofOthersWh, at: endedAt }, begin, stepWh);
    })
  );
}

function beginOf({ series, beginWh, startedAt, startClaimedAt, token }: Other): RegistersAround['next'] {
  return beginWh === null ? null : { series, wh: beginWh, at: startedAt, claimedAt: startClaimedAt, token };
}

/** So many sessions of a station are looked at for whether it tells registers. */
export const READ_MAX = 20;

/** Whether nothing was read of a session, whatever for. */
export function isWithoutRegister({ beginWh, endWh, walks }: Pick<Other, 'beginWh' | 'endWh' | 'walks'>): boolean {
  return beginWh === null && endWh === null && Object.keys(walks).length === 0;
}

/** Whether nothing was read of a session but 0: 1.6 has to name a register at begin and end. */
export function isWithoutEnergy({ beginWh, endWh, walks }: Pick<Other, 'beginWh' | 'endWh' | 'walks'>): boolean {
  return [beginWh, endWh, ...Object.values(walks).map(({ wh }) => wh)].every((wh) => (wh ?? 0) === 0);
}

/** Whether its energy is told by what flowed in intervals alone. */
function isByIntervals({ walks, endWh }: Other): boolean {
  return (endWh ?? 0) <= 0 && ['interval', 'interval/aligned'].some((series) => (walks[series]?.wh ?? 0) > 0);
}

function registerOf({ endWh, walks, series }: Other): number | null {
  return endWh ?? walks[series]?.wh ?? null;
}

function fromOf({ beginWh, walks, series }: Pick<Other, 'beginWh' | 'walks' | 'series'>): number | null {
  return beginWh ?? walks[series]?.walk.from ?? null;
}

/** What one is billed of its register. */
function spanOf(other: Other): RegisterSpan {
  const { energyWh, flags, hold, status } = other;
  const isHeld = status === 'held' && hold?.reasons.includes(REGISTERS_OVERLAP) === true;
  return { ...asNeighbour(other), energyWh, fromWh: fromOf(other), isSeen: isHeld || flags.includes('decided') };
}

/** One that runs has no end that counts. */
function asNeighbour(other: Other): Neighbour {
  return neighbourOf({ ...other, endedAt: other.endedAt ?? other.startedAt });
}
