import type { DataOf, SessionStarted } from '@chargemesh/contracts';
import { inFirstOfTwo } from './doubled-hour.js';
import { earlier, effectiveTime, later } from './effective-time.js';
import type { Session } from './session.js';
import { covers } from './sequence.js';
import {
  clockOf,
  clockSetBack,
  corrected,
  isEndLive,
  isEndSetBack,
  isStandingStill,
  isToldAtOnce,
  stoodAtEnd,
  toldStart,
} from './station-clock.js';

const DAY_MS = 86_400_000;

type SessionStartedData = DataOf<typeof SessionStarted>;

/** How long an end stays provisional, in seconds, because what was queued may still come. */
export interface QuietTimes {
  /** After an end without sequence numbers (OCPP 1.6). */
  plainS: number;
  /** While sequence numbers are missing. */
  gapS: number;
  /** After an end that nobody reported. */
  inferredS: number;
  /** After a fact of a session that is final. */
  lateS: number;
  /** For so many days after a session was final, late facts correct it by themselves. */
  lateDays: number;
}

/** A session whose start and place are known. */
export type Started = Session & { startedAt: Date; startReceivedAt: Date; startClaimedAt: Date };
/** One that was read with its place. */
export type Whole = Started & Pick<SessionStartedData, 'location' | 'connector'>;

export function isStarted(session: Session): session is Started {
  return session.startedAt !== null && session.placed;
}

export function isWhole(session: Session): session is Whole {
  return isStarted(session) && session.location !== null && session.connector !== null;
}

/** Whether something showed that the session is over, and nothing of it is newer than that. */
export function isInferredEnd({ endClaimedAt, inferredEndAt, lastHeardAt }: Session): boolean {
  return endClaimedAt === null && inferredEndAt !== null && lastHeardAt <= inferredEndAt;
}

/** Whether sequence numbers are in use and some between start and end have not come. */
export function hasGap({ startSeqNo, endSeqNo, seqRanges }: Session): boolean {
  return startSeqNo !== null && endSeqNo !== null && !covers(seqRanges, startSeqNo, endSeqNo);
}

/** A session goes on over a boot of its station, or a connection lost for hours; not so long before that it began. */
export const GOES_ON_MS = 86_400_000;

/**
 * The start that counts: the station's time if it can be true and its clock is right, and no later than the end that it reported. Nor is it
 * before the connector was free, or the station booted, while the session is said to have run for more than a day
 * already: then the clock stood behind, and neither time nor price are of what it says. What was over by then had its time.
 * @param freeAt the last such moment before the session was known here
 */
export function startOf(session: Started, freeAt: Date | null): Date {
  const told = toldStart(session.startClaimedAt, session.startReceivedAt, clockOf(session));
  const end = reportedEnd(session);
  const start = end && end < told ? earlier(inFirstOfTwo(session, told, end), end) : told;
  if (freeAt === null || freeAt.getTime() - start.getTime() <= GOES_ON_MS) return start;
  const overAt = end ?? (isInferredEnd(session) ? inferredEnd(session) : null);
  return overAt !== null && freeAt > overAt ? start : freeAt;
}

/**
 * The end that the station reported: its time if it can be true, or else when it arrived. Before a start that was told at
 * once it cannot be, nor before what was heard at once and is newer: then its clock was set back.
 */
function reportedEnd(session: Started): Date | undefined {
  const { startClaimedAt: claimed, startReceivedAt: received, endClaimedAt, endReceivedAt } = session;
  if (endClaimedAt === null || endReceivedAt === null) return undefined;
  if (isStandingStill(session) || stoodAtEnd(session) === 'surely') return endReceivedAt;
  const clock = clockOf(session);
  const end = effectiveTime(corrected(endClaimedAt, clock), endReceivedAt);
  const start = toldStart(claimed, received, clock);
  if (!isToldAtOnce(start, received)) return end;
  const isBehind = end < start || isTooShort(session, start, end) || isEndSetBack(session, end);
  return isBehind || clockSetBack(session) ? endReceivedAt : end;
}

/** More flowed than can have in no time at all. */
const AT_A_STROKE_WH = 1_000;

function isTooShort(session: Started, start: Date, end: Date): boolean {
  const { beginWh, endWh } = session;
  if (end > start || beginWh === null || endWh === null) return false;
  return endWh - beginWh > AT_A_STROKE_WH && isEndLive(session, end);
}

/**
 * The end that nobody reported: when the connector became free, if that is known; or else the last that was heard, for
 * nobody knows how long the car stayed.
 */
function inferredEnd({ lastHeardAt, freedAt }: Session): Date {
  return freedAt ? later(lastHeardAt, freedAt) : lastHeardAt;
}

/** The end that counts: the reported one, or the inferred one of a session that must be over. */
export function endOf(session: Started): { endedAt: Date; reason: string } {
  const { startedAt, stopReason } = session;
  const end = reportedEnd(session);
  if (!end) return { endedAt: later(startedAt, inferredEnd(session)), reason: 'Other' };
  return { endedAt: later(startedAt, end), reason: stopReason ?? 'Local' };
}

/** Until when a session surely ran: to the end that was reported, or to the last that was heard of it. */
export function runUntil({
  endClaimedAt,
  endedAt,
  lastHeardAt,
}: Pick<Session, 'endClaimedAt' | 'lastHeardAt'> & { endedAt: Date }): Date {
  return endClaimedAt === null ? lastHeardAt : endedAt;
}

/**
 * Status, end and due time as the facts so far make them. Quiet counts from now, however long a fact was on its way; a station
 * that is never quiet puts the end of its session off for a day.
 */
export function withLifecycle(given: Session, quiet: QuietTimes, now: Date): Session {
  const session = withStartInTime(given);
  if (session.finalizedAt !== null) return { ...session, finalDueAt: correctionDue(session, quiet, now) };
  if (!isStarted(session)) return { ...session, status: 'pending', finalDueAt: null };
  if (session.endClaimedAt === null && !isInferredEnd(session)) return running(session);
  const lateSince = session.lateSince ?? (session.status === 'ended' ? now : null);
  return {
    ...session,
    status: 'ended',
    endedAt: endOf(session).endedAt,
    lateSince,
    finalDueAt: dueAfter(waitS(session, quiet), lateSince ?? now, now),
  };
}

/** The session with the start that counts; the very same where that is known. */
export function withStartInTime(session: Session): Session {
  if (!isStarted(session) || session.decision?.startedAt !== undefined) return session;
  const startedAt = startOf(session, session.freeAt);
  return startedAt.getTime() === session.startedAt.getTime() ? session : { ...session, startedAt };
}

function running(session: Started): Session {
  const { status, endedAt, inferredEndAt, finalDueAt } = session;
  if (status === 'active' && endedAt === null && inferredEndAt === null && finalDueAt === null) return session;
  return { ...session, status: 'active', endedAt: null, inferredEndAt: null, lateSince: null, finalDueAt: null };
}

/** Whether late facts still correct a final session by themselves. */
export function isCorrectable({ finalizedAt }: Pick<Session, 'finalizedAt'>, quiet: QuietTimes, now: Date): boolean {
  return finalizedAt !== null && finalizedAt >= correctableSince(quiet, now);
}

/** When a session must have been final for that. */
export function correctableSince({ lateDays }: Pick<QuietTimes, 'lateDays'>, now: Date): Date {
  return new Date(now.getTime() - lateDays * DAY_MS);
}

/**
 * When late facts are taken into account: once they pause, and at the latest a day after the first of them, so that a
 * station that goes on and on makes one correction a day. While its end is not told, what goes on after it was final is no pause.
 * Not by itself when they came too late.
 */
function correctionDue(session: Session, quiet: QuietTimes, now: Date): Date | null {
  const { finalDueAt, finalizedAt, lateSince } = session;
  if (lateSince === null || !isCorrectable({ finalizedAt }, quiet, now)) return finalDueAt;
  return dueAfter(hasGoneOn(session) ? DAY_MS / 1_000 : quiet.lateS, lateSince, now);
}

/** Whether a session that is final was heard of afterwards, and of neither its end nor a free connector since. */
function hasGoneOn({ endClaimedAt, finalizedAt, freeBy, lastHeardAt }: Session): boolean {
  if (endClaimedAt !== null || finalizedAt === null || lastHeardAt < finalizedAt) return false;
  return freeBy === null || freeBy < lastHeardAt;
}

function dueAfter(quietS: number, since: Date, now: Date): Date {
  return new Date(Math.min(now.getTime() + quietS * 1_000, since.getTime() + DAY_MS));
}

/** Readings that name no transaction may follow an end that says no register. */
function waitS(session: Session, quiet: QuietTimes): number {
  if (session.endClaimedAt === null) return quiet.inferredS;
  if (session.startSeqNo === null || session.endSeqNo === null) return quiet.plainS;
  if (hasGap(session)) return quiet.gapS;
  return session.endWh === null ? quiet.plainS : 0;
}
