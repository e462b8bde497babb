import { anyCase, connectorPower } from '@chargemesh/contracts';
import { type Sample, inSeries } from '../meter/sample.js';
import { CHARGED_WH, billedFrom } from '../transactions/billed-from.js';
import { CLOCKS_APART_MS, earlier, later } from '../transactions/effective-time.js';
import { TOKENS_DIFFER } from '../transactions/snapshot.js';
import type { Energy } from './differing.js';
import { inItsScale } from './another-scale.js';
import { consumedOf } from './dividing.js';
import { basisOf, billedBy, energyOf } from './energy.js';
import type { Basis } from './hold-reason.js';
import { type Delivery, unstampedMs } from './impossible-rises.js';
import type { Billed } from './intervals.js';
import { mayHaveRunUntil } from './freed.js';
import { limitOf } from './limit.js';
import { READINGS_OUTSIDE, isReadOutside, isReading } from './other-clock.js';
import { readBeforeFree } from './read-before-free.js';
import type { RegistersAround } from './registers-around.js';
import { isStartedAgain } from './started-again.js';
import type { FinalizeContext, Over } from './finalize-context.js';

/** What is measured of the energy, by the series that counts. */
export interface Measured extends Energy {
  readonly of: Billed;
  readonly basis: Basis;
  readonly all: readonly Sample[];
  /** When it was first said or read to charge. */
  readonly chargedAt: Date | null;
}

/** Whether what was read tells of all the time until the end: that of intervals tells of nothing after the last of them. */
export function isReadToEnd({ choice, summed }: Billed): boolean {
  return choice.endWh !== null && summed === undefined;
}

/** What a session was until its end, and what was measured in it. */
interface Until {
  readonly session: Over;
  readonly all: readonly Sample[];
  /** What was measured far from it: by another clock, if that is its own. */
  readonly far: readonly Sample[];
  /** Whether another one may be in it by the same id. */
  readonly isReused: boolean;
}

export function energyIn({ session, all, far, isReused }: Until, context: FinalizeContext): Measured {
  const { startedAt, endedAt } = session;
  const of = billedBy(session, all, context.beliefs);
  const [from, to] = [earliestBegin(startedAt, context), new Date(endedAt.getTime() + CLOCKS_APART_MS)];
  const bounds = { startedAt, endedAt, from, to };
  const place = session.evseId === null ? {} : { evseId: session.evseId };
  const reused = isReused ? { reused: true as const } : {};
  const delivery = deliveryOf(session, context);
  const mostWh = limitWh(session, of, delivery, context);
  const read = energyOf(of, mostWh, { ...bounds, delivery });
  const energy = inItsScale(read, of.choice, { before: context.stretches.before, limitWh: mostWh });
  const chargedAt = chargedAtOf(session, energy, of, all);
  const begun = billedFrom({ ...session, chargedAt });
  const times = { startedAt: begun.toISOString(), endedAt: endedAt.toISOString() };
  const basis = { ...basisOf(of, bounds), ...times, ...place, driver: driverOf(session), ...reused };
  const told = withMeter(withOutside(energy, session, of, far), session, { of, around: context.around });
  const measured = { ...told, of, basis, all, chargedAt };
  return isStartedAgain(session, measured, context.around) ? ofNothing(measured) : measured;
}

function ofNothing(measured: Measured): Measured {
  const { fault: _fault, ...told } = measured.told;
  return { ...measured, told: { ...told, energyWh: 0, plausibleWh: measured.from } };
}

/** By the first word that says so, or the first reading that shows it. */
function chargedAtOf(
  { startedAt, endedAt }: Over,
  { readings, ...energy }: Energy,
  of: Billed,
  all: readonly Sample[],
): Date | null {
  const said = all.find(({ chargingState }) => chargingState === 'Charging')?.at;
  const [start, end] = [startedAt.getTime(), endedAt.getTime()];
  const consumed = consumedOf(readings, { ...energy, endKnown: isReadToEnd(of) }, { start, end });
  const read = consumed.find(({ energyWh }) => energyWh > CHARGED_WH);
  return read ? earlier(said ?? endedAt, new Date(read.at)) : (said ?? null);
}

function driverOf({ token, flags }: Over): Basis['driver'] {
  return { uid: token && anyCase(token.uid), isClear: !flags.includes(TOKENS_DIFFER) };
}

/** What its connector can have delivered at which time. */
function deliveryOf(session: Over, { beliefs }: FinalizeContext): Delivery {
  const { connector, startedAt, endedAt, startReceivedAt, endReceivedAt } = session;
  const maxW = connectorPower(connector);
  const arrivedMs = endReceivedAt === null ? 0 : endReceivedAt.getTime() - startReceivedAt.getTime();
  const unstamped = unstampedMs(arrivedMs, endedAt.getTime() - startedAt.getTime());
  return { maxW, mostW: beliefs.powerFactor * maxW, believedWh: beliefs.energyWh, unstampedMs: unstamped };
}

/** Who tells intervals at all mostly does so more often than this. */
const INTERVAL_MS = 900_000;

/** What tells of registers before or after has a meter: where it says none at all, they are lost, and not nothing. */
function withMeter(energy: Energy, session: Over, { of, around }: { of: Billed; around: RegistersAround }): Energy {
  const { told, from, readings } = energy;
  const ms = mayHaveRunUntil(session).getTime() - session.startedAt.getTime();
  if (told.fault !== undefined || ms <= CLOCKS_APART_MS || !around.isMetered) return energy;
  const isNothing = from === 0 && readings.every(({ energyWh }) => energyWh === 0);
  // Intervals of nothing are told, and a car that takes nothing has them.
  const isToldElsewhere = around.isReadWhileFreeAlone || (around.isByIntervals && ms > INTERVAL_MS);
  const isPlaceholder = isNothing && of.choice.series !== 'interval' && isToldElsewhere;
  if (!isPlaceholder && (from !== null || readings.length > 0)) return energy;
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

/**
 * What arrived after the connector was free again does not make the session any longer. What it took before a connector was said to be
 * free, by its readings, is known; the limit is of the time since.
 */
function limitWh(
  session: Over,
  { choice, measured }: Billed,
  delivery: Delivery,
  { beliefs, freeAt }: FinalizeContext,
): number {
  const { startedAt, startReceivedAt: firstReceivedAt, endedAt, endReceivedAt, inferredEndAt } = session;
  const lastHeard = earlier(session.lastReceivedAt, session.freedAt ?? inferredEndAt ?? session.lastReceivedAt);
  const before = readBeforeFree(session, choice, measured, { freeAt, delivery });
  const arrivals = { firstReceivedAt, lastReceivedAt: endReceivedAt ?? lastHeard };
  const times = { startedAt, endedAt, ...arrivals, freeAt: before?.at ?? freeAt };
  return (before?.risenWh ?? 0) + limitOf(times, connectorPower(session.connector), beliefs);
}
