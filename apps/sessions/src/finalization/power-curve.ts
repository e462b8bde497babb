import type { SessionConnector } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { IDLE_STATES } from '../transactions/idle.js';
import type { Reading } from './dividing.js';
import type { StateChange } from './flow.js';
import { powerOf } from './power-measured.js';

interface Point {
  readonly at: number;
  readonly powerW: number;
}

/**
 * What flowed by the power that was measured, or the current: straight between two measurements, and where the station said
 * something of its charging in between, changed at that word. Before the first and after the last it was the same.
 * @param samples in the order of time
 */
export function flowedByPower(
  samples: readonly Sample[],
  { start, end, connector }: { start: number; end: number; connector: SessionConnector },
): Reading[] {
  const [points, words] = [pointsIn(samples, connector), wordsIn(samples)];
  const within = points.filter(({ at }) => at >= start && at <= end);
  const [first, last] = [within[0], within.at(-1)];
  if (!first || !last) return [];
  const edges = withWords([{ ...first, at: start }, ...within, { ...last, at: end }], words);
  let energyWh = 0;
  return edges.map((point, index) => {
    const before = edges[index - 1] ?? point;
    energyWh += ((point.at - before.at) * (point.powerW + before.powerW)) / 2 / MS_PER_HOUR;
    return { at: point.at, energyWh };
  });
}

/** A car that is said to take nothing has no power from then on; one of which something else is said, that of the next measurement. */
function withWords(points: readonly Point[], words: readonly StateChange[]): Point[] {
  let next = 0;
  return points.flatMap((point, index) => {
    let before = points[index - 1];
    const edges: Point[] = [];
    for (let word = words[next]; word && word.at <= point.at; word = words[++next]) {
      if (!before || word.at <= before.at) continue;
      edges.push({ at: word.at, powerW: (edges.at(-1) ?? before).powerW });
      edges.push({ at: word.at, powerW: IDLE_STATES.has(word.state) ? 0 : point.powerW });
      before = edges.at(-1);
    }
    return [...edges, point];
  });
}

function pointsIn(samples: readonly Sample[], connector: SessionConnector): Point[] {
  return samples.flatMap((sample) => {
    const powerW = powerOf(sample, connector);
    return powerW === undefined ? [] : [{ at: sample.at.getTime(), powerW }];
  });
}

function wordsIn(samples: readonly Sample[]): StateChange[] {
  return samples.flatMap(({ at, chargingState: state }) => (state === null ? [] : [{ at: at.getTime(), state }]));
}
