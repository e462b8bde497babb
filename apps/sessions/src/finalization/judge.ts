import { connectorPower } from '@chargemesh/contracts';
import { REGISTER_UNUSED, type Sample } from '../meter/sample.js';
import { CHARGED_WH, shownFrom } from '../transactions/billed-from.js';
import { CLOCKS_APART_MS, CLOCK_IMPLAUSIBLE, isMended } from '../transactions/effective-time.js';
import { READINGS_ASSIGNED, STATION_METERED } from '../transactions/assign.js';
import { LATE_FACTS } from '../transactions/facts.js';
import type { Decided, Session } from '../transactions/session.js';
import { type Started, endOf, hasGap } from '../transactions/lifecycle.js';
import { EVSE_ASSUMED, NOT_AUTHORIZED } from '../transactions/snapshot.js';
import { START_TIME_DOUBTFUL, byOurClock } from '../transactions/station-clock.js';
import { HOLD_REASONS, PLACE_UNKNOWN, holdReasonsOf } from './hold-reasons.js';
import { type Billed, INTERVALS_SUMMED, INTERVAL_MISSING, isIntervalMissing } from './intervals.js';
import { ENDED_BY_ANOTHER, isEndedByAnother } from './ended-by.js';
import { mayHaveRunUntil } from './freed.js';
import { neighbourOf, ranOn } from './overlap.js';
import { isPlaceAssumed } from './place.js';
import { READINGS_OUTSIDE, isReading } from './other-clock.js';
import { isDead, isFarAbovePower, isFarBelowPower, isThousandth } from './power-measured.js';
import { ENERGY_BETWEEN, isUnseen } from './registers-around.js';
import { ENERGY_TWICE, REGISTERS_OVERLAP, sharedWhOf } from './registers-overlap.js';
import { REGISTER_STANDS } from './series.js';
import { METER_MAYBE_SHARED, sharedMeter } from './shared-meter.js';
import { BEGIN_UNSAID, END_UNSAID, unsaid } from './unsaid.js';
import { REGISTER_DIFFERS, UNVERIFIED, type Verified, billedOf, registerDiffers } from './verified.js';
import { hasChargedRefused, hasFlowedBefore } from './before-authorization.js';
import { type Reading, consumedOf } from './dividing.js';
import type { Beliefs } from './limit.js';
import { INTERVALS_DOUBTFUL, isAllAtStart, isOfStandstill } from './doubtful-intervals.js';
import { PARKING_DOUBTFUL } from './doubtful-parking.js';
import {
  END_TIME_DOUBTFUL,
  isFreedBefore,
  isQueuedByOther,
  isStartOfQueue,
  isTimeDoubtful,
  isTooLittleTime,
  isUnservedBefore,
} from './doubtful-time.js';
import type { FinalizeContext, Over } from './finalize-context.js';
import { type Measured, isReadToEnd } from './measured.js';
import { isOverPowerCut } from './power-cut.js';
import { OVERLAP_POSSIBLE, ranWithin } from './unstarted.js';

/** Said of a session whose energy somebody decided. */
const DECIDED = 'decided';

/** Said where signed values decide, and the register is impossible. */
const REGISTER_IMPLAUSIBLE = 'register-implausible';

/** Said of a session that charged by a token that was refused; what the station itself uses is no charging. */
const CHARGED_UNAUTHORIZED = 'charged-unauthorized';

/** Said of a session without a token, where its operator lets anybody charge. */
const FREE_START = 'free-start';

/** Said of one whose end nobody reported, so that readings which named no transaction tell how far it came. */
const READINGS_UNNAMED = 'readings-unnamed';

/** Said of one of which no register was told, nor of any before it at its EVSE, though others of its station tell theirs. */
const NEVER_READ = 'never-read';

/** What finalization says of a session; a correction says it anew. */
const SAID_AT_THE_END: ReadonlySet<string> = new Set([
  ...['end-inferred', 'gap', CLOCK_IMPLAUSIBLE, 'signed-incomplete', DECIDED, LATE_FACTS, UNVERIFIED],
  REGISTER_DIFFERS,
  ...[INTERVALS_SUMMED, INTERVAL_MISSING, READINGS_OUTSIDE, REGISTER_STANDS, ENERGY_BETWEEN, ENERGY_TWICE],
  ...[END_TIME_DOUBTFUL, INTERVALS_DOUBTFUL, PARKING_DOUBTFUL],
  ...[READINGS_UNNAMED, METER_MAYBE_SHARED, NEVER_READ, OVERLAP_POSSIBLE],
  CHARGED_UNAUTHORIZED,
  ENDED_BY_ANOTHER,
  FREE_START,
  EVSE_ASSUMED,
  ...['implausible-reading', 'register-reset', 'register-ambiguous', REGISTER_IMPLAUSIBLE],
  ...['no-begin-value', 'no-end-value', BEGIN_UNSAID, END_UNSAID, ...HOLD_REASONS],
]);

/** What was said before matters where nothing else tells of its energy, or a register of 0, as of a meter that is none. */
const SAID_IF_UNREAD: ReadonlySet<string> = new Set([STATION_METERED]);
const SAID_IF_NOTHING: ReadonlySet<string> = new Set([REGISTER_UNUSED]);

/** What is measured of the energy, and all that was. */
type Sampled = Measured & { readonly samples: readonly Sample[] };

/** What is billed, why it is held, and what is said of it. */
export function judge(
  session: Over,
  energy: Sampled,
  signed: Pick<Verified, 'verdict' | 'told'>,
  context: FinalizeContext,
) {
  const { told, of, basis, readings } = energy;
  const { beliefs, isPlaceUnknown } = context;
  const verifiedOnly = session.location.billVerifiedOnly === true;
  const freeStarts = beliefs.freeStarts === true;
  const unseen = unseenAround(session, energy, context);
  const twiceWh = billedTwiceWh(session, energy, context);
  const shared = sharedMeterOf(session, energy, context);
  const lost = otherWithin(session, energy, context);
  const doubts = {
    ...{ isPlaceUnknown, hasGoneOn: unseen.after },
    isOverlapped: lost === 'surely' || isOverlapped(session, context),
    isMeterShared: shared === 'surely',
    isBilledTwice: twiceWh > beliefs.energyWh,
    isExplained: context.around.before !== null && !unseen.before && isBilledForBetween(session, told.energyWh),
  };
  const reasons = holdReasonsOf({ session, told, basis, bySignedValues: verifiedOnly, freeStarts, ...doubts });
  const decision = reasons.includes('decision-outdated') ? null : session.decision;
  const billed = decision
    ? { totalWh: decision.energyWh, flags: [DECIDED, ...reasons] }
    : billedOf(told.energyWh, signed.verdict, verifiedOnly);
  const flags = [
    ...session.flags.filter((flag) => isSaidStill(flag, energy) && !isOutdated(flag, session, context)),
    ...saidOfToken(session, energy, context, billed.totalWh),
    ...(isPlaceUnknown && !reasons.includes(PLACE_UNKNOWN) ? [PLACE_UNKNOWN] : []),
    ...(told.fault && verifiedOnly ? [REGISTER_IMPLAUSIBLE] : []),
    ...saidOfSigned(energy, signed),
    ...saidOfPower(session, energy, context),
    ...told.flags,
    ...unsaid(session, readings, basis, energy.all.filter(isReading)),
    ...saidOf(of, session),
    ...saidOfStillClock(session, energy),
    ...(unseen.before ? [ENERGY_BETWEEN] : []),
    ...(twiceWh > 0 && !reasons.includes(REGISTERS_OVERLAP) ? [ENERGY_TWICE] : []),
    ...(isEndUnnamed(session, basis) ? [READINGS_UNNAMED] : []),
    ...saidOfMeter(session, energy, { ...context, shared, lost }),
    ...billed.flags,
    ...flagsOf(session),
    ...saidOfTime(session, energy, context, billed.totalWh),
  ];
  const open = openOf(flags, session.decision, decision).filter((flag) => flag !== ENERGY_BETWEEN || unseen.before);
  return { decision, reasons, flags: open, energyWh: billed.totalWh };
}

/** Whether somebody found that it has more than its register says, of what flowed before it. */
function isBilledForBetween({ decision }: Session, toldWh: number): boolean {
  return decision?.reviewed?.includes(ENERGY_BETWEEN) === true && decision.energyWh > toldWh;
}

/** What is read until an end that was reported is of no other one. */
function isEndUnnamed({ endClaimedAt, flags }: Session, { endWh }: Measured['basis']): boolean {
  return endClaimedAt === null && endWh === null && flags.includes(READINGS_ASSIGNED);
}

function isSaidStill(flag: string, energy: Measured): boolean {
  if (SAID_IF_UNREAD.has(flag)) return isUnread(energy);
  return SAID_IF_NOTHING.has(flag) ? isNothing(energy) : !SAID_AT_THE_END.has(flag);
}

/** Whether what was said when its start came is known not to be so by now. */
function isOutdated(flag: string, session: Over, { toldBefore }: FinalizeContext): boolean {
  return flag === START_TIME_DOUBTFUL && isStartOfQueue(session, toldBefore);
}

function isUnread({ readings, basis: { beginWh, endWh, sumWh } }: Measured): boolean {
  return readings.length === 0 && beginWh === null && endWh === null && sumWh === 0;
}

function saidOfSigned(energy: Measured, { verdict, told }: Pick<Verified, 'verdict' | 'told'>): string[] {
  return [
    ...(registerDiffers(energy.told.energyWh, told, energy.resolutionWh) ? [REGISTER_DIFFERS] : []),
    ...(verdict && !told && isNothing(energy) ? [REGISTER_UNUSED] : []),
  ];
}

function saidOfPower(session: Over, energy: Measured, context: FinalizeContext): string[] {
  const { beliefs, idlePowerW: trickleW, around, stretches } = context;
  const mostW = beliefs.powerFactor * connectorPower(session.connector);
  const powers = { trickleW, mostW };
  const isNone = isDead(session, energy, around) || isFarBelowPower(session, energy, powers);
  const isOther =
    isThousandth(session, energy, powers, stretches.before) || isFarAbovePower(session, energy, { trickleW });
  return isNone || isOther ? [REGISTER_DIFFERS] : [];
}

/** Whether no register says anything but 0, as those do that a station names without a meter. */
function isNothing({ readings, basis: { beginWh, endWh, sumWh } }: Measured): boolean {
  return [beginWh ?? 0, endWh ?? 0, sumWh, ...readings.map(({ energyWh }) => energyWh)].every((wh) => wh === 0);
}

function saidOfStillClock(session: Over, energy: Measured): string[] {
  const isDoubtful =
    energy.of.summed === undefined
      ? isUnread(energy) && isAllAtStart(session, energy.all)
      : isOfStandstill(session, energy.all);
  return isDoubtful ? [INTERVALS_DOUBTFUL] : [];
}

function saidOfToken(
  session: Over,
  energy: Measured,
  { beliefs, groupsOfEnds }: FinalizeContext,
  billedWh: number,
): string[] {
  const { tokenAt, flags } = session;
  const isRefused = flags.includes(NOT_AUTHORIZED) || isOfRefused(session, energy);
  return [
    ...(tokenAt === null && beliefs.freeStarts === true ? [FREE_START] : []),
    ...(billedWh > CHARGED_WH && isEndedByAnother(session, groupsOfEnds) ? [ENDED_BY_ANOTHER] : []),
    ...(billedWh > CHARGED_WH && isRefused ? [CHARGED_UNAUTHORIZED] : []),
  ];
}

/** Whether it charged for a token that was refused before the one that is billed. */
function isOfRefused(session: Over, energy: Measured): boolean {
  if (session.refusedAt === null) return false;
  const saidAt = energy.all.find(({ chargingState }) => chargingState === 'Charging')?.at;
  return hasChargedRefused(session, consumedIn(session, energy), saidAt);
}

/** What a decision has settled that stands no longer is said again. */
function openOf(flags: readonly string[], known: Decided | null, standing: Decided | null): string[] {
  return withoutReviewed(standing ? flags : [...flags, ...(known?.reviewed ?? [])], standing);
}

/** What a decision settles is said no more, as long as it stands. */
export function withoutReviewed(flags: readonly string[], standing: Decided | null): string[] {
  return flags.filter((flag) => !standing?.reviewed?.includes(flag));
}

/** Whether energy flowed at its EVSE before it, or after what is known of it where the register at its end is not. */
function unseenAround(
  { startedAt, connector }: Over,
  { told, from, readings, resolutionWh, of: { choice } }: Measured,
  { around, beliefs }: FinalizeContext,
): { before: boolean; after: boolean } {
  const { series, beginWh, endWh } = choice;
  const by = { maxPowerW: connectorPower(connector), resolutionWh, beliefs };
  const begin = from === null ? null : { series, wh: from, at: startedAt };
  const lastWh = told.plausibleWh ?? from ?? beginWh;
  const at = new Date(readings.at(-1)?.at ?? startedAt);
  const last = lastWh === null ? null : { series, wh: lastWh, at, begin: { wh: from ?? lastWh, at: startedAt } };
  const isBefore = around.isShortEachTime || isUnseen(around.before, begin, by);
  return { before: isBefore, after: endWh === null && isUnseen(last, around.next, by) };
}

/** Whether another session ran at its EVSE meanwhile. */
function isOverlapped(session: Over, { begunWithin, ranInto }: FinalizeContext): boolean {
  const own = neighbourOf(session);
  return begunWithin.some((next) => ranOn(own, next)) || ranInto.some((first) => ranOn(first, own));
}

/** Whether a transaction whose start never came ran at its EVSE meanwhile; one of which that is heard later is final, and `start-unknown` shows it. */
function otherWithin(
  session: Over,
  { told: { energyWh }, from: fromWh, of }: Measured,
  { unstarted }: FinalizeContext,
): ReturnType<typeof ranWithin> {
  if (session.finalizedAt !== null && !session.flags.includes(OVERLAP_POSSIBLE)) return 'not';
  const { startedAt, ranUntil } = neighbourOf(session);
  const own = { startedAt, ranUntil, evseId: session.evseId, series: of.choice.series, fromWh, energyWh };
  const ours = byOurClock(session);
  const all = unstarted.map((other) => ranWithin(own, other, ours));
  if (session.finalizedAt === null && all.includes('surely')) return 'surely';
  return all.some((one) => one !== 'not') ? 'maybe' : 'not';
}

/** How much of its energy another session at its EVSE is billed as well. */
function billedTwiceWh(
  session: Over,
  { told: { energyWh }, from: fromWh, resolutionWh, of }: Measured,
  { stretches: { before, after } }: FinalizeContext,
): number {
  const own = { ...neighbourOf(session), series: of.choice.series, fromWh, energyWh, isSeen: false };
  // Of two that are final one is for a person: not this one, which is but corrected.
  const isOpen = ({ isSeen }: { isSeen: boolean }): boolean => session.finalizedAt === null || !isSeen;
  return sharedWhOf(own, { before: before.filter(isOpen), after: after.filter(isOpen) }, resolutionWh);
}

function sharedMeterOf(
  { connector }: Over,
  { of, resolutionWh, samples }: Sampled,
  { beliefs, beside }: FinalizeContext,
) {
  const maxPowerW = beliefs.powerFactor * connectorPower(connector);
  return sharedMeter({ series: of.choice.series, samples, resolutionWh, maxPowerW }, beside);
}

function saidOfMeter(
  session: Over,
  energy: Measured,
  context: FinalizeContext & { shared: ReturnType<typeof sharedMeterOf>; lost: ReturnType<typeof otherWithin> },
): string[] {
  return [
    ...(context.shared === 'maybe' ? [METER_MAYBE_SHARED] : []),
    ...(context.lost === 'maybe' ? [OVERLAP_POSSIBLE] : []),
    ...(isNeverRead(session, energy, context) ? [NEVER_READ] : []),
  ];
}

/** Whether no register of it is known, nor of any other session at its EVSE, while other EVSEs of its station are read. */
function isNeverRead(session: Over, energy: Measured, { around, isStationRead }: FinalizeContext): boolean {
  const isShort = mayHaveRunUntil(session).getTime() - session.startedAt.getTime() <= CLOCKS_APART_MS;
  return isStationRead && !around.isMetered && !isShort && isUnread(energy);
}

/** What is said of how its energy was told. */
function saidOf({ choice, summed }: Billed, session: Over): string[] {
  return [
    ...(choice.isOfRising && !choice.mixed ? [REGISTER_STANDS] : []),
    ...(summed ? [INTERVALS_SUMMED] : []),
    ...(summed?.isDoubtful ? [INTERVALS_DOUBTFUL] : []),
    ...(summed && isIntervalMissing(session, summed.hole) ? [INTERVAL_MISSING] : []),
    ...(summed?.isEndShort ? [END_UNSAID] : []),
  ];
}

function saidOfTime(session: Over, energy: Measured, context: FinalizeContext, billedWh: number): string[] {
  const { clockBeside, beliefs, bootedBeforeEnd, freeBeforeEnd, boots, idlePowerW: trickleW } = context;
  // What is billed begins when it was said or read to charge, which is known by now.
  const over = { ...session, chargedAt: energy.chargedAt };
  const heard = { all: energy.all, consumed: consumedIn(session, energy), trickleW };
  const isDoubtful =
    isTimeDoubtful(session, energy.all, bootedBeforeEnd) ||
    isQueuedByOther(session, clockBeside) ||
    (freeBeforeEnd !== null && isFreedBefore(session, heard, freeBeforeEnd)) ||
    isUnservedBefore(session, heard) ||
    isOverPowerCut(session, heard, boots) ||
    isTooLittleTime(over, billedWh, beliefs) ||
    isBilledLate(over, energy, beliefs);
  return isDoubtful ? [END_TIME_DOUBTFUL] : [];
}

/** What had been consumed when since it began. */
function consumedIn({ startedAt, endedAt }: Over, energy: Measured): Reading[] {
  const endKnown = isReadToEnd(energy.of);
  return consumedOf(energy.readings, { ...energy, endKnown }, { start: startedAt.getTime(), end: endedAt.getTime() });
}

/** Whether some of its energy flowed before the time that is billed, which begins once its token was authorized. */
function isBilledLate(session: Over, energy: Measured, beliefs: Beliefs): boolean {
  return hasFlowedBefore(consumedIn(session, energy), {
    startedAt: session.startedAt.getTime(),
    billedFrom: shownFrom(session).getTime(),
    maxPowerW: connectorPower(session.connector),
    believedWh: beliefs.energyWh,
  });
}

function flagsOf(session: Over): string[] {
  return [
    ...(session.endClaimedAt === null ? ['end-inferred'] : []),
    ...(hasGap(session) ? ['gap'] : []),
    ...(isPlaceAssumed(session) ? [EVSE_ASSUMED] : []),
    ...(isMended(session.startClaimedAt, session.startedAt) || isEndMended(session) ? [CLOCK_IMPLAUSIBLE] : []),
  ];
}

function isEndMended(session: Started): boolean {
  return session.endClaimedAt !== null && isMended(session.endClaimedAt, endOf(session).endedAt);
}
