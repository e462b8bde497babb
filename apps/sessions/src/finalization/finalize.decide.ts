import { hash } from 'node:crypto';
import { type DataOf, type Event, type SessionConnector, SessionFinalized, newEvent } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import { CLOCK_IMPLAUSIBLE, corrected, isMended } from '../transactions/effective-time.js';
import { LATE_FACTS } from '../transactions/facts.js';
import type { Session } from '../transactions/session.js';
import { type Started, type Whole, endOf, hasGap } from '../transactions/settle.js';
import { subject } from '../transactions/told.js';
import { energyOf } from './energy.js';
import { periodsOf } from './periods.js';
import { signedOf } from './signed.js';
import { type MeterKey, UNVERIFIED, billedOf, verdictOf } from './verified.js';

const HOUR_MS = 3_600_000;

/** What finalization says of a session; a correction says it anew. */
const SAID_AT_THE_END: ReadonlySet<string> = new Set([
  ...['end-inferred', 'gap', CLOCK_IMPLAUSIBLE, 'signed-incomplete'],
  ...['implausible-reading', 'register-reset', 'no-end-value', LATE_FACTS, UNVERIFIED],
]);

export interface FinalizeContext {
  readonly now: Date;
  /** Without energy for so long, a session is parking, in seconds. */
  readonly idleAfterS: number;
  /** Of the station. */
  readonly keys: readonly MeterKey[];
}

/**
 * Makes a session final: energy and periods from all its samples, whatever order they came in. What came by a clock
 * that cannot be true is moved by as much as the start was off. One that is final already is corrected by its late facts
 * in the same way; if that changes nothing, nothing is told.
 */
export function finalize(
  session: Whole,
  samples: readonly Sample[],
  { now, idleAfterS, keys }: FinalizeContext,
): { session: Session; fact?: Event } {
  const { endedAt, reason } = endOf(session);
  const [start, end] = [session.startedAt.getTime(), endedAt.getTime()];
  const measured = inOrder(session, samples).filter(({ at }) => isNear(at.getTime(), start, end));
  const energy = energyOf(measured, maxPowerOf(session.connector));
  const all = measured.flatMap((sample) => sample.signed ?? []);
  const signedVerdict = verdictOf(all, session.evseId, keys);
  const billed = billedOf(energy.totalWh, signedVerdict, session.location.billVerifiedOnly === true);
  const { totalWh } = billed;
  const periods = periodsOf({ start, end, totalWh }, energy.consumed, measured, idleAfterS);
  const { signed, complete } = signedOf(measured);
  const before = session.flags.filter((flag) => !SAID_AT_THE_END.has(flag));
  const flags = [
    ...before,
    ...energy.flags,
    ...billed.flags,
    ...flagsOf(session),
    ...(complete ? [] : ['signed-incomplete']),
  ];
  const final: Whole = {
    ...session,
    version: session.version + 1,
    status: 'finalized',
    endedAt,
    energyWh: totalWh,
    signedVerdict: signedVerdict ?? null,
    finalDueAt: null,
    finalizedAt: session.finalizedAt ?? now,
    flags: [...new Set(flags)].sort(),
    lateSince: null,
  };
  const fact = factOf(final, { reason, endedAt: endedAt.toISOString(), periods, signed });
  const finalDigest = digestOf(fact.data);
  if (finalDigest === session.finalDigest) return { session: final };
  return { session: { ...final, finalDigest, correctedAt: session.finalizedAt && now }, fact };
}

/** Equal for what says the same of a session. */
function digestOf({ version: _version, ...said }: DataOf<typeof SessionFinalized>): string {
  return hash('sha256', JSON.stringify(said));
}

const PHASES = { AC_1_PHASE: 1, AC_2_PHASE: 2, AC_2_PHASE_SPLIT: 2, AC_3_PHASE: 3, DC: 1 };

function maxPowerOf({ maxPowerW, maxVoltage, maxAmperage, powerType }: SessionConnector): number {
  return maxPowerW ?? maxVoltage * maxAmperage * PHASES[powerType];
}

/** A clock may jump by a little; what is far from the session was not measured in it. */
function isNear(at: number, start: number, end: number): boolean {
  return at >= start - HOUR_MS && at <= end + HOUR_MS;
}

function inOrder(session: Started, samples: readonly Sample[]): Sample[] {
  const clock = { claimed: session.startClaimedAt, received: session.startReceivedAt };
  return samples
    .map((sample) => ({ ...sample, at: corrected(sample.at, clock) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime() || (a.energyWh ?? 0) - (b.energyWh ?? 0));
}

function factOf(final: Whole, end: Pick<DataOf<typeof SessionFinalized>, 'reason' | 'endedAt' | 'periods' | 'signed'>) {
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
