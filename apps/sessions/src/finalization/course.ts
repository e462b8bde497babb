import type { SessionConnector } from '@chargemesh/contracts';
import { type Series } from '../meter/register.js';
import { type Sample, inSeries, seriesOf } from '../meter/sample.js';
import { type Reading, rising } from './dividing.js';
import { flowedByPower } from './power-curve.js';
import { type Pulses, pulseOf, pulsesWith } from './pulses.js';
import { stepOf } from './register-walk.js';

/** What is billed of a session, and when it was, in ms. */
interface Billed {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly energyWh: number;
  /** By which it is billed, and which says nothing in between. */
  readonly series: Series;
  readonly connector: SessionConnector;
}

/** What had been consumed when, to the end, and by how much that may be rounded. */
interface Course {
  readonly consumed: readonly Reading[];
  readonly stepWh: number;
}

/** So few tell of no course; the last one is the end. */
const POINTS_MIN = 3;

/**
 * What had been consumed when, of a session whose own register is known at begin and end only: by another register, what flowed in intervals,
 * or the power. None of them says how much is billed, but all of them say when it flowed.
 * @param samples in the order of time
 */
export function courseOf(billed: Billed, samples: readonly Sample[]): Course | undefined {
  const { start, end, energyWh } = billed;
  const within = samples.filter(({ at }) => at.getTime() > start && at.getTime() < end);
  const ways = [byRegister(billed, within), byIntervals(billed, within), byPower(billed, within)];
  const way = ways.find(({ consumed }) => consumed.length >= POINTS_MIN && (consumed.at(-1)?.energyWh ?? 0) > 0);
  if (!way || energyWh <= 0) return undefined;
  const { consumed: points, stepWh } = way;
  // Whatever it counts, a part of the phases or kWh, it tells of time and not of how much.
  const factor = energyWh / (points.at(-1)?.energyWh ?? energyWh);
  // What a car gives back is not consumed again, and a course never falls.
  let before = 0;
  const between = points.map(({ at, energyWh: wh }) => {
    before = Math.min(energyWh, Math.max(before, wh * factor));
    return { at, energyWh: before };
  });
  const inner = between.filter(({ at }) => at < end);
  return { consumed: [{ at: start, energyWh: 0 }, ...inner, { at: end, energyWh }], stepWh: stepWh * factor };
}

/** By the series that was read most: the phases of the same meter, its net energy, or one at another place. */
function byRegister(billed: Billed, samples: readonly Sample[]): Course {
  const read = new Map<Series, Reading[]>();
  for (const sample of samples)
    for (const series of seriesOf(sample).filter((one) => one !== billed.series)) {
      const wh = inSeries(sample, series).energyWh;
      const known = read.get(series) ?? [];
      if (wh !== null) known.push({ at: sample.at.getTime(), energyWh: wh });
      read.set(series, known);
    }
  const readings = [...read.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  const registers = readings.map(({ energyWh }) => energyWh);
  const pulses = registers.reduce(pulsesWith, undefined as Pulses | undefined);
  return { consumed: consumedBy(readings, billed), stepWh: Math.max(stepOf(registers), pulseOf(pulses)) };
}

function consumedBy(readings: readonly Reading[], { start, end, from, energyWh }: Billed): Reading[] {
  const same = rising(readings, from, from + energyWh, 0);
  if (same.length === readings.length) return [...same, { at: end, energyWh }];
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last) return [];
  // Before it was read first and after it was read last it flowed as next to that.
  const beforeWh = powerIn(readings.slice(0, 2)) * (first.at - start);
  const afterWh = powerIn(readings.slice(-2)) * (end - last.at);
  const rose = rising(readings, first.energyWh, last.energyWh, beforeWh);
  return withEnd(rose, end, afterWh);
}

function withEnd(consumed: readonly Reading[], end: number, afterWh: number): Reading[] {
  const last = consumed.at(-1);
  return last ? [...consumed, { at: end, energyWh: last.energyWh + afterWh }] : [];
}

/** What flows between two readings, by whatever measure. */
function powerIn([one, other]: readonly Reading[]): number {
  return one && other && other.at > one.at ? Math.max(0, (other.energyWh - one.energyWh) / (other.at - one.at)) : 0;
}

/** By the series that tells of more, as for a bill: each tells of all that flowed, and the other may be its last rest only. */
function byIntervals({ start, end }: Billed, samples: readonly Sample[]): Course {
  const [own, aligned] = [flowedIn(samples, 'intervalWh'), flowedIn(samples, 'alignedWh')];
  const flowed = sumOf(aligned) > sumOf(own) ? aligned : own;
  let energyWh = 0;
  const consumed = flowed.map(({ at, wh }) => ({ at, energyWh: (energyWh += wh) }));
  const [last, before] = [flowed.at(-1), flowed.at(-2)];
  const lengthMs = last ? last.at - (before?.at ?? start) : 0;
  const afterWh = last && lengthMs > 0 ? (last.wh / lengthMs) * (end - last.at) : 0;
  return { consumed: withEnd(consumed, end, afterWh), stepWh: stepOf(flowed.map(({ wh }) => wh)) };
}

/** What flowed until a moment, in ms. */
interface Flowed {
  readonly at: number;
  readonly wh: number;
}

function flowedIn(samples: readonly Sample[], column: 'intervalWh' | 'alignedWh'): Flowed[] {
  return samples.flatMap(({ at, [column]: wh }) => (wh === null ? [] : [{ at: at.getTime(), wh }]));
}

function sumOf(flowed: readonly Flowed[]): number {
  return flowed.reduce((sum, { wh }) => sum + wh, 0);
}

/** A power of nothing is none, however the register is rounded. */
function byPower({ start, end, connector }: Billed, samples: readonly Sample[]): Course {
  const flowed = flowedByPower(samples, { start, end, connector });
  return { consumed: flowed.filter(({ at }) => at > start), stepWh: 0 };
}
