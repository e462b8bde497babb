import { powerBackOf, registerBackOf } from '../meter/others.js';
import { isNet } from '../meter/register.js';
import type { Sample } from '../meter/sample.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import type { Reading } from './dividing.js';
import { stepOf } from './register-walk.js';

/** What a car gave back of energy, which is no parking. */
export interface GivenBack {
  /** Since the start, in Wh; asked for in the order of time. */
  readonly until: (at: number) => number;
  /** By how much that may be rounded. */
  readonly stepWh: number;
}

/**
 * By the register of it, or else by what one of net energy fell, or else by the power that was measured.
 * @param samples in the order of time
 */
export function givenBackIn(samples: readonly Sample[]): GivenBack {
  const registers = readingsOf(samples, registerBackOf);
  const net = readingsOf(samples, netOf).map(({ at, energyWh }) => ({ at, energyWh: -energyWh }));
  const counting = registers.length > 0 ? registers : net;
  const risen = summed(counting, (before, one) => Math.max(0, one.energyWh - before.energyWh));
  if ((risen.at(-1)?.energyWh ?? 0) > 0)
    return { until: between(risen), stepWh: stepOf(counting.map(({ energyWh }) => energyWh)) };
  const power = readingsOf(samples, powerBackOf);
  const flowed = (before: Reading, one: Reading): number =>
    (Math.min(before.energyWh, one.energyWh) * (one.at - before.at)) / MS_PER_HOUR;
  return { until: between(summed(power, flowed)), stepWh: 0 };
}

function netOf({ registers }: Sample): number | null {
  return registers?.find(({ series, as }) => isNet(series) && as === 'energyWh')?.wh ?? null;
}

function readingsOf(samples: readonly Sample[], valueOf: (sample: Sample) => number | null): Reading[] {
  return samples.flatMap((sample) => {
    const energyWh = valueOf(sample);
    return energyWh === null ? [] : { at: sample.at.getTime(), energyWh };
  });
}

function summed(readings: readonly Reading[], added: (before: Reading, one: Reading) => number): Reading[] {
  let energyWh = 0;
  return readings.map((one, index) => {
    energyWh += added(readings[index - 1] ?? one, one);
    return { at: one.at, energyWh };
  });
}

/** Evenly between two readings. */
function between(sums: readonly Reading[]): (at: number) => number {
  let next = 0;
  return (at) => {
    while (next < sums.length && (sums[next] as Reading).at <= at) next++;
    const [before, after] = [sums[next - 1], sums[next]];
    if (!before || !after) return before?.energyWh ?? 0;
    return before.energyWh + ((after.energyWh - before.energyWh) * (at - before.at)) / (after.at - before.at);
  };
}
