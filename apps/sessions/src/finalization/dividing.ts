import type { RegisterEnergy } from './register-walk.js';

/** A reading of the billed register. */
export interface Reading {
  readonly at: number;
  readonly energyWh: number;
}

/**
 * What had been consumed when, for dividing the energy over the time: from the readings that fit between begin and end.
 * Others have no say in it.
 * @param readings in the order of time
 * @param from the register at the begin; null without any reading
 * @returns what had been consumed since the start, in Wh, in the order of time
 */
export function consumedOf(
  readings: readonly Reading[],
  { from, told, endKnown }: { from: number | null; told: RegisterEnergy; endKnown: boolean },
  { start, end }: { start: number; end: number },
): Reading[] {
  if (from === null) return [];
  const { energyWh, reset } = told;
  const consumed = reset ? overReset(readings, from, reset) : rising(readings, from, from + energyWh, 0);
  const within = consumed.filter(({ at }) => at > start && (at < end || (at === end && !endKnown)));
  const last = endKnown ? [{ at: end, energyWh }] : [];
  return [{ at: start, energyWh: 0 }, ...within, ...last];
}

function overReset(
  readings: readonly Reading[],
  from: number,
  { top, fell }: NonNullable<RegisterEnergy['reset']>,
): Reading[] {
  const turn = readings.findLastIndex(({ energyWh }) => energyWh >= from) + 1;
  const before = rising(readings.slice(0, turn), from, top, 0);
  return [...before, ...rising(readings.slice(turn), fell[0], fell[1], Math.max(0, top - from))];
}

/** The longest run of readings between two registers that never falls, as what had been consumed since `from`. */
export function rising(readings: readonly Reading[], from: number, to: number, consumedWh: number): Reading[] {
  const possible = readings.filter(({ energyWh }) => energyWh >= from && energyWh <= to);
  return longestRun(possible).map(({ at, energyWh }) => ({ at, energyWh: consumedWh + energyWh - from }));
}

/** The longest subsequence that never falls, by the last and lowest reading of each length (patience sorting). */
function longestRun(readings: readonly Reading[]): Reading[] {
  const ends: number[] = [];
  const before = new Int32Array(readings.length).fill(-1);
  for (const [index, { energyWh }] of readings.entries()) {
    const length = lengthBelow(readings, ends, energyWh);
    before[index] = ends[length - 1] ?? -1;
    ends[length] = index;
  }
  const run: Reading[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] as number) run.push(readings[index] as Reading);
  return run.reverse();
}

/** How long the longest run is that a reading may go on from. */
function lengthBelow(readings: readonly Reading[], ends: readonly number[], energyWh: number): number {
  let [low, high] = [0, ends.length];
  // Mostly it goes on from the last one.
  if (high > 0 && (readings[ends[high - 1] as number] as Reading).energyWh <= energyWh) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((readings[ends[middle] as number] as Reading).energyWh <= energyWh) low = middle + 1;
    else high = middle;
  }
  return low;
}
