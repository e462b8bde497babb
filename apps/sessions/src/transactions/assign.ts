import {
  type ChargingState,
  type ConnectorStatusChanged,
  type EventOf,
  type MeterSample,
  type MeterValuesReceived,
  TransactionUpdated,
  newEvent,
} from '@chargemesh/contracts';
import { isRegister } from '../meter/register.js';
import { inSeries, samplesOf } from '../meter/sample.js';
import { CLOCKS_APART_MS, earlier, parseStationTime } from './effective-time.js';
import type { TransactionFact } from './transaction-fact.js';
import { withoutFuture } from './no-future.js';
import type { Session } from './session.js';
import { clockOf, corrected, toldStart } from './station-clock.js';
import { isInferredEnd } from './lifecycle.js';
import { GIVEN_BACK } from './walks.js';

/** What readings that name no transaction are seen against. */
export interface AssignContext {
  readonly mayRun: (session: Session) => boolean;
  /** Whether another transaction began at its EVSE after all that was heard of the session. */
  readonly overtaken: (session: Session) => boolean;
  readonly freeAfter: (session: Session) => Date | undefined;
  /** Whether something showed that another transaction may have begun since the session was last heard of, until then. */
  readonly mayBeOver: (session: Session, at: Date) => boolean;
  /** Whether the session may have come to a register until then. */
  readonly mayReach: (session: Session, registerWh: number, reading: { at: string; receivedAt: string }) => boolean;
}

/** Said of a session to which readings belong that named no transaction. */
export const READINGS_ASSIGNED = 'readings-assigned';
/** Said as well where they may be of another driver, whose start was lost with the end of the session. */
export const READINGS_DOUBTFUL = 'readings-doubtful';
/** Said where some came for it after another one had begun at its EVSE, and are in no bill. */
export const READINGS_OVERTAKEN = 'readings-overtaken';
/** Said of one without a register of its own while the meter of its whole station told of energy. */
export const STATION_METERED = 'station-metered';
/** What a station says as a register that it does not read: 0, or a little more. */
export const PLACEHOLDER_WH = 5;
/** Who sends readings at all sends them more often than this. */
const GAP_MS = 2 * 3_600_000;

/**
 * Readings that name no transaction, or none that there is (1.6 MeterValues with 0 or −1, 2.x MeterValues of an EVSE), as
 * updates of the transactions in whose time they lie, where their register is possible for them: of the only one that runs
 * there and, for what is not of that, of the last that began before it and has ended.
 */
export function assigned(
  event: EventOf<typeof MeterValuesReceived>,
  sessions: readonly Session[],
  context: AssignContext,
): Assigned {
  const { receivedAt, samples } = event.data;
  const last = samples.at(-1);
  if (!last) return { updates: [], left: [] };
  const { data } = withoutFuture({ data: { at: last.at, receivedAt, samples, flags: [READINGS_ASSIGNED] } });
  const running = runningAt(event.data, sessions, context);
  const ended = endedAt(event.data, sessions);
  const ownerOf = (sample: MeterSample): Session | undefined =>
    [running, lastBefore(sample.at, ended)].find((one) => one && belongs(sample, one, receivedAt, context));
  const owners = new Map(data.samples.map((sample) => [sample, ownerOf(sample)]));
  const left = samples.filter((_, index) => !owners.get(data.samples[index] as MeterSample));
  const updates = [...new Set(owners.values())].flatMap((session) => {
    if (!session) return [];
    const own = data.samples.filter((sample) => owners.get(sample) === session);
    return updateBy({ ...event, data: { ...event.data, samples: own } }, session, {
      flags: [...data.flags, ...(session === running && isDoubtful(session, own, context) ? [READINGS_DOUBTFUL] : [])],
    });
  });
  return { updates, left };
}

/** What readings that name no transaction change, and the samples that are of none of the sessions. */
interface Assigned {
  readonly updates: readonly TransactionFact[];
  readonly left: readonly MeterSample[];
}

function isDoubtful(session: Session, own: readonly MeterSample[], context: AssignContext): boolean {
  const [oldest, newest] = [own[0], own.at(-1)];
  if (!oldest || !newest) return false;
  return context.mayBeOver(session, parseStationTime(newest.at)) || isGap(session, oldest);
}

function updateBy(
  { operatorId, traceparent, data }: EventOf<typeof MeterValuesReceived>,
  { transactionId }: Session,
  { flags }: { flags: string[] },
): TransactionFact[] {
  const { stationId, epoch, receivedAt, evseId, samples } = data;
  const at = samples.at(-1)?.at;
  if (at === undefined) return [];
  const fact = {
    ...{ stationId, epoch, receivedAt, transactionId, evseId },
    ...{ at, offline: false, trigger: 'MeterValuePeriodic', samples, flags },
  };
  return [newEvent(TransactionUpdated, { operatorId, time: receivedAt, traceparent, data: fact })];
}

/**
 * The session that readings came too late for: the last that began at their EVSE before them, whose end nobody reported, if
 * another one has begun there since and by them it would be more.
 */
export function overtakenBy(
  event: EventOf<typeof MeterValuesReceived>,
  sessions: readonly Session[],
  context: AssignContext,
): Session | undefined {
  const { receivedAt, samples } = event.data;
  const session = lastBefore(
    samples.at(-1)?.at,
    sessions.filter((one) => isAt(one, event.data)),
  );
  if (!session || session.endClaimedAt !== null || !context.overtaken(session)) return undefined;
  const { lastHeardAt, beginWh } = session;
  const knownWh = session.walks[session.series]?.wh ?? beginWh ?? Infinity;
  const isMissing = samples.some((sample) => {
    if (parseStationTime(sample.at) <= lastHeardAt || !belongs(sample, session, receivedAt, context)) return false;
    return (registerIn(sample, session) ?? 0) > knownWh;
  });
  return isMissing ? session : undefined;
}

/** The only session at a station in whose time the meter of the whole station is read, if nothing was read of it yet. */
export function meteredByStation(
  { data }: EventOf<typeof MeterValuesReceived>,
  sessions: readonly Session[],
  context: Pick<AssignContext, 'mayRun' | 'overtaken'>,
): Session | undefined {
  if (data.evseId !== 0) return undefined;
  const own = sessions.filter(({ stationId }) => stationId === data.stationId);
  const metered = data.samples
    .filter(({ values }) => values.some(({ measurand }) => isRegister(measurand)))
    .map(({ at }) => onlyOne(own.filter((session) => mayRunAt(session, parseStationTime(at), context))));
  return metered.find((session) => session && !isRead(session));
}

/** Whether a session may run at a moment: what was kept of it may be told after its end. */
function mayRunAt(session: Session, at: Date, context: Pick<AssignContext, 'mayRun' | 'overtaken'>): boolean {
  const { startedAt, endedAt, endClaimedAt } = session;
  if (startedAt === null || startedAt > at) return false;
  if (endClaimedAt !== null) return endedAt !== null && at <= endedAt;
  return context.mayRun(session) && !context.overtaken(session);
}

/** Whether any register of a session is known. */
function isRead({ roles, walks }: Session): boolean {
  return Object.keys(roles).length > 0 || Object.keys(walks).some((series) => series !== GIVEN_BACK);
}

function lastBefore(time: string | undefined, sessions: readonly Session[]): Session | undefined {
  if (time === undefined) return undefined;
  const at = parseStationTime(time);
  const begun = sessions.filter(({ startedAt }) => startedAt !== null && startedAt <= at);
  return begun.sort((a, b) => Number(b.startedAt) - Number(a.startedAt))[0];
}

/** What OCPP 1.6 says of a connector, which has no words of its own for a transaction. */
const STATES: Readonly<Record<string, ChargingState>> = {
  Charging: 'Charging',
  SuspendedEV: 'SuspendedEV',
  SuspendedEVSE: 'SuspendedEVSE',
};

/** What a status says of a connector, and when. */
export type Status = Pick<EventOf<typeof ConnectorStatusChanged>, 'operatorId' | 'traceparent'> & {
  readonly data: Pick<
    EventOf<typeof ConnectorStatusChanged>['data'],
    'stationId' | 'epoch' | 'evseId' | 'at' | 'receivedAt' | 'detail'
  >;
};

/**
 * The charging state that an OCPP 1.6 status tells, as an update of the only transaction that runs on its connector, or of
 * the last that has ended there, in whose time it lies: stations send statuses after what they kept of transactions.
 */
export function stated(
  event: Status,
  sessions: readonly Session[],
  context: Pick<AssignContext, 'mayRun' | 'overtaken' | 'freeAfter'>,
): TransactionFact | undefined {
  const { stationId, epoch, receivedAt, evseId, detail = '' } = event.data;
  const chargingState = Object.hasOwn(STATES, detail) ? STATES[detail] : undefined;
  if (chargingState === undefined) return undefined;
  const { data } = withoutFuture({ data: { at: event.data.at, receivedAt, samples: [] } });
  const session = inTimeOf(event.data, data.at, sessions, context);
  if (!session) return undefined;
  const fact = {
    ...{ stationId, epoch, transactionId: session.transactionId, evseId },
    ...{ ...data, offline: false, trigger: 'ChargingStateChanged', chargingState },
  };
  const { operatorId, traceparent } = event;
  return newEvent(TransactionUpdated, { operatorId, time: receivedAt, traceparent, data: fact });
}

/** The only one that runs at an EVSE, or the last that has ended there, in whose time something lies. */
function inTimeOf(
  place: { stationId: string; evseId: number },
  time: string,
  sessions: readonly Session[],
  context: Pick<AssignContext, 'mayRun' | 'overtaken' | 'freeAfter'>,
): Session | undefined {
  return [runningAt(place, sessions, context), lastBefore(time, endedAt(place, sessions))].find(
    (one) => one && isWithin(parseStationTime(time), one, overAt(one, context)),
  );
}

/** Words for a connector that serves no transaction. */
const OUT_OF_ORDER: ReadonlySet<string> = new Set(['Faulted', 'Unavailable']);
/** So are these once it has charged: a transaction may be begun before its car comes. */
const FOR_THE_NEXT: ReadonlySet<string> = new Set(['Preparing', 'Reserved']);

/** In use, whether its car still charges or not. */
const SERVES: ReadonlySet<string> = new Set(['Occupied', 'Finishing']);

/** The session at whose connector a status says that it serves no transaction, or that it does again. */
export function unserved(
  {
    data: { stationId, evseId, connectorId, status, detail = status, ...told },
  }: EventOf<typeof ConnectorStatusChanged>,
  sessions: readonly Session[],
  context: Pick<AssignContext, 'mayRun' | 'overtaken' | 'freeAfter'>,
): Session | undefined {
  const { data } = withoutFuture({ data: { at: told.at, receivedAt: told.receivedAt, samples: [] } });
  const session = inTimeOf({ stationId, evseId }, data.at, sessions, context);
  if (!session || session.finalizedAt !== null || (session.connectorId ?? 1) !== connectorId) return undefined;
  const at = corrected(parseStationTime(data.at), clockOf(session));
  const since = unservedSince(session);
  if (SERVES.has(detail)) return since && since <= at ? { ...session, unservedAt: null } : undefined;
  const isServed = !OUT_OF_ORDER.has(detail) && !(session.hasCharged && FOR_THE_NEXT.has(detail));
  return isServed || (since && since <= at) ? undefined : { ...session, unservedAt: at };
}

/** Since when its connector serves no transaction; null where it has charged since, or said that it does. */
function unservedSince({ unservedAt, stateAt, risenAt }: Session): Date | null {
  if (unservedAt === null) return null;
  return [stateAt, risenAt].some((at) => at !== null && at > unservedAt) ? null : unservedAt;
}

/** Whether a session is at an EVSE. EVSE 0 is the meter of the whole station. */
export function isAt(session: Session, { stationId, evseId }: { stationId: string; evseId: number }): boolean {
  return evseId !== 0 && session.evseId === evseId && session.stationId === stationId;
}

function endedAt(place: { stationId: string; evseId: number }, sessions: readonly Session[]): Session[] {
  return sessions.filter((one) => isAt(one, place) && one.endClaimedAt !== null);
}

/** The only session that may run at an EVSE. Who was overtaken by the next one there takes nothing of that. */
function runningAt(
  place: { stationId: string; evseId: number },
  sessions: readonly Session[],
  { mayRun, overtaken }: Pick<AssignContext, 'mayRun' | 'overtaken'>,
): Session | undefined {
  return onlyOne(sessions.filter((one) => isAt(one, place) && mayRun(one) && !overtaken(one)));
}

/** One that a boot seemed to end, for example, gives way to one that runs. */
function onlyOne(sessions: readonly Session[]): Session | undefined {
  const running = sessions.filter((session) => !isInferredEnd(session));
  const candidates = running.length > 0 ? running : sessions;
  return candidates.length === 1 ? candidates[0] : undefined;
}

/**
 * Once its connector was free nothing is of a session any more. It begins as its station told, for a start that was moved
 * to when the connector was free moves back with an end before that.
 */
function isWithin(claimed: Date, session: Session, freeAt: Date | undefined): boolean {
  const { startedAt, startClaimedAt, startReceivedAt } = session;
  if (startedAt === null || startClaimedAt === null || startReceivedAt === null) return false;
  const clock = clockOf(session);
  const at = corrected(claimed, clock);
  const begin = earlier(startedAt, toldStart(startClaimedAt, startReceivedAt, clock));
  return at >= begin && (freeAt === undefined || at <= freeAt);
}

/**
 * When it ended or its connector became free, as that was known first: by the time of something late it may have been free
 * again since. A reading just after an end that says no register stands for it.
 */
function overAt(session: Session, { freeAfter }: Pick<AssignContext, 'freeAfter'>): Date | undefined {
  const { freeBy, lastHeardAt, endClaimedAt, endedAt, endWh } = session;
  if (endClaimedAt !== null && endedAt !== null)
    return endWh === null ? new Date(endedAt.getTime() + CLOCKS_APART_MS) : endedAt;
  return isInferredEnd(session) && freeBy !== null && freeBy >= lastHeardAt ? freeBy : freeAfter(session);
}

function isGap(session: Session, { at }: MeterSample): boolean {
  return corrected(parseStationTime(at), clockOf(session)).getTime() - session.lastHeardAt.getTime() > GAP_MS;
}

function belongs(sample: MeterSample, session: Session, receivedAt: string, context: AssignContext): boolean {
  const at = parseStationTime(sample.at);
  const { beginWh, series, walks } = session;
  const begin = beginWh ?? walks[series]?.walk.from ?? null;
  if (!isWithin(at, session, overAt(session, context))) return false;
  const registerWh = registerIn(sample, session);
  // Below its begin it may be a reset, or a dropout, and a begin of 0, or next to it, may be none; what that comes to is told by all of its readings.
  if (registerWh === null || begin === null || begin <= PLACEHOLDER_WH || registerWh < begin) return true;
  return context.mayReach({ ...session, beginWh: begin }, registerWh, { at: sample.at, receivedAt });
}

/** The register by which a session is billed. */
function registerIn(sample: MeterSample, session: Session): number | null {
  const [row] = samplesOf(session, { at: sample.at, samples: [sample] });
  return row ? inSeries(row, session.series).energyWh : null;
}
