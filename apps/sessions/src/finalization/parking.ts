import type { ChargingPeriod } from '@chargemesh/contracts';
import { powerBackOf } from '../meter/others.js';
import type { Sample } from '../meter/sample.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import { IDLE_STATES, type IdleRule, idleAfterMs } from '../transactions/idle.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import type { Reading } from './dividing.js';
import type { Flow } from './flow.js';
import { givenBackIn } from './given-back.js';

export interface ClassifiedFlow extends Flow {
  readonly kind: ChargingPeriod['kind'];
}

/** When a car parks, what its connector delivers, and by how much its register may be rounded. */
export interface ParkingRule extends IdleRule {
  readonly maxPowerW: number;
  readonly resolutionWh: number;
}

/**
 * What of a session is parking: where the station says that the car takes nothing or is given nothing (once it has charged),
 * unless the register shows that it does; and where no more than a trickle flowed for long, to the car or from it.
 * @param measured what had been consumed since the start, and the power that was measured, in the order of time
 */
export function parked(
  flows: readonly Flow[],
  { consumed, samples }: { consumed: readonly Reading[]; samples: readonly Sample[] },
  rule: ParkingRule,
): ClassifiedFlow[] {
  const said = chargingAsRead(asSaid(flows), consumed, rule);
  const [power, back] = [powerIn(samples, rule.powerW), givenBackIn(samples)];
  const moving = said.map((stretch): Read => {
    const [before, until] = [back.until(stretch.from), back.until(stretch.to)];
    const isGivingBack = (until - before) * MS_PER_HOUR > rule.powerW * (stretch.to - stretch.from);
    const kind = isGivingBack ? 'charging' : stretch.kind;
    return { ...stretch, kind, untilWh: stretch.untilWh + until, power: power(stretch) };
  });
  const shown = { ...rule, resolutionWh: Math.max(rule.resolutionWh, back.stepWh) };
  const parking = idlingAsRead(moving, consumed, shown);
  return said.map((stretch, index) => ({ ...stretch, kind: (parking[index] as ClassifiedFlow).kind }));
}

/** By the station's word. Being plugged in before charging is no parking. */
function asSaid(flows: readonly Flow[]): ClassifiedFlow[] {
  let charged = false;
  let before = 0;
  return flows.map((flow) => {
    charged ||= flow.state === 'Charging' || before > 0;
    before = flow.untilWh;
    const isIdle = charged && flow.state !== undefined && IDLE_STATES.has(flow.state);
    return { ...flow, kind: isIdle ? 'parking' : 'charging' };
  });
}

/**
 * A word that the car charges again may be lost. Between two readings that rose by more than a trickle, and by more than can
 * have flowed while it was charging, it was so all the while.
 */
function chargingAsRead(
  stretches: readonly ClassifiedFlow[],
  consumed: readonly Reading[],
  { powerW, maxPowerW, resolutionWh }: ParkingRule,
): ClassifiedFlow[] {
  const result = [...stretches];
  let next = 0;
  for (const [index, { at, energyWh }] of consumed.entries()) {
    const before = consumed[index - 1];
    const first = next;
    while (next < result.length && (result[next] as ClassifiedFlow).to <= at) next++;
    if (!before) continue;
    const within = result.slice(first, next);
    const chargingMs = within.reduce((ms, { kind, from, to }) => ms + (kind === 'charging' ? to - from : 0), 0);
    const flowedWh = energyWh - before.energyWh - resolutionWh;
    const possibleWh = Math.max(powerW * (at - before.at), maxPowerW * (chargingMs + CLOCKS_APART_MS)) / MS_PER_HOUR;
    if (flowedWh > possibleWh) within.forEach((stretch, of) => (result[first + of] = { ...stretch, kind: 'charging' }));
  }
  return result;
}

/** A stretch in which the register may show that the car takes nothing. */
interface Read extends ClassifiedFlow {
  readonly power: 'flows' | 'trickles' | undefined;
}

/** What nobody has read any more goes on as it was: that a register stands still is known of what was read only. */
function idlingAsRead(stretches: readonly Read[], consumed: readonly Reading[], rule: ParkingRule): ClassifiedFlow[] {
  const readUntil = consumed.at(-1)?.at ?? -Infinity;
  const read: ClassifiedFlow[] = idling(
    stretches.filter(({ to }) => to <= readUntil),
    rule,
  );
  let last = read.at(-1);
  const unread = stretches.slice(read.length).map((stretch) => {
    const goesOn = last?.kind === 'parking' && last.state === stretch.state;
    return (last = goesOn ? { ...stretch, kind: 'parking' } : stretch);
  });
  return [...read, ...unread];
}

/**
 * What lasts for long with no more than a trickle on average is parking, as far as nothing flows at its edges, and not
 * before the first energy. It is as long as a trickle needs that the register would show.
 */
function idling(stretches: readonly Read[], rule: ParkingRule): Read[] {
  const untilWh = (index: number): number => stretches[index]?.untilWh ?? 0;
  const ms = (first: number, last: number): number => (stretches[last] as Read).to - (stretches[first] as Read).from;
  const isTrickle = (first: number, last: number): boolean =>
    (untilWh(last) - untilWh(first - 1)) * MS_PER_HOUR <= rule.powerW * ms(first, last);
  const unshownWh = (index: number): number => (stretches[index]?.power === 'trickles' ? 0 : rule.resolutionWh);
  const isLong = (first: number, last: number): boolean => ms(first, last) >= idleAfterMs(rule, unshownWh(first));
  const goesOn = (index: number): boolean => stretches[index]?.power === stretches[index + 1]?.power;
  const result = [...stretches];
  let [charged, last] = [false, 0];
  for (let first = 0; first < stretches.length; first++) {
    charged ||= !isTrickle(first, first);
    if (!charged || !mayIdle(stretches[first]) || !isTrickle(first, first)) continue;
    last = Math.max(last, first);
    while (mayIdle(stretches[last + 1]) && goesOn(last) && !isLong(first, last)) last++;
    if (!isLong(first, last) || !isTrickle(first, last) || !isTrickle(last, last)) continue;
    for (let index = first; index <= last; index++) result[index] = { ...(stretches[index] as Read), kind: 'parking' };
  }
  return result;
}

/** Whether the register decides: neither does the station say that it parks, nor its power that it charges. */
function mayIdle(stretch: Read | undefined): boolean {
  return stretch !== undefined && stretch.kind === 'charging' && stretch.power !== 'flows';
}

/**
 * What the power says that was measured in a stretch; a station that never measures more than a trickle measures none. Asked
 * for in the order of time.
 */
function powerIn(samples: readonly Sample[], tricklePowerW: number): (stretch: ClassifiedFlow) => Read['power'] {
  const points = samples.flatMap((sample) => {
    const [at, said] = [sample.at.getTime(), [sample.powerW, powerBackOf(sample)].filter((power) => power !== null)];
    return said.length === 0 ? [] : { at, powerW: Math.max(...said) };
  });
  if (!points.some(({ powerW }) => powerW > tricklePowerW)) return () => undefined;
  let next = 0;
  return ({ from, to }) => {
    while (next < points.length && (points[next]?.at ?? 0) < from) next++;
    let [above, below] = [0, 0];
    for (let index = next; index < points.length && (points[index]?.at ?? 0) <= to; index++) {
      if ((points[index]?.powerW ?? 0) > tricklePowerW) above++;
      else below++;
    }
    if ((above === 0) === (below === 0)) return undefined;
    return above > 0 ? 'flows' : 'trickles';
  };
}
