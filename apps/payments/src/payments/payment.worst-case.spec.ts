import { expect, it } from '@jest/globals';
import type { Offer } from './checkout.port.js';
import { energyWithin } from './payment.worst-case.js';

type Component = Offer['prices'][number]['component'];
const prices = (...of: [Component, string][]) => ({
  prices: of.map(([component, amount]) => ({ kind: 'other' as const, component, amount, text: '' })),
});

it.each([
  ['one price of energy', prices(['ENERGY', '0.59']), 80_509],
  ['several, of which the cheapest counts', prices(['ENERGY', '0.59'], ['ENERGY', '0.50'], ['TIME', '0.1']), 95_000],
  ['none of energy', prices(['TIME', '0.1']), undefined],
  ['energy that may be free', prices(['ENERGY', '0.59'], ['ENERGY', '0.00']), undefined],
  ['a cap, below which it may stay', prices(['ENERGY', '0.59'], ['SESSION_CAP', '20.00']), undefined],
])('the energy that costs 47.50 at least, with %s', (_, offer, energyWh) => {
  expect(energyWithin(offer, '47.50')).toBe(energyWh);
});
