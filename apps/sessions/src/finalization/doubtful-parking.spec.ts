import { describe, expect, it } from '@jest/globals';
import type { ChargingPeriod } from '@chargemesh/contracts';
import { random } from '@chargemesh/testing/random';
import type { Reading } from './dividing.js';
import { isParkingDoubtful } from './doubtful-parking.js';

const MINUTE_MS = 60_000;
const BOUNDS = { powerW: 100, mostW: 44_000, resolutionWh: 1, hasGap: false, isSaidToCharge: () => true };

function parked(from: number, to: number): ChargingPeriod {
  const [startedAt, endedAt] = [new Date(from).toISOString(), new Date(to).toISOString()];
  return { kind: 'parking', startedAt, endedAt, energyWh: 0 } as ChargingPeriod;
}

/** A list that counts how often it is read. */
function counted<T>(list: readonly T[]): { list: readonly T[]; reads: () => number } {
  let reads = 0;
  const counting = new Proxy(list, {
    get: (of, key, receiver): unknown => {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
      return Reflect.get(of, key, receiver);
    },
  });
  return { list: counting, reads: () => reads };
}

describe('whether energy flowed while a car parked', () => {
  it('is asked of few readings for each time that it parks, however many there are', () => {
    const minutes = Array.from({ length: 10_000 }, (_, index) => index);
    const { list, reads } = counted(minutes.map((minute): Reading => ({ at: minute * MINUTE_MS, energyWh: minute })));
    const often = minutes
      .filter((minute) => minute % 4 === 0)
      .map((minute) => parked(minute * MINUTE_MS, (minute + 2) * MINUTE_MS));
    expect(isParkingDoubtful(often, list, { ...BOUNDS, resolutionWh: 1_000 })).toBe(false);
    expect(reads()).toBeLessThan(often.length * 200);
  });

  it('is known of what was read at its edges, or a minute within them', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const next = random(seed);
      const [from, to] = [600_000, 600_000 + Math.floor(next() * 20) * 15_000];
      let energyWh = 0;
      const consumed = Array.from({ length: 40 }, (_, index): Reading => {
        energyWh += next() < 0.1 ? 150 : 0;
        return { at: 450_000 + index * 15_000, energyWh };
      }).filter(() => next() < 0.5);
      const within = consumed.filter(
        ({ at }) => at === from || at === to || (at - from >= MINUTE_MS && to - at >= MINUTE_MS),
      );
      const [first, last] = [within[0], within.at(-1)];
      const hasRisen = first && last && last.energyWh - first.energyWh > (100 * (last.at - first.at)) / 3_600_000 + 100;
      const bounds = { ...BOUNDS, mostW: 1e9, isSaidToCharge: () => false };
      expect([seed, isParkingDoubtful([parked(from, to)], consumed, bounds)]).toEqual([seed, hasRisen === true]);
    }
  });
});
