import type { ChargingPeriod } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';

/** Mean power in W and current in A; absent where they were not measured. */
export type Load = Pick<ChargingPeriod, 'powerW' | 'currentA'>;

interface Point {
  readonly at: number;
  readonly value: number;
}

/** More than any connector carries is no measurement. */
const MOST_POWER_W = 100_000_000;
const MOST_CURRENT_A = 100_000;

/**
 * What was measured of power and current in a stretch, asked for in the order of time. One mean, and not a least and a
 * most (ADR 7): so prices from and below one current leave no gap where it changes between two samples.
 * @param samples in the order of time
 */
export function loads(samples: readonly Sample[]): (from: number, to: number) => Load {
  const power = means(points(samples, ({ powerW }) => powerW, MOST_POWER_W));
  const current = means(points(samples, currentOf, MOST_CURRENT_A));
  return (from, to) => {
    const [powerW, currentA] = [power(from, to), current(from, to)];
    return {
      ...(powerW === undefined ? {} : { powerW: Math.round(powerW) }),
      ...(currentA === undefined ? {} : { currentA: hundredths(currentA) }),
    };
  };
}

/** What a sample measured, by the same rules. */
export function loadAt(sample: Sample): Load {
  const [power] = points([sample], ({ powerW }) => powerW, MOST_POWER_W);
  const [current] = points([sample], currentOf, MOST_CURRENT_A);
  return { ...(power ? { powerW: power.value } : {}), ...(current ? { currentA: current.value } : {}) };
}

/** Over all phases: the sum of those that were measured, or else the station's own figure. */
function currentOf({ currentA, currentL1A, currentL2A, currentL3A }: Sample): number | null {
  const phases = [currentL1A, currentL2A, currentL3A].filter((phase) => phase !== null);
  return phases.length > 0 ? phases.reduce((sum, phase) => sum + phase, 0) : currentA;
}

function points(samples: readonly Sample[], valueOf: (sample: Sample) => number | null, most: number): Point[] {
  return samples.flatMap((sample) => {
    const value = valueOf(sample);
    return value === null || !(value >= 0 && value <= most) ? [] : [{ at: sample.at.getTime(), value }];
  });
}

/** The mean of what was measured from one moment to another, both included; straight between two measurements. */
function means(measured: readonly Point[]): (from: number, to: number) => number | undefined {
  let next = 0;
  return (from, to) => {
    while (next < measured.length && (measured[next] as Point).at < from) next++;
    let end = next;
    while (end < measured.length && (measured[end] as Point).at <= to) end++;
    const within = measured.slice(next, end);
    const [first, last] = [within[0], within.at(-1)];
    if (!first || !last) return undefined;
    if (to === from) return last.value;
    const around = [{ ...first, at: from }, ...within, { ...last, at: to }];
    const areas = around.slice(1).map(({ at, value }, index) => {
      const before = around[index] as Point;
      return ((at - before.at) * (value + before.value)) / 2;
    });
    return areas.reduce((sum, area) => sum + area, 0) / (to - from);
  };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
