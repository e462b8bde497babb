import { type DataOf, type SessionConnector, SessionFinalized, newEvent } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import type { Session } from '../transactions/session.js';
import { hasGap } from '../transactions/settle.js';
import { endOf } from '../transactions/transactions.decide.js';
import { energyOf } from './energy.js';
import { periodsOf } from './periods.js';

const SIGNED_MAX = 200;

/** A session whose place and start are known. */
type Started = Session & { startedAt: Date; startReceivedAt: Date; startClaimedAt: Date; connector: SessionConnector };

export function isStarted(session: Session): session is Started {
  return session.startedAt !== null && session.location !== null && session.connector !== null;
}

/**
 * Makes a session final: energy and periods from all its samples, whatever order they came in. A station whose clock
 * cannot be true is corrected by as much as its start was off.
 */
export function finalize(session: Started, samples: readonly Sample[], now: Date, idleAfterS: number) {
  const shift = session.startedAt.getTime() - session.startClaimedAt.getTime();
  const moved = samples.map((sample) => ({ ...sample, at: new Date(sample.at.getTime() + shift) }));
  const start = session.startedAt.getTime();
  const end = Math.max(start, endOf(session).endedAt.getTime() + shift);
  const energy = energyOf(moved, maxPowerOf(session.connector));
  const totalWh = Math.round(energy.totalWh);
  const periods = periodsOf({ start, end, totalWh }, energy.consumed, moved, idleAfterS);
  const flags = [...new Set([...session.flags, ...energy.flags, ...flagsOf(session, shift)])].sort();
  const final: Session = {
    ...session,
    version: session.version + 1,
    status: 'finalized',
    endedAt: new Date(end),
    energyWh: totalWh,
    finalDueAt: null,
    finalizedAt: now,
    flags,
  };
  const signed = moved.flatMap((sample) => sample.signed ?? []).slice(0, SIGNED_MAX);
  return { session: final, fact: factOf(session, final, periods, signed) };
}

const PHASES = { AC_1_PHASE: 1, AC_2_PHASE: 2, AC_2_PHASE_SPLIT: 2, AC_3_PHASE: 3, DC: 1 };

function maxPowerOf({ maxPowerW, maxVoltage, maxAmperage, powerType }: SessionConnector): number {
  return maxPowerW ?? maxVoltage * maxAmperage * PHASES[powerType];
}

function factOf(
  session: Started,
  final: Session,
  periods: DataOf<typeof SessionFinalized>['periods'],
  signed: DataOf<typeof SessionFinalized>['signed'],
) {
  const { sessionId, stationId, transactionId, location, connector, token } = final;
  if (!location || !connector) throw new Error(`session ${sessionId} has no place`);
  const endedAt = (final.endedAt ?? session.startedAt).toISOString();
  return newEvent(SessionFinalized, {
    operatorId: final.operatorId,
    time: endedAt,
    traceparent: final.traceparent ?? undefined,
    data: {
      sessionId,
      version: final.version,
      stationId,
      evseId: final.evseId ?? 0,
      transactionId,
      startedAt: session.startedAt.toISOString(),
      receivedAt: session.startReceivedAt.toISOString(),
      ...(token ? { token } : {}),
      location,
      connector,
      endedAt,
      energyWh: final.energyWh,
      reason: endOf(session).reason,
      periods,
      signed,
      flags: final.flags,
    },
  });
}

function flagsOf(session: Session, shift: number): string[] {
  return [
    ...(session.endedAt === null ? ['end-inferred'] : []),
    ...(hasGap(session) ? ['gap'] : []),
    ...(shift === 0 ? [] : ['clock-implausible']),
  ];
}
