import { type DataOf, type Event, SessionFinalized, newEvent, present, connectorPower } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import { shownFrom } from '../transactions/billed-from.js';
import { CLOCK_IMPLAUSIBLE, earlier, effectiveTime, later } from '../transactions/effective-time.js';
import { isReused } from '../transactions/facts.js';
import type { Decided, Session } from '../transactions/session.js';
import { type Started, type Whole, endOf, hasGap, startOf } from '../transactions/lifecycle.js';
import { byOurClock } from '../transactions/station-clock.js';
import { subject } from '../transactions/session-events.js';
import { courseOf } from './course.js';
import { consumedOf } from './dividing.js';
import { digestOf } from './digest.js';
import { decisionOf, held } from './held.js';
import type { Basis } from './hold-reason.js';
import { knownEnd } from './doubtful-time.js';
import { PARKING_DOUBTFUL, isParkingDoubtful } from './doubtful-parking.js';
import { isEndedByAnother } from './ended-by.js';
import { freedAtOf } from './freed.js';
import { periodsOf } from './periods.js';
import { inItsClock } from './other-clock.js';
import type { RegisterEnergy } from './register-walk.js';
import { untilFirstEnd } from './repeated-end.js';
import { saidToCharge } from './said-to-charge.js';
import { signedOf } from './signed.js';
import type { Proof } from './proofs.js';
import { type Signed, verified } from './verified.js';
import type { FinalizeContext, Over } from './finalize-context.js';
import { type Measured, energyIn, isReadToEnd } from './measured.js';
import { judge, withoutReviewed } from './judge.js';

const HOUR_MS = 3_600_000;
/** As many points as there are where nothing was read in between. */
const BEGIN_AND_END = 2;
/** As many as the events hold. */
const FLAGS_MAX = 50;

export interface Finalized {
  readonly session: Session;
  readonly fact?: Event;
  /** What proves its energy now; null where its signed values prove nothing, absent where none were looked at. */
  readonly proof?: Proof | null;
}

/**
 * Makes a session final: energy and periods from all its samples, whatever order they came in. What came by a clock
 * that cannot be true is moved by as much as the start was off. One that is final already is corrected by its late facts
 * in the same way; if that changes nothing, nothing is told. What cannot have been is held until somebody decides.
 */
export function finalize(given: Whole, samples: readonly Sample[], context: FinalizeContext): Finalized {
  const ordered = inOrder(given, samples);
  const { session: ended, reason } = inTime(given, ordered, context);
  const isByAnother = isEndedByAnother(ended, context.groupsOfEnds);
  const until = untilFirstEnd(ended, ordered, context.freeBetween, isByAnother);
  const session: Over = { ...ended, endedAt: until.session.endedAt };
  const all = inItsClock(until.session, until.measured);
  const [measured, far] = parted(all, ({ at }) => isNear(at, session));
  const reused = until.isReused || isReused(ended);
  const energy = energyIn({ session: until.session, all: measured, far, isReused: reused }, context);
  const signed = measured.flatMap((sample) => sample.signed ?? []);
  const { proof, ...checked } = verified(signed, timesOf(until.session), context.keys, context.proofs);
  const proven = proof === undefined ? {} : { proof };
  const { decision, reasons, ...judged } = judge(session, { ...energy, samples }, checked, context);
  const sent = signedOf(measured);
  const over: Over = {
    ...session,
    ...judged,
    version: session.version + 1,
    // As its facts tell it: what is known of those next to it is asked anew each time.
    freedAt: given.freedAt,
    series: energy.of.choice.series,
    chargedAt: energy.chargedAt,
    signedVerdict: checked.verdict ?? null,
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
  const { periods, flags } = periodsIn(billed, { ...energy, told }, context);
  const end = { reason, endedAt: billed.endedAt.toISOString(), periods, signed: sent.signed };
  const said = { ...billed, flags: bounded([...billed.flags, ...withoutReviewed(flags, decision)]) };
  return { ...final(said, decision, context.now, end), ...proven };
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
function inTime(
  given: Whole,
  measured: readonly Sample[],
  { freeAt, freed }: FinalizeContext,
): { session: Over; reason: string } {
  const known = { ...given, freedAt: freedAtOf(given, freed) };
  const startedAt = startOf(known, freeAt);
  const { endedAt, reason } = endOf({ ...known, startedAt });
  const session = { ...known, startedAt, endedAt };
  return { session: { ...session, endedAt: knownEnd(session, measured) }, reason };
}

function decidedIn({ reset: _reset, ...told }: RegisterEnergy, { energyWh }: Decided): RegisterEnergy {
  return { ...told, energyWh };
}

function periodsIn(session: Over, measured: Measured, context: FinalizeContext) {
  const { endedAt, energyWh, connector } = session;
  const { told, from, readings, resolutionWh, of, all } = measured;
  const [start, end] = [shownFrom(session).getTime(), endedAt.getTime()];
  const own = consumedOf(readings, { from, told, endKnown: isReadToEnd(of) }, { start, end });
  const isEndKnown = of.choice.endWh !== null && own.at(-1)?.at === end;
  const isUnread = isEndKnown && from !== null && !told.reset && own.length <= BEGIN_AND_END;
  const billed = { start, end, from: from ?? 0, energyWh: told.energyWh, series: of.choice.series, connector };
  const course = isUnread ? courseOf(billed, all) : undefined;
  const consumed = course?.consumed ?? own;
  const idle = {
    ...{ afterS: context.idleAfterS, powerW: context.idlePowerW },
    resolutionWh: course?.stepWh ?? resolutionWh,
  };
  const maxPowerW = connectorPower(connector);
  const periods = periodsOf({ start, end, totalWh: energyWh, maxPowerW }, consumed, all, idle);
  const said = { isSaidToCharge: saidToCharge(all), hasGap: hasGap(session) };
  const bounds = { ...idle, mostW: context.beliefs.powerFactor * maxPowerW, ...said };
  const isDoubtful = isParkingDoubtful(periods, consumed, bounds);
  return { periods, flags: isDoubtful ? [PARKING_DOUBTFUL] : [] };
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
  const { version: _version, ...said } = fact.data;
  const finalDigest = digestOf(said);
  // Who was told that it is held is told that it no longer is.
  if (finalDigest === session.finalDigest && status !== 'held') return { session };
  // What is to be told again is not corrected by that.
  const correctedAt = session.finalDigest === null ? session.correctedAt : now;
  return { session: { ...session, finalDigest, correctedAt }, fact };
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
  const { operatorId, location, connector, token, agreedPrice, energyWh, flags, signedVerdict } = final;
  return newEvent(SessionFinalized, {
    operatorId,
    time: end.endedAt,
    traceparent: final.traceparent ?? undefined,
    data: {
      ...subject(final, final.version),
      startedAt: shownFrom(final).toISOString(),
      receivedAt: final.startReceivedAt.toISOString(),
      ...present({ token, agreedPrice }),
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
