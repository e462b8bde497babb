import { hash } from 'node:crypto';
import { type DataOf, type Event, SessionFinalized, newEvent } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import { CLOCK_IMPLAUSIBLE, corrected, earlier, isMended, later } from '../transactions/effective-time.js';
import { LATE_FACTS } from '../transactions/facts.js';
import type { Decided, Session } from '../transactions/session.js';
import { type Started, type Whole, endOf, hasGap } from '../transactions/settle.js';
import { subject } from '../transactions/told.js';
import { type Reading, consumedOf } from './dividing.js';
import { decisionOf, held } from './held.js';
import { HOLD_REASONS, basisOf, holdReasonsOf } from './hold-reasons.js';
import { INTERVALS_SUMMED, withIntervals } from './intervals.js';
import { type Beliefs, limitOf, maxPowerOf } from './limit.js';
import { periodsOf } from './periods.js';
import { type Told, type Walk, toldBy, walkFrom, walked } from './register-walk.js';
import { signedOf } from './signed.js';
import { startOf } from './start.js';
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

/** Said of a session without a token, where its operator lets anybody charge. */
const FREE_START = 'free-start';

/** What finalization says of a session; a correction says it anew. */
const SAID_AT_THE_END: ReadonlySet<string> = new Set([
  ...['end-inferred', 'gap', CLOCK_IMPLAUSIBLE, 'signed-incomplete', DECIDED, LATE_FACTS, UNVERIFIED],
  REGISTER_DIFFERS,
  INTERVALS_SUMMED,
  FREE_START,
  ...['implausible-reading', 'register-reset', 'register-ambiguous', REGISTER_IMPLAUSIBLE],
  ...['no-begin-value', 'no-end-value', ...HOLD_REASONS],
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
}

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
export function finalize(session: Whole, samples: readonly Sample[], context: FinalizeContext): Finalized {
  const { endedAt, reason } = endOf(session);
  const end = endedAt.getTime();
  const measured = inOrder(session, samples).filter(({ at }) => isNear(at.getTime(), session.startedAt.getTime(), end));
  const startedAt = startOf(session, endedAt, context.freeAt);
  const start = startedAt.getTime();
  const read = withIntervals({ session, measured });
  const { told, from, readings } = energyOf(read.session, read.measured, limitWh(session, endedAt, context));
  const all = measured.flatMap((sample) => sample.signed ?? []);
  const { verdict: signedVerdict, proof } = verified(all, timesOf(session, endedAt), context.keys, context.proofs);
  const verifiedOnly = session.location.billVerifiedOnly === true;
  const { signed, complete } = signedOf(measured);
  const freeStarts = context.beliefs.freeStarts === true;
  const reasons = holdReasonsOf({ session: read.session, told, bySignedValues: verifiedOnly, freeStarts });
  const decision = reasons.includes('decision-outdated') ? null : session.decision;
  const billed = decision
    ? { totalWh: decision.energyWh, flags: [DECIDED, ...reasons] }
    : billedOf(told.energyWh, signedVerdict, verifiedOnly);
  const flags = [
    ...session.flags.filter((flag) => !SAID_AT_THE_END.has(flag)),
    ...(session.tokenAt === null && freeStarts ? [FREE_START] : []),
    ...(told.fault && verifiedOnly ? [REGISTER_IMPLAUSIBLE] : []),
    ...(registerDiffers(told.energyWh, signedVerdict) ? [REGISTER_DIFFERS] : []),
    ...told.flags,
    ...(read.session === session ? [] : [INTERVALS_SUMMED]),
    ...billed.flags,
    ...flagsOf({ ...session, startedAt }),
    ...(complete ? [] : ['signed-incomplete']),
  ];
  const over: Whole = {
    ...session,
    version: session.version + 1,
    startedAt,
    endedAt,
    energyWh: billed.totalWh,
    signedVerdict: signedVerdict ?? null,
    finalDueAt: null,
    flags: [...new Set(flags)].sort().slice(0, FLAGS_MAX),
    lateSince: null,
  };
  const proven = proof === undefined ? {} : { proof };
  if (reasons.length > 0 && !decision)
    return { ...held(over, told, { reasons, basis: basisOf(read.session, told) }), ...proven };
  const division = decision ? { ...told, energyWh: decision.energyWh, reset: undefined } : told;
  const consumed = consumedOf(
    readings,
    { from, told: division, endKnown: read.session.endWh !== null },
    { start, end },
  );
  const idle = { afterS: context.idleAfterS, powerW: context.idlePowerW };
  const periods = periodsOf({ start, end, totalWh: billed.totalWh }, consumed, measured, idle);
  return {
    ...final(over, decision, context.now, { reason, endedAt: endedAt.toISOString(), periods, signed }),
    ...proven,
  };
}

function timesOf({ sessionId, evseId, startedAt, startReceivedAt, endReceivedAt }: Whole, endedAt: Date): Signed {
  const from = earlier(startedAt, startReceivedAt);
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
  return { session: { ...session, finalDigest, correctedAt: finalizedAt && now }, fact };
}

function limitWh(session: Whole, endedAt: Date, { beliefs, freeAt }: FinalizeContext): number {
  const { startedAt, startReceivedAt: firstReceivedAt, endReceivedAt, lastReceivedAt } = session;
  const times = { startedAt, endedAt, firstReceivedAt, lastReceivedAt: endReceivedAt ?? lastReceivedAt, freeAt };
  return limitOf(times, maxPowerOf(session.connector), beliefs);
}

/** What the registers tell of the energy, and the readings in between. */
function energyOf(
  { beginWh, endWh }: Session,
  measured: readonly Sample[],
  limitWh: number,
): { told: Told; from: number | null; readings: Reading[] } {
  let walk: Walk | undefined = beginWh === null ? undefined : walkFrom(beginWh);
  for (const { energyWh } of measured)
    if (energyWh !== null) walk = walk ? walked(walk, energyWh, limitWh) : walkFrom(energyWh);
  // What was read for an end that another one has replaced is a reading as well.
  const readings = measured.flatMap((sample) => {
    const energyWh = sample.energyWh ?? sample.endWh ?? sample.beginWh;
    return energyWh === null ? [] : { at: sample.at.getTime(), energyWh };
  });
  return { told: toldBy(walk, { beginWh, endWh, limitWh }), from: walk?.from ?? null, readings };
}

/** Equal for what says the same of a session. */
function digestOf({ version: _version, ...said }: DataOf<typeof SessionFinalized>): string {
  return hash('sha256', JSON.stringify(said));
}

/** A clock may jump by a little; what is far from the session was not measured in it. */
function isNear(at: number, start: number, end: number): boolean {
  return at >= start - HOUR_MS && at <= end + HOUR_MS;
}

function inOrder(session: Started, samples: readonly Sample[]): Sample[] {
  const clock = { claimed: session.startClaimedAt, received: session.startReceivedAt };
  return samples
    .map((sample) => {
      const at = corrected(sample.at, clock);
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
    ...(isMended(session.startClaimedAt, session.startedAt) || isEndMended(session) ? [CLOCK_IMPLAUSIBLE] : []),
  ];
}
