import { expect, it } from '@jest/globals';
import { energyWithin } from './payment.worst-case.js';

/** What a kWh costs at least, by the kWh from which on. */
const least = (perKwh: Readonly<Record<number, string>>) => ({
  leastPerKwh: Object.entries(perKwh).map(([fromKwh, amount]) => ({ fromKwh, amount })),
});

it.each([
  ['one price of energy', least({ 0: '0.59' }), 80_509],
  ['none that is due for certain', least({ 0: '0' }), undefined],
  ['the first kWh free', least({ 0: '0', 10: '0.5' }), 105_000],
  ['some in between free', least({ 0: '0.5', 20: '0', 30: '0.5' }), 105_000],
  ['a lower price from some kWh on', least({ 0: '0.5', 20: '0.25' }), 170_000],
  ['a price that it comes to before a lower one', least({ 0: '0.5', 95: '0.25' }), 95_000],
  ['a maximum below it', least({ 0: '0.5', 60: '0' }), undefined],
  ['a maximum that is as much', least({ 0: '0.5', 95: '0' }), 95_000],
  ['nobody who says so', {}, undefined],
])('the energy that costs 47.50 at least, with %s', (_, offer, energyWh) => {
  expect(energyWithin(offer, '47.50')).toBe(energyWh);
});
