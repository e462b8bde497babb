import type { ChargingState } from '@chargemesh/contracts';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import type { Reading } from './dividing.js';

/** What the station said of its charging, and when. */
export interface StateChange {
  readonly at: number;
  readonly state: ChargingState;
}

/** A part of a session in which one word holds and no reading lies. */
export interface Flow {
  readonly from: number;
  readonly to: number;
  /** The last that the station said before it; undefined where it has not said anything. */
  readonly state: ChargingState | undefined;
  /** What had been consumed until its end, in Wh. */
  readonly untilWh: number;
}

/**
 * What flowed in each part: between two readings evenly, and where the station said when it charges, then only, as far as
 * its connector can have delivered it in that time.
 * @param edges of the parts, in ms; words and readings lie at edges or outside
 * @param words in the order of time
 * @param consumed since the start, in the order of time
 */
export function flowed(
  edges: readonly number[],
  words: readonly StateChange[],
  consumed: readonly Reading[],
  maxPowerW: number,
): Flow[] {
  const said = statesAt(words);
  const parts = edges.slice(1).map((to, index) => {
    const from = edges[index] as number;
    return { from, to, state: said(from) };
  });
  const flows: Flow[] = [];
  for (const { energyWh, between } of betweenReadings(parts, consumed)) {
    const before = flows.at(-1)?.untilWh ?? 0;
    const charging = whereItFlows(between, before > 0);
    const flowedWh = energyWh - before;
    const flowing = new Set(flowedWh * MS_PER_HOUR <= maxPowerW * lasting(charging) ? charging : between);
    const ms = lasting([...flowing]);
    let passed = 0;
    for (const part of between) {
      if (flowing.has(part)) passed += part.to - part.from;
      flows.push({ ...part, untilWh: ms === 0 ? energyWh : before + (flowedWh * passed) / ms });
    }
  }
  return flows;
}

type Part = Omit<Flow, 'untilWh'>;

/** Where the station said that it charges, and where it has not said anything: before the first energy only if it never said so. */
function whereItFlows(parts: readonly Part[], hasCharged: boolean): readonly Part[] {
  const charging = parts.filter(({ state: word }) => word === 'Charging');
  const isUnsaidAsWell = hasCharged || charging.length === 0;
  return isUnsaidAsWell ? parts.filter(({ state: word }) => word === undefined || word === 'Charging') : charging;
}

/** The parts until each reading, and after the last one, with what had been consumed by then. */
function betweenReadings(
  parts: readonly Part[],
  consumed: readonly Reading[],
): { energyWh: number; between: readonly Part[] }[] {
  const groups: { energyWh: number; between: readonly Part[] }[] = [];
  let next = 0;
  for (const { at, energyWh } of [...consumed, { at: Infinity, energyWh: consumed.at(-1)?.energyWh ?? 0 }]) {
    const first = next;
    while (next < parts.length && (parts[next] as Part).to <= at) next++;
    if (next > first) groups.push({ energyWh, between: parts.slice(first, next) });
  }
  return groups;
}

function lasting(parts: readonly Part[]): number {
  return parts.reduce((ms, { from, to }) => ms + to - from, 0);
}

/** What the station had said last at a moment; asked for in the order of time. */
function statesAt(words: readonly StateChange[]): (at: number) => ChargingState | undefined {
  let next = 0;
  return (at) => {
    while (next < words.length && (words[next] as StateChange).at <= at) next++;
    return words[next - 1]?.state;
  };
}
