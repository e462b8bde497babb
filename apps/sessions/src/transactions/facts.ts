import { anyCase } from '@chargemesh/contracts';
import type { Beliefs } from '../finalization/limit.js';
import type { ReadSamples, Sample } from '../meter/sample.js';
import { chargedBy } from './billed-from.js';
import { TIME_ZONE_ASSUMED } from './doubled-hour.js';
import {
  CLOCKS_APART_MS,
  CLOCK_AHEAD,
  earlier,
  effectiveTime,
  later,
  parseStationTime,
  saidAt,
} from './effective-time.js';
import { type IdleRule, idlingOf } from './idle.js';
import { withOffset } from './offsets.js';
import { registersOf } from './registers.js';
import { withNumber } from './sequence.js';
import type { Session } from './session.js';
import { clockOf, corrected, inOneClock, isToldAtOnce } from './station-clock.js';
import type { EndedFact, StartedFact, TransactionFact } from './transaction-fact.js';

/** What every fact of a transaction adds: its sequence number, its times, its EVSE, its registers, its flags. */
export function withFact(
  before: Session,
  fact: TransactionFact,
  { samples, flags }: ReadSamples,
  { idle, beliefs }: { idle: IdleRule; beliefs: Beliefs },
): Session {
  const { data } = fact;
  const session = inOneClock(before, { ...before, offsets: withOffset(before.offsets, data) });
  const [at, received] = [parseStationTime(data.at), parseStationTime(data.receivedAt)];
  const lastHeardAt = later(session.lastHeardAt, effectiveTime(corrected(at, clockOf(session)), received));
  const lastReceivedAt = later(session.lastReceivedAt, received);
  const registers = registersOf({ ...session, lastHeardAt, lastReceivedAt }, fact, samples, beliefs);
  return {
    ...session,
    ...boundsOf(session, at, samples),
    ...evseOf(session, at, fact),
    ...registers,
    chargedAt: chargedBy({ ...session, ...registers }, fact, samples),
    ...idlingOf(session, { at, chargingState: data.chargingState, samples }, idle),
    flags: withFlags(session.flags, [...(data.flags ?? []), ...flags]),
    seqRanges: data.seqNo === undefined ? session.seqRanges : withNumber(session.seqRanges, data.seqNo),
    lastHeardAt,
    lastReceivedAt,
  };
}

/** What is said of how any of the facts was read is said of the session; the very same list where nothing is new. */
export function withFlags(known: string[], said: readonly string[] = []): string[] {
  const added = said.filter((flag) => !known.includes(flag));
  return added.length > 0 ? [...new Set([...known, ...added])].sort() : known;
}

/** Said of a session whose end named no transaction, and was taken by somebody for that of another one. */
export const STOP_REPLAYED = 'stop-replayed';
/** Said of a final session that does not know yet what came late. */
export const LATE_FACTS = 'late-facts';

/** What a fact adds to a session that is final: it is counted, and billed figures wait for the correction. */
export function asLate(before: Session, after: Session, now: Date): Session {
  return {
    ...after,
    energyWh: before.energyWh,
    flags: [...new Set([...after.flags, LATE_FACTS])].sort(),
    lateFacts: before.lateFacts + 1,
    lateSince: before.lateSince ?? now,
  };
}

/** Of two different starts of one transaction the earlier one counts. */
export function withStart(session: Session, { data, traceparent }: StartedFact): Session {
  const [claimed, received] = [parseStationTime(data.at), parseStationTime(data.receivedAt)];
  const { startClaimedAt, startReceivedAt } = session;
  const lastStartAt = later(session.lastStartAt ?? startClaimedAt ?? claimed, claimed);
  if (startClaimedAt && startReceivedAt) {
    const same = startClaimedAt.getTime() === claimed.getTime();
    const isFirst =
      startReceivedAt < received || (!(received < startReceivedAt) && isInOrder(session.startSeqNo, data.seqNo));
    if (same ? isFirst : startClaimedAt < claimed) return withLimits(session, { lastStartAt });
  }
  return inOneClock(session, {
    ...session,
    lastStartAt,
    startClaimedAt: claimed,
    startReceivedAt: received,
    startedAt: effectiveTime(claimed, received),
    startSeqNo: data.seqNo ?? null,
    traceparent: session.traceparent ?? traceparent ?? null,
  });
}

/** Of two starts that came at one moment the one with the lower number counts, whichever is looked at first. */
function isInOrder(first: number | null, second: number | undefined): boolean {
  return (first ?? -1) <= (second ?? -1);
}

/** Of two ends that came at one moment the one with the higher number counts, then the one whose reason is first by letters. */
function isEndOfTwo({ endSeqNo, stopReason }: Session, { seqNo, stoppedReason }: EndedFact['data']): boolean {
  const apart = (endSeqNo ?? -1) - (seqNo ?? -1);
  return apart === 0 ? (stopReason ?? '') <= stoppedReason : apart > 0;
}

/** Of two different ends of one transaction the later one counts. */
export function withEnd(session: Session, { data, traceparent }: EndedFact): Session {
  const [claimed, received] = [parseStationTime(data.at), parseStationTime(data.receivedAt)];
  const { endClaimedAt, endReceivedAt } = session;
  const firstEndAt = earlier(session.firstEndAt ?? endClaimedAt ?? claimed, claimed);
  if (endClaimedAt && endReceivedAt) {
    const same = endClaimedAt.getTime() === claimed.getTime();
    const isFirst = endReceivedAt < received || (!(received < endReceivedAt) && isEndOfTwo(session, data));
    if (same ? isFirst : endClaimedAt > claimed) return withLimits(session, { firstEndAt });
  }
  return {
    ...session,
    firstEndAt,
    endClaimedAt: claimed,
    endReceivedAt: received,
    stopReason: data.stoppedReason,
    endSeqNo: data.seqNo ?? null,
    traceparent: traceparent ?? session.traceparent,
  };
}

/** As many tokens of ends are kept. */
const ENDED_BY_MAX = 4;
/** Said of an end by a token that ends every transaction. */
const MASTER_PASS = 'MasterPass';

/** With the token of an end, if that may charge: what ends a transaction may be another one. */
export function withEndToken(session: Session, { data }: EndedFact): Session {
  const { idToken, authorization, stoppedReason } = data;
  const mayCharge =
    authorization === undefined || (authorization.status === 'Accepted' && authorization.by === 'sessions');
  if (!idToken || !mayCharge || stoppedReason === MASTER_PASS) return session;
  const uid = anyCase(idToken.value);
  if (session.endedBy.includes(uid)) return session;
  return { ...session, endedBy: [...session.endedBy, uid].sort().slice(0, ENDED_BY_MAX) };
}

/** The very same session where they are known already. */
function withLimits(session: Session, limits: Partial<Pick<Session, 'lastStartAt' | 'firstEndAt'>>): Session {
  const { lastStartAt, firstEndAt } = { ...session, ...limits };
  const same = lastStartAt === session.lastStartAt && firstEndAt === session.firstEndAt;
  return same ? session : { ...session, lastStartAt, firstEndAt };
}

/**
 * Whether its id was used for another transaction: a start, an end and again a start, or two starts that are further
 * apart than the clocks within a station, for the end of the first may be lost; or two ends with the start in between, for
 * so may be the start of the first.
 */
export function isReused({ startClaimedAt, firstEndAt, lastStartAt, endClaimedAt, flags }: Session): boolean {
  if (startClaimedAt === null || lastStartAt === null) return false;
  if (flags.includes(TIME_ZONE_ASSUMED) && isReadAnew(startClaimedAt, lastStartAt, flags)) return false;
  if (lastStartAt.getTime() - startClaimedAt.getTime() > CLOCKS_APART_MS) return true;
  if (firstEndAt === null) return false;
  if (firstEndAt < startClaimedAt) return endClaimedAt !== null && startClaimedAt < endClaimedAt;
  return firstEndAt < lastStartAt;
}

/**
 * Whether the start of a session was read anew, by the zone that its station turned out to mean, while its end was not told at once, or not
 * at all: what was told before that, of the same queue, is of another zone then.
 */
export function isEndOfUnknownZone(session: Session): boolean {
  const { startClaimedAt, lastStartAt, endClaimedAt, endReceivedAt, flags } = session;
  if (startClaimedAt === null || lastStartAt === null || !flags.includes(TIME_ZONE_ASSUMED)) return false;
  const isAnew = lastStartAt > startClaimedAt && isReadAnew(startClaimedAt, lastStartAt, flags);
  return isAnew && !isToldAtOnce(endClaimedAt, endReceivedAt);
}

/** Zones are whole quarters of an hour from UTC, up to fourteen hours. */
const ZONE_STEP_MS = 900_000;
const ZONE_MAX_MS = 50_400_000;

/**
 * Whether two times may be one that was written without a zone, and read by another one once the station showed which. A
 * reading that was ahead of its arrival was taken for that.
 */
function isReadAnew(earliest: Date, latest: Date, flags: readonly string[]): boolean {
  const apart = latest.getTime() - earliest.getTime();
  return apart <= ZONE_MAX_MS && (apart % ZONE_STEP_MS === 0 || flags.includes(CLOCK_AHEAD));
}

function boundsOf(session: Session, at: Date, samples: readonly Sample[]): Pick<Session, 'firstFactAt' | 'lastFactAt'> {
  const firstFactAt = samples.reduce((first, sample) => earlier(first, sample.at), earlier(session.firstFactAt, at));
  const lastFactAt = samples.reduce((last, sample) => later(last, sample.at), later(session.lastFactAt, at));
  return { firstFactAt, lastFactAt };
}

/** A fact, as far as it tells where a session is. */
interface PlacingFact {
  readonly type: string;
  readonly data: TransactionFact['data'];
}

/** Whether a session is placed anew by what a fact says of its EVSE or connector, for which its station is looked up. */
export function movesPlace(session: Session, word: PlacingFact): boolean {
  return evseOf(session, saidAt(word.data), word).placed === false;
}

/**
 * The start's own word on the EVSE counts, whatever is stamped before it, or else the earliest: some 1.6 stations name
 * connector 1 in all their readings. A session that was placed at another one is placed anew.
 */
function evseOf(
  session: Session,
  at: Date,
  { type, data: { evseId, connectorId } }: PlacingFact,
): Pick<Session, 'evseId' | 'connectorId' | 'evseAt'> & Partial<Session> {
  const known = { evseId: session.evseId, connectorId: session.connectorId, evseAt: session.evseAt };
  // 1.6 stations name connector 0 for the meter of the whole station.
  if (!evseId) return known;
  const isOfStart = type === 'transaction-started';
  const order = inOrderOfCount(session, at, isOfStart);
  if (evseId === session.evseId) {
    const evseAt = order < 0 ? at : known.evseAt;
    const isNamed = connectorId !== undefined && connectorId !== known.connectorId;
    const isNew = isNamed && (known.connectorId === null || (isOfStart && order < 0));
    return isNew ? { evseId, connectorId, evseAt, placed: false } : { ...known, evseAt };
  }
  if (order > 0 || (order === 0 && (known.evseId ?? 0) < evseId)) return known;
  return { evseId, connectorId: connectorId ?? null, evseAt: at, placed: false };
}

/** Below 0 where a word on the EVSE counts before the one that is known. */
function inOrderOfCount({ evseAt, startClaimedAt }: Session, at: Date, isOfStart: boolean): number {
  if (evseAt === null) return -1;
  const isKnownOfStart = evseAt.getTime() === startClaimedAt?.getTime();
  if (isKnownOfStart === isOfStart) return at.getTime() - evseAt.getTime();
  return isOfStart ? -1 : 1;
}
