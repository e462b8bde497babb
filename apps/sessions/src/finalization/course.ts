import type { SessionConnector } from '@chargemesh/contracts';
import { type Series } from '../meter/register.js';
import { type Sample, inSeries, seriesOf } from '../meter/sample.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { type Reading, rising } from './dividing.js';
import { powerOf } from './power-measured.js';

/** What is billed of a session, and when it was, in ms. */
interface Billed {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly energyWh: number;
  readonly connector: SessionConnector;
}

/** So few tell of no course. */
const POINTS_MIN = 2;

/**
 * What had been consumed when, of a session whose own register is known at begin and end only: by another register, what flowed in intervals,
 * or the power. None of them says how much is billed, but all of them say when it flowed.
 * @param samples in the order of time
 */
export function courseOf(billed: Billed, samples: readonly Sample[]): Reading[] | undefined {
  const { start, end, energyWh } = billed;
  const within = samples.filter(({ at }) => at.getTime() > start && at.getTime() < end);
  const ways = [byRegister(billed, within), byIntervals(within), byPower(billed, within)];
  const points = ways.find((way) => way.length >= POINTS_MIN && (way.at(-1)?.energyWh ?? 0) > 0);
  if (!points || energyWh <= 0) return undefined;
  const most = points.at(-1)?.energyWh ?? 0;
  const factor = most > energyWh ? energyWh / most : 1;
  const between = points.map((point) => ({ at: point.at, energyWh: point.energyWh * factor }));
  return [{ at: start, energyWh: 0 }, ...between.filter(({ at }) => at < end), { at: end, energyWh }];
}

/** By the series that was read most: the phases of the same meter, its net energy, or one at another place. */
function byRegister({ start, end, from, energyWh }: Billed, samples: readonly Sample[]): Reading[] {
  const read = new Map<Series, Reading[]>();
  for (const sample of samples)
    for (const series of seriesOf(sample)) {
      const wh = inSeries(sample, series).energyWh;
      if (wh !== null) read.set(series, [...(read.get(series) ?? []), { at: sample.at.getTime(), energyWh: wh }]);
    }
  const readings = [...read.values()].sort((a, b) => b.length - a.length)[0] ?? [];
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
  return one && other && other.at > one.at ? (other.energyWh - one.energyWh) / (other.at - one.at) : 0;
}

function byIntervals(samples: readonly Sample[]): Reading[] {
  let energyWh = 0;
  return samples.flatMap(({ at, intervalWh, alignedWh }) => {
    const wh = intervalWh ?? alignedWh;
    if (wh === null) return [];
    energyWh += wh;
    return { at: at.getTime(), energyWh };
  });
}

/** Between two measurements evenly, and before the first as much as then; as far as what is billed goes. */
function byPower({ start, end, energyWh, connector }: Billed, samples: readonly Sample[]): Reading[] {
  const measured = samples.flatMap((sample) => {
    const powerW = powerOf(sample, connector);
    return powerW === undefined ? [] : { at: sample.at.getTime(), powerW };
  });
  const [first, last] = [measured[0], measured.at(-1)];
  if (!first || !last) return [];
  let [sum, before] = [0, { at: start, powerW: first.powerW }];
  const points = measured.map((one) => {
    sum += ((one.powerW + before.powerW) / 2) * ((one.at - before.at) / MS_PER_HOUR);
    before = one;
    return { at: one.at, energyWh: sum };
  });
  const all = sum + last.powerW * ((end - last.at) / MS_PER_HOUR);
  return all > 0 ? points.map((point) => ({ at: point.at, energyWh: (point.energyWh * energyWh) / all })) : [];
}
