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

/** A reading is absurd, not only surprising, above so many times what the connector can deliver (a wrong unit is 1,000). */
const ABSURD_FACTOR = 10;
/** Registers count in steps; a jump of this size proves nothing. */
const ALWAYS_BELIEVED_WH = 100;
const MS_PER_HOUR = 3_600_000;

/**
 * The energy of a session from its registers between start and end. A register that goes backwards was reset: what it
 * rose is added, never what it fell. Without a reading at the end, the last known one counts. A reading in between that
 * no car and no connector could have caused is passed over, and the session says so.
 * @param maxPowerW what the connector can deliver
 */
export function energyOf(samples: readonly Sample[], maxPowerW: number): Energy {
  const all = between(samples);
  const readings = believable(all, maxPowerW);
  const flags: string[] = readings.length < all.length ? ['implausible-reading'] : [];
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

/** Without those in between that jump absurdly; the first and the last are what the driver signs for. */
function believable(readings: readonly Reading[], maxPowerW: number): Reading[] {
  const kept: Reading[] = [];
  for (const [index, reading] of readings.entries()) {
    const before = kept.at(-1);
    const isLast = index === readings.length - 1;
    if (!before || isLast || !isAbsurd(before, reading, maxPowerW)) kept.push(reading);
  }
  return kept;
}

function isAbsurd(before: Reading, after: Reading, maxPowerW: number): boolean {
  const hours = (after.at - before.at) / MS_PER_HOUR;
  return after.energyWh - before.energyWh > ALWAYS_BELIEVED_WH + ABSURD_FACTOR * maxPowerW * hours;
}
