import type { SessionConnector } from '@chargemesh/contracts';
import type { Series } from '../meter/register.js';
import type { Sample } from '../meter/sample.js';
import { type Energy, REGISTER_AMBIGUOUS } from './differing.js';
import { type Powers, flowedAtLeast } from './power-measured.js';

/** When a session was, and at what. */
interface Span {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly connector: SessionConnector;
}

/**
 * Of a session all of whose registers are sums of phases that say the same, only that of one phase: they may be one register that is said for
 * each of them, as well as a total that was divided. What was measured of the power, or the current, decides where it tells.
 */
export function ofOnePhase(
  energy: Energy,
  { series, samples }: { series: Series; samples: readonly Sample[] },
  session: Span,
  powers: Powers,
): Energy {
  const { told, from, readings, resolutionWh } = energy;
  const count = alikeIn(samples, series);
  if (count === undefined || told.fault || from === null || told.energyWh <= resolutionWh) return energy;
  const energyWh = told.energyWh / count;
  // What is said of the power phase by phase may be one figure as well.
  const measured = samples.map((sample) => ({ ...sample, others: null }));
  if (flowedAtLeast(session, measured, powers) > energyWh + resolutionWh) return energy;
  const part = (wh: number): number => from + (wh - from) / count;
  const { reset } = told;
  const [first, last] = reset?.fell ?? [];
  return {
    ...energy,
    told: {
      ...told,
      ...(reset && { reset: { top: part(reset.top), fell: [part(first ?? from), part(last ?? from)] as const } }),
      energyWh,
      flags: [...told.flags, REGISTER_AMBIGUOUS],
    },
    readings: readings.map(({ at, energyWh: wh }) => ({ at, energyWh: part(wh) })),
  };
}

/** Of how many phases, where that is so of each register of a series that rose. */
function alikeIn(samples: readonly Sample[], series: Series): number | undefined {
  const own = samples.flatMap(({ registers }) => registers ?? []).filter((one) => one.series === series);
  const [first, ...others] = own;
  const isAlike = others.some(({ wh }) => wh !== first?.wh) && own.every(({ alike }) => alike === first?.alike);
  return isAlike ? first?.alike : undefined;
}
