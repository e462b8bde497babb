import { expect, it } from '@jest/globals';
import { endingOf } from './session-endings.js';

it.each([
  ['StoppedByEV', null, 'car'],
  ['EVDisconnected', null, 'unplugged'],
  ['GroundFault', null, 'fault'],
  ['PowerLoss', null, 'fault'],
  ['Remote', 'limit', 'limit'],
  ['Remote', 'driver', 'stopped'],
  ['Local', null, null],
  ['constructor-of-a-station', null, null],
])('a session that ends with %s, where the platform wanted %s, ends by %s', (reason, wanted, ending) => {
  expect(endingOf(reason, wanted)).toBe(ending);
});
