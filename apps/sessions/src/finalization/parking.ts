import type { ChargingPeriod } from '@chargemesh/contracts';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import { HELD_BACK, IDLE_STATES, type IdleRule } from '../transactions/idle.js';
import type { Reading } from './dividing.js';
import type { Flow } from './flow.js';

const MS_PER_HOUR = 3_600_000;

export interface Stretch extends Flow {
  readonly kind: ChargingPeriod['kind'];
}

/**
 * What of a session is parking: where the station says that the car takes nothing (once it has charged), unless the register
 * shows that it does; and where, not held back by the station, no more than a trickle flowed for long.
 * @param consumed since the start, in the order of time
 */
export function parked(
  flows: readonly Flow[],
  consumed: readonly Reading[],
  rule: IdleRule & { maxPowerW: number },
): Stretch[] {
  return idlingAsRead(chargingAsRead(asSaid(flows), consumed, rule), consumed, rule);
}

/** By the station's word. Being plugged in before charging is no parking. */
function asSaid(flows: readonly Flow[]): Stretch[] {
  let charged = false;
  let before = 0;
  return flows.map((flow) => {
    charged ||= flow.word === 'Charging' || before > 0;
    before = flow.untilWh;
    const isIdle = charged && flow.word !== undefined && IDLE_STATES.has(flow.word);
    return { ...flow, kind: isIdle ? 'parking' : 'charging' };
  });
}

/**
 * A word that the car charges again may be lost. Between two readings that rose by more than a trickle, and by more than can
 * have flowed while it was charging, it was so all the while.
 */
function chargingAsRead(
  stretches: readonly Stretch[],
  consumed: readonly Reading[],
  { powerW, maxPowerW }: { powerW: number; maxPowerW: number },
): Stretch[] {
  const result = [...stretches];
  let next = 0;
  for (const [index, { at, energyWh }] of consumed.entries()) {
    const before = consumed[index - 1];
    const first = next;
    while (next < result.length && (result[next] as Stretch).to <= at) next++;
    if (!before) continue;
    const within = result.slice(first, next);
    const chargingMs = within.reduce((ms, { kind, from, to }) => ms + (kind === 'charging' ? to - from : 0), 0);
    const flowedWh = energyWh - before.energyWh;
    const possibleWh = Math.max(powerW * (at - before.at), maxPowerW * (chargingMs + CLOCKS_APART_MS)) / MS_PER_HOUR;
    if (flowedWh > possibleWh) within.forEach((stretch, of) => (result[first + of] = { ...stretch, kind: 'charging' }));
  }
  return result;
}

/** What nobody has read any more goes on as it was: that a register stands still is known of what was read only. */
function idlingAsRead(stretches: readonly Stretch[], consumed: readonly Reading[], rule: IdleRule): Stretch[] {
  const readUntil = consumed.at(-1)?.at ?? -Infinity;
  const read = idling(
    stretches.filter(({ to }) => to <= readUntil),
    rule,
  );
  let last = read.at(-1);
  const unread = stretches.slice(read.length).map((stretch) => {
    const goesOn = last?.kind === 'parking' && last.word === stretch.word;
    return (last = goesOn ? { ...stretch, kind: 'parking' } : stretch);
  });
  return [...read, ...unread];
}

/**
 * What lasts for long with no more than a trickle on average is parking, as far as nothing flows at its edges, and not
 * before the first energy.
 */
function idling(stretches: readonly Stretch[], { afterS, powerW }: IdleRule): Stretch[] {
  const untilWh = (index: number): number => stretches[index]?.untilWh ?? 0;
  const ms = (first: number, last: number): number =>
    (stretches[last] as Stretch).to - (stretches[first] as Stretch).from;
  const isTrickle = (first: number, last: number): boolean =>
    (untilWh(last) - untilWh(first - 1)) * MS_PER_HOUR <= powerW * ms(first, last);
  const result = [...stretches];
  let [charged, last] = [false, 0];
  for (let first = 0; first < stretches.length; first++) {
    charged ||= !isTrickle(first, first);
    if (!charged || !mayIdle(stretches[first]) || !isTrickle(first, first)) continue;
    last = Math.max(last, first);
    while (mayIdle(stretches[last + 1]) && ms(first, last) < afterS * 1_000) last++;
    if (ms(first, last) < afterS * 1_000 || !isTrickle(first, last) || !isTrickle(last, last)) continue;
    for (let index = first; index <= last; index++)
      result[index] = { ...(stretches[index] as Stretch), kind: 'parking' };
  }
  return result;
}

/** Whether the register decides of a stretch: neither is it parking by the station's word nor held back by the station. */
function mayIdle(stretch: Stretch | undefined): boolean {
  return stretch !== undefined && stretch.kind === 'charging' && stretch.word !== HELD_BACK;
}
