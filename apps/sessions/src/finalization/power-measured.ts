import type { SessionConnector } from '@chargemesh/contracts';
import { powerOfPhases } from '../meter/others.js';
import { isNet } from '../meter/register.js';
import type { Sample } from '../meter/sample.js';
import { IDLE_STATES } from '../transactions/idle.js';
import { MS_PER_HOUR, WH_PER_KWH } from '../meter/watt-hours.js';
import { loadAt } from './load.js';
import type { Measured } from './measured.js';
import { stepOf } from './register-walk.js';
import { CHARGED_WH } from '../transactions/billed-from.js';

/** A car that charges for so long takes something. */
const CHARGING_MS = 3_600_000;
/** Of what is measured more seldom nobody knows what flowed in between. */
const LONGEST_MS = 3_600_000;
/** What a car that does not charge draws without taking energy (reactive current of three phases). */
const LEAST_A = 5;
/** No car charges at less, and a socket has no more. */
const [LEAST_DC_V, MAINS_V] = [200, 230];
/** The power is measured now and then only, and less well than the register. */
const MISSING_WH = 100;

/** When a session was, and at what. */
interface SessionAtConnector {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly connector: SessionConnector;
}

/** What is no more than a trickle, and what no connector of its kind delivers, in W. */
interface Powers {
  readonly trickleW: number;
  readonly mostW: number;
}

/** Whether far more must have flowed than is billed, by the power that was measured: the register is dead, or there is none. */
export function isFarBelowPower(
  session: SessionAtConnector,
  { told, readings, basis, all, of }: Pick<Measured, 'told' | 'readings' | 'basis' | 'all' | 'of'>,
  powers: Powers,
): boolean {
  if (told.fault || isNet(of.choice.series)) return false;
  const missingWh = flowedAtLeast(session, all, powers) - told.energyWh;
  if (missingWh <= Math.max(MISSING_WH, told.energyWh)) return false;
  const registers = [basis.beginWh ?? [], basis.endWh ?? [], readings.map(({ energyWh }) => energyWh)].flat();
  return missingWh > stepOf(registers) + MISSING_WH;
}

/** Between readings that are further apart a car may draw anything; and of a few it may have done so by chance. */
const [CLOSE_MS, LEAST_READINGS] = [900_000, 4];
/** A power of one phase that is said as the whole is a third of it. */
const FAR_ABOVE = 5;
const MORE_WH = 1_000;

/**
 * Whether the register rose far more than the power that was measured with it: by the higher one of both ends, in all stretches
 * between readings that are close together.
 */
export function isFarAbovePower(
  session: SessionAtConnector,
  { told, of }: Pick<Measured, 'told' | 'of'>,
  { trickleW }: Pick<Powers, 'trickleW'>,
): boolean {
  if (told.fault || isNet(of.choice.series)) return false;
  const read = of.measured.flatMap((sample) => {
    const [at, powerW, { energyWh: wh }] = [sample.at.getTime(), powerOf(sample, session.connector), sample];
    // A power that is never measured is said as 0.
    return powerW === undefined || powerW <= trickleW || wh === null ? [] : [{ at, powerW, wh }];
  });
  let [stretches, roseWh, flowedWh] = [0, 0, 0];
  for (const [index, { at, powerW, wh }] of read.entries()) {
    const before = read[index - 1];
    if (!before || at - before.at > CLOSE_MS || wh < before.wh) continue;
    stretches += 1;
    roseWh += wh - before.wh;
    flowedWh += (Math.max(powerW, before.powerW) * (at - before.at)) / MS_PER_HOUR;
  }
  return stretches >= LEAST_READINGS - 1 && roseWh > FAR_ABOVE * flowedWh + MORE_WH;
}

/** Whether its registers are all the same though it is said to charge for long, at a meter that tells of others: it did not answer. */
export function isDead(
  session: Omit<SessionAtConnector, 'connector'>,
  { told, readings, basis: { beginWh, endWh }, all }: Pick<Measured, 'told' | 'readings' | 'basis' | 'all'>,
  { isMetered }: { isMetered: boolean },
): boolean {
  const registers = [beginWh ?? [], endWh ?? [], readings.map(({ energyWh }) => energyWh)].flat();
  if (told.fault || !isMetered || registers.length === 0 || registers.some((wh) => wh !== registers[0])) return false;
  return chargingMs(session, all) >= CHARGING_MS;
}

/**
 * Whether it is said to charge for long and took less than a trickle meanwhile, as none before it at its EVSE took more than that
 * either: its registers may be in kWh, or the meter of something else, where a thousand times that is possible.
 */
export function isThousandth(
  session: SessionAtConnector,
  { told, all, of }: Pick<Measured, 'told' | 'all' | 'of'>,
  { trickleW, mostW }: Powers,
  before: readonly { readonly energyWh: number }[],
): boolean {
  const { energyWh, fault } = told;
  if (fault || energyWh <= 0 || isNet(of.choice.series) || before.some((one) => one.energyWh > CHARGED_WH))
    return false;
  const [saidMs, ms] = [chargingMs(session, all), session.endedAt.getTime() - session.startedAt.getTime()];
  if (saidMs < CHARGING_MS || energyWh * MS_PER_HOUR >= trickleW * saidMs) return false;
  return energyWh * WH_PER_KWH * MS_PER_HOUR <= mostW * ms;
}

/** For how long its station says that it charges. */
function chargingMs({ startedAt, endedAt }: Omit<SessionAtConnector, 'connector'>, samples: readonly Sample[]): number {
  const words = samples.filter(({ chargingState, at }) => chargingState !== null && at < endedAt);
  return words.reduce((ms, { chargingState, at }, index) => {
    const [from, to] = [Math.max(at.getTime(), startedAt.getTime()), words[index + 1]?.at ?? endedAt];
    return chargingState === 'Charging' ? ms + Math.max(0, to.getTime() - from) : ms;
  }, 0);
}

/**
 * What flowed by the power that was measured, at the least: between two measurements the lower of both, as long as the station
 * does not say that the car takes nothing.
 */
function flowedAtLeast(session: SessionAtConnector, samples: readonly Sample[], powers: Powers): number {
  let [flowedWh, before, isIdle] = [0, undefined as { at: number; powerW: number } | undefined, false];
  for (const sample of samples.filter(({ at }) => at >= session.startedAt && at <= session.endedAt)) {
    const [at, powerW, word] = [sample.at.getTime(), powerOf(sample, session.connector), sample.chargingState];
    if (word !== null) isIdle = IDLE_STATES.has(word);
    if (isIdle) before = undefined;
    if (isIdle || powerW === undefined) continue;
    const lowerW = Math.min(before?.powerW ?? 0, powerW);
    const ms = at - (before?.at ?? at);
    if (lowerW > powers.trickleW && ms <= LONGEST_MS) flowedWh += (lowerW * ms) / MS_PER_HOUR;
    before = { at, powerW: powerW <= powers.mostW ? powerW : 0 };
  }
  return flowedWh;
}

/** In total, or else of the phases together, or else as much as its current is at least. */
export function powerOf(sample: Sample, connector: SessionConnector): number | undefined {
  const { powerW, currentA } = loadAt(sample);
  if (powerW !== undefined) return powerW;
  const ofPhasesW = powerOfPhases(sample);
  if (ofPhasesW !== null) return ofPhasesW;
  if (currentA === undefined) return undefined;
  return currentA < LEAST_A ? 0 : currentA * voltageOf(sample, connector);
}

function voltageOf({ voltageV, voltageL1V }: Sample, { powerType, maxVoltage }: SessionConnector): number {
  return voltageL1V ?? voltageV ?? (powerType === 'DC' ? LEAST_DC_V : Math.min(maxVoltage, MAINS_V));
}
