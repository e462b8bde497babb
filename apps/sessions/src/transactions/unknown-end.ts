import {
  type EventOf,
  type MeterSample,
  type TransactionEnded,
  type UnknownTransactionEnded,
  anyCase,
} from '@chargemesh/contracts';
import { type Beliefs, limitOf } from '../finalization/limit.js';
import { PLAIN } from '../meter/register.js';
import type { ConnectorState } from './connector-states.js';
import { CLOCKS_APART_MS, effectiveTime, parseStationTime } from './effective-time.js';
import { type Grouped, areOfOneGroup } from './groups.js';
import type { Session } from './session.js';
import { clockOf, corrected, toldStart } from './station-clock.js';

export type UnknownEnd = EventOf<typeof UnknownTransactionEnded>;

/** A connector, as a station names it. */
export type Place = Pick<ConnectorState, 'evseId' | 'connectorId'>;

/** What an end that names no transaction is seen against. */
export interface EndContext {
  /** Of its station: those that ran when it came, and those whose end was reported for the same moment. */
  readonly sessions: readonly Session[];
  /** Connectors that were in use when it came. */
  readonly occupied: readonly Place[];
  /** The token that it names, if that is known. */
  readonly token: Grouped | undefined;
  readonly mayRun: (session: Session) => boolean;
  /** Whether the session may have come to a register until now. */
  readonly mayReach: (session: Session, registerWh: number) => boolean;
  /** When the connector of a session was free after all that was heard of it. */
  readonly freeAfter: (session: Session) => Date | undefined;
}

/** Said of a session that was ended by such a message. */
const STOP_UNKNOWN = 'stop-transaction-unknown';

/**
 * The session that an end belongs to although it does not name it: the only one that ran at the station when it came, if
 * its token fits or is left out, its register is possible, it does not begin after it ends, and no other connector was in
 * use. One that was ended by the same message before, under its proper id, is the one as well, if none without a reported
 * end can be it. What becomes known of the station later decides alike, whenever that is.
 */
export function sessionOf(end: UnknownEnd, context: EndContext): Session | undefined {
  const { sessions, occupied, mayRun } = context;
  // The gateway's database may have been restored to before it gave the id; sessions has it from the log.
  const named = sessions.find((session) => session.transactionId === end.data.claimedId && mayRun(session));
  if (named) return named;
  const at = parseStationTime(end.data.at);
  const registerWh = registerOf(end.data.samples);
  const running = sessions.filter((session) => ranAt(session, end, context));
  const possible = running.filter((session) => mayEnd(session, end, registerWh, context));
  const ended = sessions.find((session) => isEndOf(session, at, registerWh));
  // A power cut ends several at one moment, and without meters all their registers are 0.
  if (ended) return possible.length > 0 ? undefined : ended;
  const [session] = possible;
  if (running.length !== 1 || !session || !mayRun(session)) return undefined;
  if (sessions.some((other) => ranWithoutStart(other, session, end.data))) return undefined;
  return occupied.every((connector) => isPlaceOf(session, connector)) ? session : undefined;
}

/** Whether a session ran when an end came: begun by the station's clock or by ours, and not over by the station's. */
export function ranAt(
  session: Session,
  { data }: UnknownEnd,
  { mayRun, freeAfter }: Pick<EndContext, 'mayRun' | 'freeAfter'>,
): boolean {
  const { startClaimedAt, startReceivedAt, endClaimedAt, inferredEndAt, endedAt, finalizedAt } = session;
  if (startClaimedAt === null || startReceivedAt === null) return false;
  const at = parseStationTime(data.at);
  // What came after it began after it, if its clock counts anew as well.
  if (effectiveTime(startClaimedAt, startReceivedAt) > at && startReceivedAt > parseStationTime(data.receivedAt))
    return false;
  // Whoever may go on was over when its connector was free; a boot alone does not tell.
  const inferredAt = mayRun(session) ? (freeAfter(session) ?? null) : (inferredEndAt ?? endedAt);
  const overAt = endClaimedAt ?? (finalizedAt && inferredAt);
  return overAt === null || overAt > at;
}

/**
 * Whether something was said since a session began of another one whose start never came: the end may be of that. Both are
 * seen by the station's clock, whatever is known of it, and by ours: of an unreadable start nothing else is known.
 */
function ranWithoutStart(other: Session, session: Session, { at, receivedAt }: UnknownEnd['data']): boolean {
  const { startClaimedAt, endClaimedAt, firstFactAt, lastFactAt, lastReceivedAt } = other;
  if (startClaimedAt !== null || session.startClaimedAt === null || session.startReceivedAt === null) return false;
  const isUnreadable = lastReceivedAt.getTime() === 0;
  if (isUnreadable) return firstFactAt >= session.startReceivedAt && firstFactAt <= parseStationTime(receivedAt);
  if (lastFactAt < session.startClaimedAt && lastReceivedAt < session.startReceivedAt) return false;
  return firstFactAt <= parseStationTime(at) && (endClaimedAt === null || endClaimedAt > parseStationTime(at));
}

/** Whether an end may be of a session without one: by its time, its token and its register. */
function mayEnd(
  session: Session,
  { data }: UnknownEnd,
  registerWh: number | undefined,
  { token, mayReach, freeAfter }: EndContext,
): boolean {
  const { startClaimedAt, endClaimedAt, roles } = session;
  const at = parseStationTime(data.at);
  // By the station's own clock; one that was set back in between leaves it to a person.
  if (startClaimedAt === null || endClaimedAt !== null || at < startClaimedAt) return false;
  const freeAt = freeAfter(session);
  // It may be of the next car, whose start was lost.
  if (freeAt && corrected(at, clockOf(session)).getTime() - freeAt.getTime() > CLOCKS_APART_MS) return false;
  if (registerWh === undefined || !fits(data.idToken?.value, token, session)) return false;
  return mayReach({ ...session, beginWh: roles[PLAIN]?.begin?.wh ?? null }, registerWh);
}

/** The end as one of a transaction that it names. */
export function asEndOf(session: Session, { data, ...event }: UnknownEnd): EventOf<typeof TransactionEnded> {
  const { quarantineId: _id, claimedId: _claimed, flags = [], ...said } = data;
  const { transactionId } = session;
  return {
    ...event,
    type: 'transaction-ended',
    data: { ...said, transactionId, flags: [...new Set([...flags, STOP_UNKNOWN])] },
  };
}

function isEndOf({ endClaimedAt, roles }: Session, at: Date, registerWh: number | undefined): boolean {
  const { wh, others = [] } = roles[PLAIN]?.end ?? {};
  return endClaimedAt?.getTime() === at.getTime() && [wh, ...others].includes(registerWh);
}

/**
 * Whether a session may have come to a register until then: not below its begin, and no more than would be billed. By the
 * start as it was told: what was free later than that moment, of a queue, tells nothing of the time before.
 */
export function mayReach(
  session: Session,
  registerWh: number,
  end: { at: string; receivedAt: string },
  beliefs: Beliefs,
): boolean {
  const { beginWh, startClaimedAt, startReceivedAt, maxPowerW } = session;
  if (beginWh === null || startClaimedAt === null || startReceivedAt === null) return false;
  const startedAt = toldStart(startClaimedAt, startReceivedAt, clockOf(session));
  const [endedAt, lastReceivedAt] = [parseStationTime(end.at), parseStationTime(end.receivedAt)];
  const freeAt = session.freeAt && session.freeAt <= endedAt ? session.freeAt : null;
  const times = { startedAt, endedAt, firstReceivedAt: startReceivedAt, lastReceivedAt, freeAt };
  return registerWh >= beginWh && registerWh - beginWh <= limitOf(times, maxPowerW ?? 0, beliefs);
}

/** Of a session that nobody has named a token for yet, any token may be. */
function fits(uid: string | undefined, named: Grouped | undefined, { token }: Session): boolean {
  if (uid === undefined || token === null || anyCase(uid) === anyCase(token.uid)) return true;
  return areOfOneGroup(named, token);
}

function isPlaceOf(session: Session, { evseId, connectorId }: Place): boolean {
  return evseId === session.evseId && connectorId === (session.connectorId ?? 1);
}

/** The register of the end itself, in Wh. */
function registerOf(samples: readonly MeterSample[]): number | undefined {
  return samples
    .at(-1)
    ?.values.find(({ measurand, context }) => measurand === REGISTER && context === 'Transaction.End')?.value;
}

const REGISTER = 'Energy.Active.Import.Register';
