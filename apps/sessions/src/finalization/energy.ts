import { BEGIN, END, type Sample } from '../meter/sample.js';

/** A reading of the billed register. */
export interface Reading {
  readonly at: number;
  readonly energyWh: number;
}

export interface Energy {
  /** The readings of the session in order, each with what has been consumed since its start, in Wh, not rounded. */
  readonly consumed: readonly Reading[];
  readonly totalWh: number;
  readonly flags: string[];
}

/**
 * The energy of a session from its registers between start and end. A register that goes backwards was reset: what it
 * rose is added, never what it fell. Without a reading at the end, the last known one counts.
 */
export function energyOf(samples: readonly Sample[]): Energy {
  const readings = between(samples);
  const flags: string[] = [];
  const consumed: Reading[] = [];
  let total = 0;
  for (const [index, { at, energyWh }] of readings.entries()) {
    const before = readings[index - 1];
    if (before && energyWh < before.energyWh) flags.push('register-reset');
    if (before) total += Math.max(0, energyWh - before.energyWh);
    consumed.push({ at, energyWh: total });
  }
  if (readings.length < 2 || !samples.some(({ edge, energyWh }) => edge & END && energyWh !== null))
    flags.push('no-end-value');
  return { consumed, totalWh: total, flags: [...new Set(flags)] };
}

/** In order of time, from the reading taken for the start to the one taken for the end, where there are such. */
function between(samples: readonly Sample[]): Reading[] {
  const readings = samples
    .filter((sample): sample is Sample & { energyWh: number } => sample.energyWh !== null)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const first = readings.findIndex(({ edge }) => (edge & BEGIN) !== 0);
  const last = readings.findLastIndex(({ edge }) => (edge & END) !== 0);
  return readings
    .slice(Math.max(first, 0), last < 0 ? undefined : last + 1)
    .map(({ at, energyWh }) => ({ at: at.getTime(), energyWh }));
}
