import { anyCase } from '@chargemesh/contracts';
import { CHARGED_WH } from '../transactions/billed-from.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import type { Session } from '../transactions/session.js';
import { byOurClock } from '../transactions/station-clock.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import type { Reading } from './dividing.js';

/** When a session began, from when it is billed, and what its connector delivers. */
interface Begun {
  /** In ms. */
  readonly startedAt: number;
  readonly billedFrom: number;
  readonly maxPowerW: number;
  /** What is believed in any case, in Wh. */
  readonly believedWh: number;
}

/**
 * Whether more had flowed when it was read first than its connector delivers since the time that is billed, and no more than
 * since its transaction began: then some flowed before anybody was authorized. Twice that power is believed of a connector elsewhere, as
 * an operator may have entered too little; here what it delivered later shows that.
 * @param consumed since the start of the transaction, in the order of time
 */
export function hasFlowedBefore(consumed: readonly Reading[], begun: Begun): boolean {
  const { startedAt, billedFrom, maxPowerW, believedWh } = begun;
  if (billedFrom - startedAt <= CLOCKS_APART_MS) return false;
  const after = consumed.filter(({ at }) => at > billedFrom);
  const [first] = after;
  if (!first) return false;
  const powerW = powersOf(after).reduce((most, one) => Math.max(most, one), maxPowerW);
  const possibleWh = (since: number): number =>
    (powerW * (first.at - since + CLOCKS_APART_MS)) / MS_PER_HOUR + believedWh;
  return first.energyWh > possibleWh(billedFrom) && first.energyWh <= possibleWh(startedAt);
}

type Refused = Pick<
  Session,
  | 'token'
  | 'refused'
  | 'refusedAt'
  | 'authorizedAt'
  | 'startClaimedAt'
  | 'startReceivedAt'
  | 'endClaimedAt'
  | 'endReceivedAt'
  | 'offsets'
>;

/**
 * Whether it charged after a token was refused and before the one that may charge was authorized, by its readings or by the word of
 * its station: what flowed by then is of somebody else.
 * @param consumed since the start of the transaction, in the order of time
 * @param saidAt when its station said first that it charges
 */
export function hasChargedRefused(session: Refused, consumed: readonly Reading[], saidAt: Date | undefined): boolean {
  const { authorizedAt } = session;
  if (authorizedAt === null || othersRefusedMs(session) >= authorizedAt.getTime()) return false;
  const authorized = byOurClock(session)(authorizedAt).getTime();
  if (consumed.some(({ at, energyWh }) => at <= authorized && energyWh > CHARGED_WH)) return true;
  return saidAt !== undefined && authorized - saidAt.getTime() > CLOCKS_APART_MS;
}

/**
 * When another token than the one that is billed was refused first, in ms: whose own was accepted at last has what it used before. One that was
 * refused before all that are named was kept by a process of before 2026-11-28, and may be any.
 */
function othersRefusedMs({ token, refused, refusedAt }: Pick<Refused, 'token' | 'refused' | 'refusedAt'>): number {
  const own = token && anyCase(token.uid);
  const first = Math.min(...Object.values(refused));
  const unnamed = refusedAt && refusedAt.getTime() < first ? [refusedAt.getTime()] : [];
  return Math.min(...unnamed, ...Object.entries(refused).flatMap(([uid, at]) => (uid === own ? [] : [at])));
}

/** Between readings that are a minute apart or more, in W. */
function powersOf(readings: readonly Reading[]): number[] {
  let before = readings[0];
  const powers: number[] = [];
  for (const reading of readings) {
    if (!before || reading.at - before.at < CLOCKS_APART_MS) continue;
    powers.push(((reading.energyWh - before.energyWh) * MS_PER_HOUR) / (reading.at - before.at));
    before = reading;
  }
  return powers;
}
