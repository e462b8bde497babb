import { type DataOf, type Event, type SessionDecision, SessionHeld, newEvent } from '@chargemesh/contracts';
import { shownFrom } from '../transactions/billed-from.js';
import type { Decided, Hold, Session } from '../transactions/session.js';
import type { Whole } from '../transactions/lifecycle.js';
import { subject } from '../transactions/session-events.js';
import { digestOf } from './digest.js';
import type { Basis, HoldReason } from './hold-reason.js';
import { explanationOf } from './hold-reasons.js';
import type { RegisterEnergy } from './register-walk.js';
import { type RegisterAt, WENT_ON } from './registers-around.js';

/** As much as the event holds. */
const EXPLANATION_MAX = 500;

/** A session that waits for a person, and what is told of that; nothing where it was told already. */
export function held(
  over: Whole,
  told: RegisterEnergy,
  { reasons, basis, next }: { reasons: readonly HoldReason[]; basis: Basis; next: RegisterAt | null },
): { session: Session; fact?: Event } {
  const energyWh = Math.round(told.energyWh);
  const hold = {
    reasons,
    plausibleEnergyWh: energyWh,
    lastPlausibleWh: told.plausibleWh,
    basis,
    ...(next && reasons.includes(WENT_ON) ? { nextBeginWh: next.wh } : {}),
  };
  const session: Whole = { ...over, status: 'held', energyWh };
  const fact = factOf(session, hold);
  const { version: _version, ...said } = fact.data;
  const digest = digestOf(said);
  const known = over.hold?.digest === digest;
  return { session: { ...session, hold: { ...hold, digest } }, ...(known ? {} : { fact }) };
}

/** A decision without what it was made on. */
export function decisionOf({ basis: _basis, ...decision }: Decided): SessionDecision {
  return decision;
}

function factOf(session: Whole, { reasons, lastPlausibleWh, basis: { beginWh, endWh } }: Omit<Hold, 'digest'>) {
  const { operatorId, location, connector, token, flags, decision } = session;
  const endedAt = session.endedAt?.toISOString();
  const data: DataOf<typeof SessionHeld> = {
    ...subject(session, session.version),
    startedAt: shownFrom(session).toISOString(),
    receivedAt: session.startReceivedAt.toISOString(),
    ...(token ? { token } : {}),
    location,
    connector,
    ...(endedAt === undefined ? {} : { endedAt }),
    reasons: [...reasons],
    explanation: explanationOf(reasons).slice(0, EXPLANATION_MAX),
    ...(beginWh === null ? {} : { beginWh }),
    ...(endWh === null ? {} : { endWh }),
    ...(lastPlausibleWh === null ? {} : { lastPlausibleWh }),
    ...(decision ? { decision: decisionOf(decision) } : {}),
    flags,
  };
  const time = endedAt ?? data.startedAt ?? '';
  return newEvent(SessionHeld, { operatorId, time, traceparent: session.traceparent ?? undefined, data });
}
