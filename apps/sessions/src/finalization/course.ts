import type { SessionConnector } from '@chargemesh/contracts';
import { type Series } from '../meter/register.js';
import { type Sample, inSeries, seriesOf } from '../meter/sample.js';
import { type Reading, rising } from './dividing.js';
import { flowedByPower } from './power-curve.js';
import { stepOf } from './register-walk.js';

/** What is billed of a session, and when it was, in ms. */
interface Billed {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly energyWh: number;
  readonly connector: SessionConnector;
}

/** What had been consumed when, and by how much that may be rounded. */
interface Course {
  readonly consumed: readonly Reading[];
  readonly stepWh: number;
}

/** So few tell of no course. */
const POINTS_MIN = 2;

/**
 * What had been consumed when, of a session whose own register is known at begin and end only: by another register, what flowed in intervals,
 * or the power. None of them says how much is billed, but all of them say when it flowed.
 * @param samples in the order of time
 */
export function courseOf(billed: Billed, samples: readonly Sample[]): Course | undefined {
  const { start, end, energyWh } = billed;
  const within = samples.filter(({ at }) => at.getTime() > start && at.getTime() < end);
  const ways = [byRegister(billed, within), byIntervals(within), byPower(billed, within)];
  const way = ways.find(({ consumed }) => consumed.length >= POINTS_MIN && (consumed.at(-1)?.energyWh ?? 0) > 0);
  if (!way || energyWh <= 0) return undefined;
  const { consumed: points, stepWh } = way;
  const most = points.at(-1)?.energyWh ?? 0;
  const factor = most > energyWh ? energyWh / most : 1;
  // What a car gives back is not consumed again, and a course never falls.
  let before = 0;
  const between = points.map(({ at, energyWh: wh }) => {
    before = Math.min(energyWh, Math.max(before, wh * factor));
    return { at, energyWh: before };
  });
  const inner = between.filter(({ at }) => at < end);
  return { consumed: [{ at: start, energyWh: 0 }, ...inner, { at: end, energyWh }], stepWh };
}

/** By the series that was read most: the phases of the same meter, its net energy, or one at another place. */
function byRegister(billed: Billed, samples: readonly Sample[]): Course {
  const read = new Map<Series, Reading[]>();
  for (const sample of samples)
    for (const series of seriesOf(sample)) {
      const wh = inSeries(sample, series).energyWh;
      const known = read.get(series) ?? [];
      if (wh !== null) known.push({ at: sample.at.getTime(), energyWh: wh });
      read.set(series, known);
    }
  const readings = [...read.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  return { consumed: consumedBy(readings, billed), stepWh: stepOf(readings.map(({ energyWh }) => energyWh)) };
}

function consumedBy(readings: readonly Reading[], { start, end, from, energyWh }: Billed): Reading[] {
  const same = rising(readings, from, from + energyWh, 0);
  if (same.length === readings.length) return same;
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last) return [];
  // Of another meter only what rose is known; the rest flowed before it was read first or after that, as it flowed next to that.
  const restWh = Math.max(0, energyWh - (last.energyWh - first.energyWh));
  const [beforeW, afterW] = [powerIn(readings.slice(0, 2)), powerIn(readings.slice(-2))];
  const [before, after] = [beforeW * (first.at - start), afterW * (end - last.at)];
  const part = before + after > 0 ? before / (before + after) : 0;
  return rising(readings, first.energyWh, last.energyWh, restWh * part);
}

/** What flows between two readings, by whatever measure. */
function powerIn([one, other]: readonly Reading[]): number {
  return one && other && other.at > one.at ? Math.max(0, (other.energyWh - one.energyWh) / (other.at - one.at)) : 0;
}

function byIntervals(samples: readonly Sample[]): Course {
  let energyWh = 0;
  const flowed = samples.flatMap(({ at, intervalWh, alignedWh }) => {
    const wh = intervalWh ?? alignedWh;
    return wh === null ? [] : [{ at: at.getTime(), wh }];
  });
  const consumed = flowed.map(({ at, wh }) => ({ at, energyWh: (energyWh += wh) }));
  return { consumed, stepWh: stepOf(flowed.map(({ wh }) => wh)) };
}

/** As far as what is billed goes. A power of nothing is none, however the register is rounded. */
function byPower({ start, end, energyWh, connector }: Billed, samples: readonly Sample[]): Course {
  const flowed = flowedByPower(samples, { start, end, connector });
  const all = flowed.at(-1)?.energyWh ?? 0;
  const inner = all > 0 ? flowed.filter(({ at }) => at > start && at < end) : [];
  return { consumed: inner.map((one) => ({ at: one.at, energyWh: (one.energyWh * energyWh) / all })), stepWh: 0 };
}
