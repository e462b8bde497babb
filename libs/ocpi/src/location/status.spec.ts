import { expect, it } from '@jest/globals';
import { evseStatus } from './status.js';

const on = { connected: true, released: true };

it.each([
  ['Available', 'AVAILABLE'],
  ['Occupied', 'CHARGING'],
  ['Reserved', 'RESERVED'],
  ['Unavailable', 'INOPERATIVE'],
  ['Faulted', 'OUTOFORDER'],
] as const)('an EVSE whose connector is %s is %s', (status, told) => {
  expect(evseStatus({ ...on, statuses: [status] })).toBe(told);
});

it.each([
  [['Available', 'Occupied'], 'CHARGING'],
  [['Available', 'Reserved'], 'RESERVED'],
  [['Faulted', 'Available'], 'AVAILABLE'],
  [['Faulted', 'Unavailable'], 'OUTOFORDER'],
] as const)('connectors that are %s make one EVSE that is %s', (statuses, told) => {
  expect(evseStatus({ ...on, statuses })).toBe(told);
});

it('nothing is known of an EVSE whose station is away, or never said anything', () => {
  expect(evseStatus({ ...on, connected: false, statuses: ['Available'] })).toBe('UNKNOWN');
  expect(evseStatus({ ...on, statuses: [] })).toBe('UNKNOWN');
});

it('an EVSE whose station is taken out of service is not to be used, connected or not', () => {
  expect(evseStatus({ connected: true, released: false, statuses: ['Available'] })).toBe('INOPERATIVE');
});
