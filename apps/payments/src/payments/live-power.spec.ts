import { expect, it } from '@jest/globals';
import { type Flow, flowing } from './live-power.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 2, 1, 12) + seconds * 1_000);
const begun: Flow = { startedAt: at(0), energyWh: null, energyAt: null, powerW: null };
const tell = (known: Flow, energyWh: number, seconds: number): Flow => ({
  ...known,
  ...flowing(known, energyWh, at(seconds)),
  energyWh,
});

it('is the mean since the energy grew before, whatever is counted between two readings', () => {
  const first = tell(begun, 500, 180);
  expect(first.powerW).toBe(10_000);
  const between = tell(tell(first, 500, 230), 500, 239);
  expect(between.powerW).toBe(10_000);
  expect(tell(between, 700, 240).powerW).toBe(12_000);
});

it('is not known before anything flowed, and nothing when nothing flows for long', () => {
  expect(tell(begun, 0, 5).powerW).toBeNull();
  expect(tell(tell(begun, 500, 180), 500, 400).powerW).toBe(0);
});
