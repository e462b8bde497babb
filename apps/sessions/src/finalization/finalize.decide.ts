import { hash } from 'node:crypto';
import { type DataOf, type Event, SessionFinalized, type SignedVerdict, newEvent } from '@chargemesh/contracts';
import { type Sample, inSeries } from '../meter/sample.js';
import {
  CLOCKS_APART_MS,
  CLOCK_IMPLAUSIBLE,
  earlier,
  effectiveTime,
  isMended,
  later,
} from '../transactions/effective-time.js';
import { READINGS_ASSIGNED } from '../transactions/assign.js';
import { LATE_FACTS, isReused } from '../transactions/facts.js';
import type { Decided, Session } from '../transactions/session.js';
import { type Started, type Whole, endOf, hasGap, startOf } from '../transactions/settle.js';
import { EVSE_ASSUMED, NOT_AUTHORIZED } from '../transactions/snapshot.js';
import { byOurClock } from '../transactions/station-clock.js';
import { subject } from '../transactions/told.js';
import { consumedOf } from './dividing.js';
import { decisionOf, held } from './held.js';
import { type Basis, HOLD_REASONS, PLACE_UNKNOWN, holdReasonsOf } from './hold-reasons.js';
import { type Energy, basisOf, billedBy, energyOf } from './energy.js';
import { type Billed, INTERVALS_SUMMED, INTERVAL_MISSING, isIntervalMissing } from './intervals.js';
import { type Freed, freedAtOf } from './freed.js';
import { type Beliefs, limitOf, maxPowerOf } from './limit.js';
import { type Neighbour, neighbourOf, ranOn } from './overlap.js';
import { periodsOf } from './periods.js';
import { isPlaceAssumed } from './place.js';
import { READINGS_OUTSIDE, inItsClock, isReadOutside, isReading } from './other-clock.js';
import type { Told } from './register-walk.js';
import { untilFirstEnd } from './repeated-end.js';
import { ENERGY_BETWEEN, type RegistersAround, isUnseen } from './registers-around.js';
import { ENERGY_TWICE, REGISTERS_OVERLAP, type Stretches, sharedWhOf } from './registers-overlap.js';
import { REGISTER_STANDS } from './series.js';
import { type Beside, isMeterShared } from './shared-meter.js';
import { signedOf } from './signed.js';
import { BEGIN_UNSAID, END_UNSAID, unsaid } from './unsaid.js';
import type { Proof } from './proofs.js';
import {
  type MeterKey,
  REGISTER_DIFFERS,
  type Signed,
  UNVERIFIED,
  billedOf,
  registerDiffers,
  verified,
} from './verified.js';

const HOUR_MS = 3_600_000;
/** As many as the events hold. */
const FLAGS_MAX = 50;

/** Said of a session whose energy somebody decided. */
const DECIDED = 'decided';
/** Said where signed values decide, and the register is impossible. */
const REGISTER_IMPLAUSIBLE = 'register-implausible';

/** Said of a session that charged by a token that was refused; what the station itself uses is no charging. */
const CHARGED_UNAUTHORIZED = 'charged-unauthorized';
const CHARGED_WH = 100;

/** Said of a session without a token, where its operator lets anybody charge. */
const FREE_START = 'free-start';

/** Said of one whose end says no register, so that readings which named no transaction may tell how far it came. */
const READINGS_UNNAMED = 'readings-unnamed';

/** What finalization says of a session; a correction says it anew. */
const SAID_AT_THE_END: ReadonlySet<string> = new Set([
  ...['end-inferred', 'gap', CLOCK_IMPLAUSIBLE, 'signed-incomplete', DECIDED, LATE_FACTS, UNVERIFIED],
  REGISTER_DIFFERS,
  ...[INTERVALS_SUMMED, INTERVAL_MISSING, READINGS_OUTSIDE, REGISTER_STANDS, ENERGY_BETWEEN, ENERGY_TWICE],
  READINGS_UNNAMED,
  CHARGED_UNAUTHORIZED,
  FREE_START,
  EVSE_ASSUMED,
  ...['implausible-reading', 'register-reset', 'register-ambiguous', REGISTER_IMPLAUSIBLE],
  ...['no-begin-value', 'no-end-value', BEGIN_UNSAID, END_UNSAID, ...HOLD_REASONS],
]);

export interface FinalizeContext {
  readonly now: Date;
  /** Without energy for so long, a session is parking, in seconds. */
  readonly idleAfterS: number;
  /** What is no more than a trickle, in W. */
  readonly idlePowerW: number;
  /** Of the station. */
  readonly keys: readonly MeterKey[];
  /** What proved other sessions by pages of these keys that lie next to those of this one. */
  readonly proofs: readonly Proof[];
  /** Of the operator. */
  readonly beliefs: Beliefs;
  /** When the session's connector was last known to be free, or its station booted, before it. */
  readonly freeAt: Date | null;
  /** When the session before it at its connector ended, where nobody named its begin. */
  readonly emptyAt: Date | null;
  /** What is known of its connector after it, where its end was not reported. */
  readonly freed: Freed | null;
  /** Sessions that began at its connector while it is said to have run. */
  readonly begunWithin: readonly Neighbour[];
  /** Final sessions that began before it at its connector, and are said to have run after its start. */
  readonly ranInto: readonly Neighbour[];
  /** Sessions at other connectors of its station that ran while it did, by registers that may be the same. */
  readonly beside: readonly Beside[];
  /** When its connector was free first, or another session began there, between two ends that were reported. */
  readonly freeBetween: Date | null;
  /** What the sessions before and after it at its connector say of the register. */
  readonly around: RegistersAround;
  /** What the sessions before and after it at its connector are billed of the register. */
  readonly stretches: Stretches;
  /** Whether nobody knows at which EVSE of its station it was. */
  readonly isPlaceUnknown: boolean;
}

export interface Finalized {
  readonly session: Session;
  readonly fact?: Event;
  /** What proves its energy now; null where its signed values prove nothing, absent where none were looked at. */
  readonly proof?: Proof | null;
}

/** One whose end counts as much as its start. */
type Over = Whole & { endedAt: Date };

/**
 * Makes a session final: energy and periods from all its samples, whatever order they came in. What came by a clock
 * that cannot be true is moved by as much as the start was off. One that is final already is corrected by its late facts
 * in the same way; if that changes nothing, nothing is told. What cannot have been is held until somebody decides.
 */
export function finalize(given: Whole, samples: readonly Sample[], context: FinalizeContext): Finalized {
  const { session: ended, reason } = inTime(given, context);
  const until = untilFirstEnd(ended, inOrder(ended, samples), context.freeBetween);
  const session: Over = { ...ended, endedAt: until.session.endedAt };
  const all = inItsClock(until.session, until.measured);
  const [measured, far] = parted(all, ({ at }) => isNear(at, session));
  const energy = energyIn(until.session, measured, far, context);
  const signed = measured.flatMap((sample) => sample.signed ?? []);
  const { verdict, proof } = verified(signed, timesOf(until.session), context.keys, context.proofs);
  const proven = proof === undefined ? {} : { proof };
  const { decision, reasons, ...judged } = judge(session, { ...energy, samples }, verdict, context);
  const sent = signedOf(measured);
  const over: Over = {
    ...session,
    ...judged,
    version: session.version + 1,
    series: energy.of.choice.series,
    signedVerdict: verdict ?? null,
    finalDueAt: null,
    flags: bounded([
      ...judged.flags,
      ...(all === until.measured ? [] : [CLOCK_IMPLAUSIBLE]),
      ...(sent.complete ? [] : ['signed-incomplete']),
    ]),
    lateSince: null,
  };
  if (reasons.length > 0 && !decision)
    return { ...held(over, energy.told, { reasons, basis: energy.basis, next: context.around.next }), ...proven };
  const told = decision ? decidedIn(energy.told, decision) : energy.told;
  const billed = decision ? asDecided(over, decision, energy.basis) : over;
  const periods = periodsIn(billed, { ...energy, told }, context);
  const end = { reason, endedAt: billed.endedAt.toISOString(), periods, signed: sent.signed };
  return { ...final(billed, decision, context.now, end), ...proven };
}

/** The session at the times that somebody entered, with what that was decided on. */
function asDecided(over: Over, decision: Decided, basis: Basis): Over {
  const { startedAt, endedAt } = decision;
  return {
    ...over,
    ...(startedAt === undefined ? {} : { startedAt: new Date(startedAt) }),
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt) }),
    decision: { ...decision, basis: decision.basis ?? basis },
  };
}

/** The session with the start and the end that count, by all that is known of its connector. */
function inTime(given: Whole, { freeAt, freed }: FinalizeContext): { session: Over; reason: string } {
  const known = { ...given, freedAt: freedAtOf(given, freed) };
  const startedAt = startOf(known, freeAt);
  const { endedAt, reason } = endOf({ ...known, startedAt });
  return { session: { ...known, startedAt, endedAt }, reason };
}

/** What is measured of the energy, by the series that counts. */
interface Measured extends Energy {
  readonly of: Billed;
  readonly basis: Basis;
  readonly all: readonly Sample[];
}

/** @param far what was measured far from it: by another clock, if that is its own */
function energyIn(session: Over, all: readonly Sample[], far: readonly Sample[], context: FinalizeContext): Measured {
  const { startedAt, endedAt } = session;
  const of = billedBy(session, all);
  const [from, to] = [earliestBegin(startedAt, context), new Date(endedAt.getTime() + CLOCKS_APART_MS)];
  const bounds = { startedAt, from, to };
  const times = { startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString() };
  const place = session.evseId === null ? {} : { evseId: session.evseId };
  const basis = { ...basisOf(of, bounds), ...times, ...place, ...(isReused(session) ? { reused: true as const } : {}) };
  const mostW = context.beliefs.powerFactor * maxPowerOf(session.connector);
  const energy = energyOf(of, limitWh(session, context), { ...bounds, mostW });
  return { ...withMeter(withOutside(energy, session, of, far), session, context.around), of, basis, all };
}

/** What tells of registers before or after has a meter: where it says none at all, they are lost, and not nothing. */
function withMeter(energy: Energy, { startedAt, endedAt }: Over, { before, next }: RegistersAround): Energy {
  const { told, from, readings } = energy;
  const isRead = told.fault !== undefined || from !== null || readings.length > 0;
  const isShort = endedAt.getTime() - startedAt.getTime() <= CLOCKS_APART_MS;
  if (isRead || isShort || (!before && !next)) return energy;
  return { ...energy, told: { ...told, fault: 'no-end-value' } };
}

/** What is read outside its time is never left out unseen: it is said and, where nothing else is read, held. */
function withOutside(energy: Energy, session: Over, { choice, measured }: Billed, far: readonly Sample[]): Energy {
  const { told, from, readings } = energy;
  if (from === null && choice.endWh === null && far.some(isReading))
    return { ...energy, told: { ...told, fault: 'no-end-value' } };
  const outside = [...measured, ...far.map((sample) => inSeries(sample, choice.series))];
  if (!isReadOutside(session, outside, readings, choice)) return energy;
  return { ...energy, told: { ...told, flags: [...told.flags, READINGS_OUTSIDE] } };
}

/** Nothing is of a session that was read before its start, as far as clocks agree, or before its connector was free. */
function earliestBegin(startedAt: Date, { freeAt, emptyAt }: FinalizeContext): Date {
  const known = [freeAt, emptyAt].filter((at) => at !== null && at <= startedAt) as Date[];
  return known.reduce(later, new Date(startedAt.getTime() - CLOCKS_APART_MS));
}

/** What is billed, why it is held, and what is said of it. */
function judge(
  session: Over,
  energy: Measured & { samples: readonly Sample[] },
  verdict: SignedVerdict | undefined,
  context: FinalizeContext,
) {
  const { told, of, basis, readings } = energy;
  const { beliefs, begunWithin, ranInto, isPlaceUnknown } = context;
  const verifiedOnly = session.location.billVerifiedOnly === true;
  const freeStarts = beliefs.freeStarts === true;
  const own = neighbourOf(session);
  const isOverlapped = begunWithin.some((next) => ranOn(own, next)) || ranInto.some((first) => ranOn(first, own));
  const unseen = unseenAround(session, energy, context);
  const twiceWh = billedTwiceWh(session, energy, context);
  const doubts = {
    ...{ isOverlapped, isPlaceUnknown, hasGoneOn: unseen.after },
    isMeterShared: sharesMeter(session, energy, context),
    isBilledTwice: twiceWh > beliefs.energyWh,
  };
  const reasons = holdReasonsOf({ session, told, basis, bySignedValues: verifiedOnly, freeStarts, ...doubts });
  const decision = reasons.includes('decision-outdated') ? null : session.decision;
  const billed = decision
    ? { totalWh: decision.energyWh, flags: [DECIDED, ...reasons] }
    : billedOf(told.energyWh, verdict, verifiedOnly);
  const flags = [
    ...session.flags.filter((flag) => !SAID_AT_THE_END.has(flag)),
    ...saidOfToken(session, freeStarts, billed.totalWh),
    ...(isPlaceUnknown && !reasons.includes(PLACE_UNKNOWN) ? [PLACE_UNKNOWN] : []),
    ...(told.fault && verifiedOnly ? [REGISTER_IMPLAUSIBLE] : []),
    ...(registerDiffers(told.energyWh, verdict) ? [REGISTER_DIFFERS] : []),
    ...told.flags,
    ...unsaid(session, readings, basis, energy.all.filter(isReading)),
    ...saidOf(of, session),
    ...(unseen.before ? [ENERGY_BETWEEN] : []),
    ...(twiceWh > 0 && !reasons.includes(REGISTERS_OVERLAP) ? [ENERGY_TWICE] : []),
    ...(basis.endWh === null && session.flags.includes(READINGS_ASSIGNED) ? [READINGS_UNNAMED] : []),
    ...billed.flags,
    ...flagsOf(session),
  ];
  return { decision, reasons, flags: withoutReviewed(flags, session.decision, decision), energyWh: billed.totalWh };
}

function saidOfToken({ tokenAt, flags }: Session, freeStarts: boolean, billedWh: number): string[] {
  return [
    ...(tokenAt === null && freeStarts ? [FREE_START] : []),
    ...(billedWh > CHARGED_WH && flags.includes(NOT_AUTHORIZED) ? [CHARGED_UNAUTHORIZED] : []),
  ];
}

/** What a decision settles is said no more, as long as it stands. */
function withoutReviewed(flags: readonly string[], known: Decided | null, standing: Decided | null): string[] {
  const reviewed = known?.reviewed ?? [];
  return standing ? flags.filter((flag) => !reviewed.includes(flag)) : [...flags, ...reviewed];
}

/** Whether energy flowed at its connector before it, or after what is known of it where the register at its end is not. */
function unseenAround(
  { startedAt, connector }: Over,
  { told, from, readings, resolutionWh, of: { choice } }: Measured,
  { around, beliefs }: FinalizeContext,
): { before: boolean; after: boolean } {
  const { series, beginWh, endWh } = choice;
  const by = { maxPowerW: maxPowerOf(connector), resolutionWh, beliefs };
  const begin = from === null ? null : { series, wh: from, at: startedAt };
  const lastWh = told.plausibleWh ?? from ?? beginWh;
  const last = lastWh === null ? null : { series, wh: lastWh, at: new Date(readings.at(-1)?.at ?? startedAt) };
  return { before: isUnseen(around.before, begin, by), after: endWh === null && isUnseen(last, around.next, by) };
}

/** How much of its energy another session at its connector is billed as well. */
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

function sharesMeter(
  { connector }: Over,
  { of, resolutionWh, samples }: Measured & { samples: readonly Sample[] },
  { beliefs, beside }: FinalizeContext,
): boolean {
  const maxPowerW = beliefs.powerFactor * maxPowerOf(connector);
  return isMeterShared({ series: of.choice.series, samples, resolutionWh, maxPowerW }, beside);
}

/** What is said of how its energy was told. */
function saidOf({ choice, summed }: Billed, session: Over): string[] {
  return [
    ...(choice.isOfRising && !choice.mixed ? [REGISTER_STANDS] : []),
    ...(summed ? [INTERVALS_SUMMED] : []),
    ...(summed && isIntervalMissing(session) ? [INTERVAL_MISSING] : []),
  ];
}

function decidedIn({ reset: _reset, ...told }: Told, { energyWh }: Decided): Told {
  return { ...told, energyWh };
}

function periodsIn(
  { startedAt, endedAt, energyWh, connector }: Over,
  { told, from, readings, of, all }: Measured,
  context: FinalizeContext,
) {
  const [start, end] = [startedAt.getTime(), endedAt.getTime()];
  const endKnown = of.choice.endWh !== null;
  const consumed = consumedOf(readings, { from, told, endKnown }, { start, end });
  const idle = { afterS: context.idleAfterS, powerW: context.idlePowerW };
  const maxPowerW = maxPowerOf(connector);
  return periodsOf({ start, end, totalWh: energyWh, maxPowerW }, consumed, all, idle);
}

function bounded(flags: readonly string[]): string[] {
  return [...new Set(flags)].sort().slice(0, FLAGS_MAX);
}

function timesOf(session: Over): Signed {
  const { sessionId, evseId, startedAt, endedAt, endReceivedAt } = session;
  const from = earliestStart(session);
  return { sessionId, evseId, startedAt, from, until: endReceivedAt ? later(endedAt, endReceivedAt) : endedAt };
}

function final(
  over: Whole,
  decision: Decided | null,
  now: Date,
  end: Pick<DataOf<typeof SessionFinalized>, 'reason' | 'endedAt' | 'periods' | 'signed'>,
): { session: Session; fact?: Event } {
  const { finalizedAt, status } = over;
  const session: Whole = { ...over, status: 'finalized', finalizedAt: finalizedAt ?? now, hold: null };
  const fact = factOf(session, decision, end);
  const finalDigest = digestOf(fact.data);
  // Who was told that it is held is told that it no longer is.
  if (finalDigest === session.finalDigest && status !== 'held') return { session };
  // What is to be told again is not corrected by that.
  const correctedAt = session.finalDigest === null ? session.correctedAt : now;
  return { session: { ...session, finalDigest, correctedAt }, fact };
}

/** What arrived after the connector was free again does not make the session any longer. */
function limitWh(session: Over, { beliefs, freeAt }: FinalizeContext): number {
  const { startedAt, startReceivedAt: firstReceivedAt, endedAt, endReceivedAt, inferredEndAt } = session;
  const lastHeard = earlier(session.lastReceivedAt, session.freedAt ?? inferredEndAt ?? session.lastReceivedAt);
  const times = { startedAt, endedAt, firstReceivedAt, lastReceivedAt: endReceivedAt ?? lastHeard, freeAt };
  return limitOf(times, maxPowerOf(session.connector), beliefs);
}

/** Equal for what says the same of a session. */
function digestOf({ version: _version, ...said }: DataOf<typeof SessionFinalized>): string {
  return hash('sha256', JSON.stringify(said));
}

function parted<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/** A clock may jump by a little; what is far from the session was not measured in it. */
function isNear(at: Date, session: Over): boolean {
  const [start, end] = [earliestStart(session).getTime(), session.endedAt.getTime()];
  return at.getTime() >= start - HOUR_MS && at.getTime() <= end + HOUR_MS;
}

/** The start that counts, or the one that its station says: its meter may go by the same clock. */
function earliestStart({ startClaimedAt, startReceivedAt, startedAt }: Over): Date {
  return earlier(startedAt, effectiveTime(startClaimedAt, startReceivedAt));
}

function inOrder(session: Started, samples: readonly Sample[]): Sample[] {
  const ours = byOurClock(session);
  return samples
    .map((sample) => {
      const at = ours(sample.at);
      return at === sample.at ? sample : { ...sample, at };
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime() || (a.energyWh ?? 0) - (b.energyWh ?? 0));
}

function factOf(
  final: Whole,
  decision: Decided | null,
  end: Pick<DataOf<typeof SessionFinalized>, 'reason' | 'endedAt' | 'periods' | 'signed'>,
) {
  const { operatorId, location, connector, token, energyWh, flags, signedVerdict } = final;
  return newEvent(SessionFinalized, {
    operatorId,
    time: end.endedAt,
    traceparent: final.traceparent ?? undefined,
    data: {
      ...subject(final, final.version),
      startedAt: final.startedAt.toISOString(),
      receivedAt: final.startReceivedAt.toISOString(),
      ...(token ? { token } : {}),
      location,
      connector,
      energyWh,
      ...(signedVerdict ? { signedVerdict } : {}),
      ...(decision ? { decision: decisionOf(decision) } : {}),
      flags,
      ...end,
    },
  });
}

function isEndMended(session: Started): boolean {
  return session.endClaimedAt !== null && isMended(session.endClaimedAt, endOf(session).endedAt);
}

function flagsOf(session: Started): string[] {
  return [
    ...(session.endClaimedAt === null ? ['end-inferred'] : []),
    ...(hasGap(session) ? ['gap'] : []),
    ...(isPlaceAssumed(session) ? [EVSE_ASSUMED] : []),
    ...(isMended(session.startClaimedAt, session.startedAt) || isEndMended(session) ? [CLOCK_IMPLAUSIBLE] : []),
  ];
}
