import { isDeepStrictEqual } from 'node:util';
import { type Event, SessionEnded, SessionStarted, SessionUpdated, newEvent, present } from '@chargemesh/contracts';
import type { Load } from '../finalization/load.js';
import { shownFrom } from './billed-from.js';
import type { Session } from './session.js';
import { type Started, type Whole, endOf, isStarted, isWhole } from './lifecycle.js';

/** What caused what is told: trace contexts of the facts, and what they measured. */
export interface Cause {
  started?: string | undefined;
  updated?: string | undefined;
  ended?: string | undefined;
  /** What was measured last of power and current. */
  load?: Load;
}

/** What the others hear of a change, at most one event of each kind, each raising the version. */
export function withSessionEvents(
  before: Session | undefined,
  after: Session,
  cause: Cause,
): { session: Session; facts: Event[] } {
  const facts: Event[] = [];
  let { version } = after;
  if (isStarted(after)) {
    const wasStarted = before !== undefined && before.status !== 'pending';
    if (isWhole(after) && (!wasStarted || isChanged(before, after))) facts.push(started(after, ++version, cause));
    const wentOn = after.energyWh !== (before?.energyWh ?? 0) || idleMs(after) !== idleMs(before);
    if (after.status === 'active' && wentOn) facts.push(updated(after, ++version, cause));
    if (after.status === 'ended' && !sameEnd(before, after)) facts.push(ended(after, ++version, cause));
  }
  return { session: { ...after, version: Math.max(version, after.version + 1) }, facts };
}

function idle({ idleSince }: Session): { idleSince?: string } {
  return idleSince ? { idleSince: idleSince.toISOString() } : {};
}

function idleMs(session: Session | undefined): number | undefined {
  return session?.idleSince?.getTime();
}

/** Whether whose a session is, where it is or since when is not what was told. Only one that was read whole can tell. */
function isChanged(before: Session, after: Whole): boolean {
  if (after.finalizedAt !== null || !isWhole(before)) return false;
  return !isDeepStrictEqual(snapshotOf(before), snapshotOf(after));
}

function snapshotOf(session: Whole) {
  const { evseId, location, connector, token, agreedPrice, startReceivedAt } = session;
  const [startedAt, receivedAt] = [shownFrom(session).toISOString(), startReceivedAt.toISOString()];
  return { evseId, startedAt, receivedAt, ...present({ token, agreedPrice }), location, connector };
}

function started(session: Whole, version: number, { started: first, updated }: Cause): Event {
  const { operatorId } = session;
  const data = { ...snapshotOf(session), ...subject(session, version) };
  return newEvent(SessionStarted, { operatorId, time: data.startedAt, traceparent: first ?? updated, data });
}

function updated(session: Started, version: number, { updated: traceparent, load }: Cause): Event {
  const { operatorId, energyWh } = session;
  const at = session.lastHeardAt.toISOString();
  return newEvent(SessionUpdated, {
    operatorId,
    time: at,
    traceparent,
    data: { ...subject(session, version), at, energyWh, ...idle(session), ...load },
  });
}

function ended(session: Started, version: number, cause: Cause): Event {
  const { operatorId, energyWh } = session;
  const { endedAt, reason } = endOf(session);
  const figures = { energyWh, reason, ...idle(session), ...cause.load };
  const data = { ...subject(session, version), endedAt: endedAt.toISOString(), ...figures };
  return newEvent(SessionEnded, {
    operatorId,
    time: data.endedAt,
    traceparent: cause.ended ?? cause.updated,
    data,
  });
}

export function subject({ sessionId, stationId, evseId, transactionId }: Started, version: number) {
  return { sessionId, version, stationId, evseId: evseId ?? 0, transactionId };
}

function sameEnd(before: Session | undefined, after: Started): boolean {
  if (!before || (before.status !== 'ended' && before.status !== 'held') || !isStarted(before)) return false;
  const [was, is] = [endOf(before), endOf(after)];
  return (
    was.endedAt.getTime() === is.endedAt.getTime() && was.reason === is.reason && before.energyWh === after.energyWh
  );
}
