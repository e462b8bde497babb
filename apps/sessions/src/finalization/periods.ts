import type { ChargingPeriod, ChargingState } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import { IDLE_STATES, type IdleRule } from '../transactions/idle.js';
import type { Reading } from './dividing.js';
import { loads } from './load.js';

const MS_PER_HOUR = 3_600_000;

type Kind = ChargingPeriod['kind'];

/** A quarter of a megabyte: the CDR also has the lines of the price, the tariff and signed values in it. */
const PERIODS_MAX = 2_500;

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** What had been consumed until its end, in Wh. */
  readonly untilWh: number;
  readonly kind: Kind;
}

/**
 * The stretches between measurements from start to end, with whole watt-hours that add up to the total. It is parking
 * where the station says that the car takes nothing (once it has charged), unless the register shows that it does; where it
 * never speaks of that, where no more than a trickle flowed for long.
 * @param session what its connector delivers as well, in W
 * @param samples in the order of time
 */
export function periodsOf(
  session: { start: number; end: number; totalWh: number; maxPowerW: number },
  consumed: readonly Reading[],
  samples: readonly Sample[],
  idleRule: IdleRule,
): ChargingPeriod[] {
  const states = samples.flatMap(({ at, chargingState }) =>
    chargingState === null ? [] : [{ at: at.getTime(), state: chargingState }],
  );
  const edges = edgesOf(session, [...consumed, ...states]);
  const consumedAt = consumption(consumed);
  const kindAt = kinds(states, consumption(consumed));
  const stretches = edges.slice(1).map((to, index): Stretch => {
    const from = edges[index] as number;
    return { from, to, untilWh: consumedAt(to), kind: kindAt(from) };
  });
  const told = (): Stretch[] => chargingAsRead(stretches, consumed, { ...idleRule, maxPowerW: session.maxPowerW });
  const parts = bounded(states.length > 0 ? told() : idlingAsRead(stretches, consumed, idleRule));
  const loadOver = loads(samples);
  return withEnergy(scaled(parts, session.totalWh), session.totalWh).map((period, index): ChargingPeriod => {
    const { from, to } = parts[index] as Stretch;
    return period.kind === 'parking' ? period : { ...period, ...loadOver(from, to) };
  });
}

/** Start, the moments in between and end; a session without length is one stretch without length. */
function edgesOf({ start, end }: { start: number; end: number }, moments: readonly { at: number }[]): number[] {
  const within = moments.map(({ at }) => at).filter((at) => at > start && at < end);
  return [start, ...[...new Set(within)].sort((a, b) => a - b), end];
}

/** Whether it is parking at a moment; asked for in the order of time. Being plugged in before charging is not. */
function kinds(
  states: readonly { at: number; state: ChargingState }[],
  consumedAt: (at: number) => number,
): (at: number) => Kind {
  let [next, charged] = [0, false];
  let now: ChargingState | undefined;
  return (at) => {
    for (let change = states[next]; change && change.at <= at; change = states[++next]) {
      now = change.state;
      charged ||= now === 'Charging';
    }
    charged ||= consumedAt(at) > 0;
    return charged && now !== undefined && IDLE_STATES.has(now) ? 'parking' : 'charging';
  };
}

/** What had been consumed at a moment, if it flowed evenly between two readings; asked for in the order of time. */
function consumption(consumed: readonly Reading[]): (at: number) => number {
  let next = 0;
  return (at) => {
    while (next < consumed.length && (consumed[next] as Reading).at < at) next++;
    const [left, right] = [consumed[next - 1], consumed[next]];
    if (!left || !right) return (right ?? left)?.energyWh ?? 0;
    return left.energyWh + ((right.energyWh - left.energyWh) * (at - left.at)) / (right.at - left.at);
  };
}

/**
 * What lasts for long with no more than a trickle on average is parking, as far as nothing flows at its edges, and not
 * before the first energy.
 */
function idling(stretches: readonly Stretch[], { afterS, powerW }: IdleRule): Stretch[] {
  const wattHours = (first: number, last: number): number =>
    (stretches[last] as Stretch).untilWh - (first > 0 ? (stretches[first - 1] as Stretch).untilWh : 0);
  const ms = (first: number, last: number): number =>
    (stretches[last] as Stretch).to - (stretches[first] as Stretch).from;
  const isTrickle = (first: number, last: number): boolean =>
    wattHours(first, last) * MS_PER_HOUR <= powerW * ms(first, last);
  const result = [...stretches];
  let [charged, last] = [false, 0];
  for (let first = 0; first < stretches.length; first++) {
    charged ||= !isTrickle(first, first);
    if (!charged || !isTrickle(first, first)) continue;
    last = Math.max(last, first);
    while (last + 1 < stretches.length && ms(first, last) < afterS * 1_000) last++;
    if (ms(first, last) < afterS * 1_000 || !isTrickle(first, last) || !isTrickle(last, last)) continue;
    for (let index = first; index <= last; index++)
      result[index] = { ...(stretches[index] as Stretch), kind: 'parking' };
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
  const kind = read.at(-1)?.kind ?? 'charging';
  return [...read, ...stretches.slice(read.length).map((stretch) => ({ ...stretch, kind }))];
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

/** Not more stretches than an event holds: pairs become one, those of one kind first. */
function bounded(stretches: Stretch[]): Stretch[] {
  let result = stretches;
  while (result.length > PERIODS_MAX) {
    const alike = paired(result, (a, b) => a.kind === b.kind);
    result = alike.length < result.length ? alike : paired(result, () => true);
  }
  return result;
}

function paired(stretches: readonly Stretch[], fit: (a: Stretch, b: Stretch) => boolean): Stretch[] {
  const result: Stretch[] = [];
  for (let index = 0; index < stretches.length; index++) {
    const [one, next] = [stretches[index] as Stretch, stretches[index + 1]];
    if (next && fit(one, next)) {
      result.push({ ...next, from: one.from, kind: one.to - one.from >= next.to - next.from ? one.kind : next.kind });
      index++;
    } else result.push(one);
  }
  return result;
}

/** Where another total is billed than was measured, it is spread as what was measured. */
function scaled(stretches: readonly Stretch[], totalWh: number): readonly Stretch[] {
  const measuredWh = stretches.at(-1)?.untilWh ?? 0;
  if (measuredWh === 0 || Math.abs(measuredWh - totalWh) < 1) return stretches;
  return stretches.map((stretch) => ({ ...stretch, untilWh: (stretch.untilWh * totalWh) / measuredWh }));
}

/** What has flowed until each edge is rounded, not each part, so that the parts add up to the whole. */
function withEnergy(stretches: readonly Stretch[], totalWh: number): ChargingPeriod[] {
  let given = 0;
  return stretches.map(({ from, to, untilWh, kind }, index) => {
    const until = index === stretches.length - 1 ? totalWh : Math.min(Math.round(untilWh), totalWh);
    const energyWh = until - given;
    given = until;
    return { startedAt: new Date(from).toISOString(), endedAt: new Date(to).toISOString(), energyWh, kind };
  });
}
