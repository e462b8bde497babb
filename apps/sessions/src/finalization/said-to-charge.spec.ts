import { describe, expect, it } from '@jest/globals';
import type { ChargingState } from '@chargemesh/contracts';
import { random } from '@chargemesh/testing/random';
import { type Sample, samplesOf } from '../meter/sample.js';
import { saidToCharge } from './said-to-charge.js';

const RUNS = 300;
const MOST = 12;
const STATES: readonly (ChargingState | undefined)[] = ['Charging', 'SuspendedEV', 'SuspendedEVSE', undefined];

function sample(ms: number, chargingState: ChargingState | undefined): Sample[] {
  const at = new Date(ms).toISOString();
  const samples = chargingState ? [] : [{ at, values: [{ measurand: 'Voltage', value: 230 }] }];
  return samplesOf({ sessionId: '', operatorId: '' }, { at, samples, chargingState });
}

/** The same word by word. */
function slowly(samples: readonly Sample[], from: number, to: number): boolean {
  const words = samples.filter(({ chargingState }) => chargingState !== null);
  const last = words.findLast(({ at }) => at.getTime() <= from);
  const others = words.filter(({ at, chargingState }) => chargingState !== 'Charging' && +at > from && +at < to);
  return last?.chargingState === 'Charging' && others.length === 0;
}

describe('what a station says of its charging between two moments', () => {
  it('is that it charges where nothing else is said meanwhile, whatever is said around', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed);
      const below = (most: number): number => Math.floor(next() * most);
      const samples = Array.from({ length: below(MOST) }, (_, ms) => sample(ms, STATES[below(STATES.length)])).flat();
      const isSaid = saidToCharge(samples);
      for (let count = 0; count < MOST; count++) {
        const from = below(MOST) - 1;
        const to = from + below(MOST);
        expect({ seed, from, to, isSaid: isSaid(from, to) }).toEqual({
          seed,
          from,
          to,
          isSaid: slowly(samples, from, to),
        });
      }
    }
  });
});
