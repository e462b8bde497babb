import type { Sample } from '../meter/sample.js';
import {
  BEHIND_MS,
  CLOCKS_APART_MS,
  CLOCK_AHEAD,
  CLOCK_FAR_AHEAD,
  isPlausible,
  later,
} from '../transactions/effective-time.js';
import { isEndOfUnknownZone } from '../transactions/facts.js';
import { isOfQueue, isQueuedAhead, isToldAhead, isUnsetQueued, lastInTime } from '../transactions/offsets.js';
import {
  byOurClock,
  clockOf,
  isClockDoubtful,
  isQueued,
  isStandingStill,
  isToldAtOnce,
  stoodAtEnd,
  toldStart,
} from '../transactions/station-clock.js';
import { connectorPower } from '@chargemesh/contracts';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { CHARGED_WH, shownFrom } from '../transactions/billed-from.js';
import { comesTwice } from '../transactions/doubled-hour.js';
import type { Reading } from './dividing.js';
import type { FinalizeContext, Over, Told } from './finalize-context.js';
import type { Beliefs } from './limit.js';

/** Said of a session whose start or end its station cannot have meant as it says, so that its length may be another. */
export const END_TIME_DOUBTFUL = 'end-time-doubtful';

/** Said by the gateway of an end that waited for its connection, or was told at once by a clock that is behind. */
const QUEUED_OR_BEHIND = 'queued-or-behind';

/** Said by the gateway of an end that is stamped when its connection began: the station may have kept it for as long as there was none. */
const SENT_AT_CONNECTION = 'sent-at-connection';

/** Who samples is heard of every quarter of an hour. */
export const DOUBT_MS = 900_000 + CLOCKS_APART_MS;

/**
 * The end that counts. Where that is the arrival of one that was told by a clock which lost its time, and was queued, it
 * is the last that is known by then: how long it waited is no time of the session.
 * @param measured in the order of time
 */
export function knownEnd(session: Over, measured: readonly Pick<Sample, 'at'>[]): Date {
  const { endReceivedAt: received } = session;
  if (received === null || !isWithoutTime(session) || isStandingStill(session)) return session.endedAt;
  const lastAt = lastKnown(session, measured, received);
  return isQueued(session, lastAt, received) ? lastAt : session.endedAt;
}

/** Whether its time was mended by so much that its length may be another one. */
export function isTimeDoubtful(session: Over, measured: readonly Heard[], bootedBeforeEnd: Date | null): boolean {
  const { startClaimedAt, startReceivedAt, startedAt } = session;
  const told = toldStart(startClaimedAt, startReceivedAt, clockOf(session));
  if (isClockDoubtful(session) || Math.abs(startedAt.getTime() - told.getTime()) > DOUBT_MS) return true;
  if (isOfDoubledHour(session) || isEndOfUnknownZone(session) || stoodAtEnd(session) !== 'not') return true;
  if (!isEnded(session)) return false;
  if (session.flags.includes(QUEUED_OR_BEHIND)) return true;
  const marks = [isMovedInPart, isStandingStill, isUnsetStartQueued, isFarInFuture];
  if (marks.some((isMarked) => isMarked(session)) || isAfterPowerLoss(session, measured, bootedBeforeEnd)) return true;
  return isEndUnknown(session, measured);
}

/** Whether its start or its end may be an hour before or after what was read, and came too late for its arrival to tell. */
function isOfDoubledHour(session: Over): boolean {
  const { startClaimedAt, startReceivedAt, endClaimedAt, endReceivedAt } = session;
  const isDoubtful = (at: Date | null, received: Date | null): boolean =>
    at !== null && !isToldAtOnce(at, received) && comesTwice(session, at);
  return isDoubtful(startClaimedAt, startReceivedAt) || isDoubtful(endClaimedAt, endReceivedAt);
}

/** What is sent next in a queue comes so soon. */
const SENT_NEXT_MS = 300_000;

/**
 * Whether its start waited in a queue that is so long that it came long after the connection stood: the session shows it, or the
 * end of the one before it, which waited for longer and came just before it.
 */
export function isStartOfQueue({ startClaimedAt, startReceivedAt, offsets }: Over, before: Told | null): boolean {
  if (isOfQueue(offsets, startClaimedAt, startReceivedAt)) return true;
  if (before === null || before.at > startClaimedAt) return false;
  const arrivedMs = startReceivedAt.getTime() - before.receivedAt.getTime();
  const saidMs = startClaimedAt.getTime() - before.at.getTime();
  return arrivedMs >= 0 && arrivedMs <= SENT_NEXT_MS && saidMs - arrivedMs > CLOCKS_APART_MS;
}

/**
 * Whether its start waited in a queue while the clock of its station is off, as the session next to it shows: nothing in it does. Of one that
 * was behind something that is told in time shows that it is right by now.
 */
export function isQueuedByOther(
  { startClaimedAt, startReceivedAt, offsets }: Over,
  clock: FinalizeContext['clockBeside'],
): boolean {
  if (clock === null || isToldAtOnce(startClaimedAt, startReceivedAt)) return false;
  return clock === 'ahead' || lastInTime(offsets) === undefined;
}

/** Whether more is billed than its connector can have delivered in the time that is: where only arrivals make that possible, the stamps are wrong. */
export function isTooLittleTime(session: Over, billedWh: number, { powerFactor, energyWh }: Beliefs): boolean {
  const ms = Math.max(0, session.endedAt.getTime() - shownFrom(session).getTime());
  const possibleWh = (powerFactor * connectorPower(session.connector) * ms) / MS_PER_HOUR;
  return billedWh > possibleWh + energyWh;
}

/** What tells that a station lost its power while a session ran. */
const AFTER_POWER_LOSS: ReadonlySet<string> = new Set(['PowerLoss', 'Reboot']);

/** A station that is back tells the stop of what its power took so soon after its boot, which is known to the minute. */
const AT_THE_BOOT_MS = 120_000;
/** A router whose power was cut as well may boot for longer than the station, which tells its own boot only then. */
export const BEFORE_THE_BOOT_MS = 900_000;

/** What was measured. The register that is read for the end comes with the stop itself, and tells nothing of before. */
type Heard = Pick<Sample, 'at' | 'endWh' | 'energyWh'>;

/**
 * Whether a stop that tells of a loss of power, or came with a boot or a new connection and is stamped about then, is stamped long
 * after all that is known: most stations stamp it when they are back, and tell it when their network is.
 */
function isAfterPowerLoss(session: Ended, measured: readonly Heard[], bootedAt: Date | null): boolean {
  const { stopReason, endedAt, flags } = session;
  const read = measured.filter(({ endWh }) => endWh === null);
  const lastAt = lastKnown(session, read, endedAt);
  if (endedAt.getTime() - lastAt.getTime() <= DOUBT_MS) return false;
  if (AFTER_POWER_LOSS.has(stopReason ?? '')) return true;
  if (flags.includes(SENT_AT_CONNECTION) && isLongSilent(session, read)) return true;
  return bootedAt !== null && bootedAt > lastAt && isAtBoot(session, bootedAt);
}

/** Whether it was silent for longer before its end than between its readings. Who tells of next to none is silent all the while. */
function isLongSilent({ endedAt }: Ended, read: readonly Heard[]): boolean {
  const moments = read.filter(({ energyWh, at }) => energyWh !== null && at < endedAt).map(({ at }) => at.getTime());
  const steps = moments.slice(1).map((at, index) => at - (moments[index] as number));
  const lastMs = moments.at(-1);
  return lastMs !== undefined && steps.length > 0 && endedAt.getTime() - lastMs > DOUBT_MS + Math.max(...steps);
}

function isAtBoot({ endedAt, endReceivedAt }: Ended, bootedAt: Date): boolean {
  const stampedMs = endedAt.getTime() - bootedAt.getTime();
  const isStampedThen = stampedMs >= -BEFORE_THE_BOOT_MS && stampedMs <= AT_THE_BOOT_MS;
  return isStampedThen && endReceivedAt.getTime() - bootedAt.getTime() <= AT_THE_BOOT_MS + CLOCKS_APART_MS;
}

/** What was said and read of a session, in the order of time. */
interface Known {
  readonly all: readonly Pick<Sample, 'at' | 'chargingState'>[];
  readonly consumed: readonly Reading[];
}

/**
 * Whether its connector was said to be free long before its end, and nothing shows that its car was still there: its register rose no more, and
 * neither its connector (1.6) nor its transaction (2.x) said anything of it since.
 * @param freeAt last before that
 */
export function isFreedBefore(session: Over, known: Known, freeAt: Date): boolean {
  // A transaction of 2.x may go on until its car leaves the bay, and says so about when its cable is unplugged.
  const apartMs = session.startSeqNo === null ? 0 : CLOCKS_APART_MS;
  return isUnusedSince(session, known, freeAt, apartMs);
}

/** Whether its connector served no transaction any more, as one that is out of order, long before its end, and nothing shows that it did again. */
export function isUnservedBefore(session: Over, known: Known): boolean {
  const { unservedAt, endedAt } = session;
  if (unservedAt === null || endedAt.getTime() - unservedAt.getTime() <= DOUBT_MS) return false;
  return isUnusedSince(session, known, unservedAt, 0);
}

/** Whether nothing was said of its charging since some moment, and no energy flowed after it. */
function isUnusedSince({ connector }: Over, { all, consumed }: Known, since: Date, apartMs: number): boolean {
  if (hasRisenAfter(consumed, since.getTime(), connectorPower(connector))) return false;
  return !all.some(({ at, chargingState }) => chargingState !== null && at.getTime() >= since.getTime() - apartMs);
}

/** Whether energy flowed after a moment: between two readings since, or more by the first than its connector delivers until then. */
function hasRisenAfter(consumed: readonly Reading[], sinceMs: number, maxPowerW: number): boolean {
  const [before, after] = [consumed.findLast(({ at }) => at <= sinceMs), consumed.find(({ at }) => at > sinceMs)];
  const last = consumed.at(-1);
  if (!before || !after || !last) return false;
  const possibleWh = (maxPowerW * (sinceMs - before.at)) / MS_PER_HOUR;
  return after.energyWh - before.energyWh > possibleWh + CHARGED_WH || last.energyWh - after.energyWh > CHARGED_WH;
}

/** One whose end its station told. */
type Ended = Over & { endClaimedAt: Date; endReceivedAt: Date };

function isEnded(session: Over): session is Ended {
  return session.endClaimedAt !== null && session.endReceivedAt !== null;
}

function isFarInFuture(session: Ended): boolean {
  return byOurClock(session)(session.endClaimedAt).getTime() - session.endReceivedAt.getTime() > DOUBT_MS;
}

/** A start without a time counts from its arrival: an end before that by a right clock shows that it was queued, for one. */
function isUnsetStartQueued(session: Ended): boolean {
  const { startClaimedAt: claimed, startReceivedAt: received, offsets } = session;
  if (isPlausible(claimed, received)) return false;
  if (isUnsetQueued(offsets, claimed, received)) return true;
  return received.getTime() - byOurClock(session)(session.endClaimedAt).getTime() > DOUBT_MS;
}

/** Whether an end counts from its arrival that was queued, and long after all that is known. */
function isEndUnknown(session: Ended, measured: readonly Pick<Sample, 'at'>[]): boolean {
  const { endClaimedAt, endReceivedAt: received, flags, offsets } = session;
  const lastAt = lastKnown(session, measured, received);
  const isAhead = flags.includes(CLOCK_AHEAD) && endClaimedAt.getTime() === received.getTime();
  const isQueuedByAhead = isAhead && isQueued(session, lastAt, received);
  if (isQueuedByAhead && isToldAhead(offsets, received)) return true;
  if (!isWithoutTime(session) && !isQueuedByAhead) return false;
  return received.getTime() - lastAt.getTime() > DOUBT_MS;
}

/**
 * Whether a clock that was far ahead told some of it while it waited in a queue: what was told at once counts from its
 * arrival, and the rest as it is stamped, or from an arrival that was late.
 */
function isMovedInPart(session: Ended): boolean {
  const { flags, offsets, startClaimedAt, startReceivedAt, endClaimedAt, endReceivedAt } = session;
  if (!flags.includes(CLOCK_FAR_AHEAD)) return false;
  if (!isToldAtOnce(startClaimedAt, startReceivedAt) || !isToldAtOnce(endClaimedAt, endReceivedAt)) return true;
  return isQueuedAhead(offsets);
}

/** Whether the end was told by a clock that was never set, or lost its time since the start. */
function isWithoutTime({ endClaimedAt, endReceivedAt, ...session }: Over): boolean {
  if (endClaimedAt === null || endReceivedAt === null) return false;
  const at = byOurClock({ ...session, endClaimedAt, endReceivedAt })(endClaimedAt);
  return endReceivedAt.getTime() - at.getTime() > BEHIND_MS;
}

function lastKnown({ startedAt }: Over, measured: readonly Pick<Sample, 'at'>[], received: Date): Date {
  return later(startedAt, measured.findLast(({ at }) => at < received)?.at ?? startedAt);
}
