import type { ChargingPeriod, ChargingState } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import type { Reading } from './energy.js';

type Kind = ChargingPeriod['kind'];

const PERIODS_MAX = 5_000;
const IDLE_STATES = new Set<ChargingState>(['SuspendedEV', 'EVConnected', 'Idle']);

interface Stretch {
  from: number;
  to: number;
  kind: Kind;
}

/**
 * The stretches between measurements from start to end, with whole watt-hours that add up to the total. It is parking
 * where the station says that the car takes nothing (once it has charged), or where nothing flowed for `idleAfterS`.
 */
export function periodsOf(
  session: { start: number; end: number; totalWh: number },
  consumed: readonly Reading[],
  samples: readonly Sample[],
  idleAfterS: number,
): ChargingPeriod[] {
  const { start, end, totalWh } = session;
  const states = statesOf(samples);
  const moments = [...consumed.map(({ at }) => at), ...states.map(({ at }) => at)].filter(
    (at) => at > start && at < end,
  );
  const edges = [...new Set([start, ...moments, end])].sort((a, b) => a - b);
  const energyAt = interpolation(consumed);
  let stretches: Stretch[] = [];
  for (let index = 0; index + 1 < edges.length; index++) {
    const [from, to] = [edges[index] as number, edges[index + 1] as number];
    stretches.push({ from, to, kind: stateKind(states, from) });
  }
  if (states.length === 0) stretches = idleStretches(stretches, energyAt, idleAfterS * 1_000);
  return withEnergy(bounded(stretches), energyAt, totalWh);
}

interface StateChange {
  readonly at: number;
  readonly state: ChargingState;
}

function statesOf(samples: readonly Sample[]): StateChange[] {
  return samples
    .filter((sample): sample is Sample & { chargingState: ChargingState } => sample.chargingState !== null)
    .map(({ at, chargingState }) => ({ at: at.getTime(), state: chargingState }))
    .sort((a, b) => a.at - b.at);
}

/** Before the car has charged at all, being plugged in is not idling. */
function stateKind(states: readonly StateChange[], at: number): Kind {
  const until = states.filter((change) => change.at <= at);
  const charged = until.some(({ state }) => state === 'Charging');
  const now = until.at(-1)?.state;
  return charged && now !== undefined && IDLE_STATES.has(now) ? 'parking' : 'charging';
}

/** Without a word of the station: runs of stretches in which nothing flowed, if long enough and not at the beginning. */
function idleStretches(stretches: Stretch[], energyAt: (at: number) => number, idleAfterMs: number): Stretch[] {
  const flowed = stretches.map(({ from, to }) => energyAt(to) > energyAt(from));
  const first = flowed.indexOf(true);
  return stretches.map((stretch, index) => {
    if (flowed[index] || first < 0 || index < first) return stretch;
    let [begin, end] = [index, index];
    while (begin > 0 && !flowed[begin - 1]) begin--;
    while (end + 1 < stretches.length && !flowed[end + 1]) end++;
    const length = (stretches[end] as Stretch).to - (stretches[begin] as Stretch).from;
    return length >= idleAfterMs ? { ...stretch, kind: 'parking' } : stretch;
  });
}

/** What had been consumed at a moment, if it flowed evenly between two readings. */
function interpolation(consumed: readonly Reading[]): (at: number) => number {
  return (at) => {
    const after = consumed.findIndex((reading) => reading.at >= at);
    if (after < 0) return consumed.at(-1)?.energyWh ?? 0;
    const [left, right] = [consumed[after - 1], consumed[after] as Reading];
    if (!left || right.at === at) return right.energyWh;
    return left.energyWh + ((right.energyWh - left.energyWh) * (at - left.at)) / (right.at - left.at);
  };
}

function bounded(stretches: Stretch[]): Stretch[] {
  let result = stretches;
  while (result.length > PERIODS_MAX) {
    result = result.flatMap((stretch, index, all) => {
      const [next, before] = [all[index + 1], all[index - 1]];
      if (index % 2 === 0 && next?.kind === stretch.kind) return [{ ...stretch, to: next.to }];
      return index % 2 === 1 && before?.kind === stretch.kind ? [] : [stretch];
    });
  }
  return result;
}

/** What has flowed until each edge is rounded, not each part, so that the parts add up to the whole. */
function withEnergy(
  stretches: readonly Stretch[],
  energyAt: (at: number) => number,
  totalWh: number,
): ChargingPeriod[] {
  let given = 0;
  return stretches.map(({ from, to, kind }, index) => {
    const until = index === stretches.length - 1 ? totalWh : Math.min(Math.round(energyAt(to)), totalWh);
    const energyWh = until - given;
    given = until;
    return { startedAt: new Date(from).toISOString(), endedAt: new Date(to).toISOString(), energyWh, kind };
  });
}
