import type { ChargingPeriod } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import type { IdleRule } from '../transactions/idle.js';
import type { Reading } from './dividing.js';
import { type StateChange, flowed } from './flow.js';
import { loads } from './load.js';
import { type ClassifiedFlow, parked } from './parking.js';

/** A quarter of a megabyte: the CDR also has the lines of the price, the tariff and signed values in it. */
const PERIODS_MAX = 2_500;

/**
 * The stretches between measurements from start to end, with whole watt-hours that add up to the total.
 * @param session what its connector delivers as well, in W
 * @param samples in the order of time
 */
export function periodsOf(
  session: { start: number; end: number; totalWh: number; maxPowerW: number },
  consumed: readonly Reading[],
  samples: readonly Sample[],
  idleRule: IdleRule & { resolutionWh: number },
): ChargingPeriod[] {
  const words = wordsIn(samples, session.start);
  const edges = edgesOf(session, [...consumed, ...words]);
  const flows = flowed(edges, words, consumed, session.maxPowerW);
  const rule = { ...idleRule, maxPowerW: session.maxPowerW };
  const parts = bounded(parked(flows, { consumed, samples }, rule));
  const loadOver = loads(samples);
  return withEnergy(scaled(parts, session.totalWh), session.totalWh).map((period, index): ChargingPeriod => {
    const { from, to } = parts[index] as ClassifiedFlow;
    return period.kind === 'parking' ? period : { ...period, ...loadOver(from, to) };
  });
}

/** A station whose first word is that it charges did so before: it tells of that after its start, or when it is back. */
function wordsIn(samples: readonly Sample[], start: number): StateChange[] {
  const words = samples.flatMap(({ at, chargingState }) =>
    chargingState === null ? [] : [{ at: at.getTime(), state: chargingState }],
  );
  const [first, ...others] = words;
  return first?.state === 'Charging' ? [{ ...first, at: Math.min(first.at, start) }, ...others] : words;
}

/** Start, the moments in between and end; a session without length is one stretch without length. */
function edgesOf({ start, end }: { start: number; end: number }, moments: readonly { at: number }[]): number[] {
  const within = moments.map(({ at }) => at).filter((at) => at > start && at < end);
  return [start, ...[...new Set(within)].sort((a, b) => a - b), end];
}

/** Not more stretches than an event holds: pairs become one, those of one kind first. */
function bounded(stretches: ClassifiedFlow[]): ClassifiedFlow[] {
  let result = stretches;
  while (result.length > PERIODS_MAX) {
    const alike = paired(result, (a, b) => a.kind === b.kind);
    result = alike.length < result.length ? alike : paired(result, () => true);
  }
  return result;
}

function paired(
  stretches: readonly ClassifiedFlow[],
  fit: (a: ClassifiedFlow, b: ClassifiedFlow) => boolean,
): ClassifiedFlow[] {
  const result: ClassifiedFlow[] = [];
  for (let index = 0; index < stretches.length; index++) {
    const [one, next] = [stretches[index] as ClassifiedFlow, stretches[index + 1]];
    if (next && fit(one, next)) {
      result.push({ ...next, from: one.from, kind: one.to - one.from >= next.to - next.from ? one.kind : next.kind });
      index++;
    } else result.push(one);
  }
  return result;
}

/** Where another total is billed than was measured, it is spread as what was measured. */
function scaled(stretches: readonly ClassifiedFlow[], totalWh: number): readonly ClassifiedFlow[] {
  const measuredWh = stretches.at(-1)?.untilWh ?? 0;
  if (measuredWh === 0 || Math.abs(measuredWh - totalWh) < 1) return stretches;
  return stretches.map((stretch) => ({ ...stretch, untilWh: (stretch.untilWh * totalWh) / measuredWh }));
}

/** What has flowed until each edge is rounded, not each part, so that the parts add up to the whole. */
function withEnergy(stretches: readonly ClassifiedFlow[], totalWh: number): ChargingPeriod[] {
  let given = 0;
  return stretches.map(({ from, to, untilWh, kind }, index) => {
    const until = index === stretches.length - 1 ? totalWh : Math.min(Math.round(untilWh), totalWh);
    const energyWh = until - given;
    given = until;
    return { startedAt: new Date(from).toISOString(), endedAt: new Date(to).toISOString(), energyWh, kind };
  });
}
