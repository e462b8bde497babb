import { expect, it } from '@jest/globals';
import type { EvseAtPlace } from '../projections/places.store.js';
import { availabilityOf, refusalOf } from './availability.js';
import { evse } from './testing/pages.js';

type Status = EvseAtPlace['connectors'][number]['status'];
const saying = (...statuses: Status[]): EvseAtPlace => ({
  ...evse,
  connectors: statuses.map((status) => ({ ...evse.connectors[0]!, status })),
});

it.each<[EvseAtPlace, string, boolean]>([
  [saying('Available'), 'available', true],
  [saying('Occupied'), 'plugged-in', true],
  [saying('Available', 'Occupied'), 'plugged-in', true],
  [saying('Faulted', 'Available'), 'available', true],
  [saying('Reserved'), 'reserved', false],
  [saying('Faulted'), 'out-of-service', false],
  [saying('Unavailable'), 'out-of-service', false],
  [saying(undefined), 'unknown', true],
  [{ ...saying('Available'), connected: false }, 'offline', false],
  [{ ...saying('Available'), released: false }, 'out-of-service', false],
])('an EVSE is to a driver what its connectors and station say last: %#', (at, availability, payable) => {
  expect(availabilityOf(at, { inUse: false })).toBe(availability);
  expect(refusalOf(availabilityOf(at, { inUse: false })) === undefined).toBe(payable);
});

it('is in use while a session runs there, whatever its connectors say', () => {
  expect(availabilityOf(saying('Available'), { inUse: true })).toBe('in-use');
});
