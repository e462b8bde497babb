import { expect, it } from '@jest/globals';
import { AllowedAddresses } from '@chargemesh/outbound';
import { rangesOf } from './partner-networks.js';

it.each([
  [['loopback'], '127.0.0.1', true],
  [['loopback'], '::1', true],
  [['loopback'], '10.0.0.1', false],
  [['linklocal', 'uniquelocal'], '192.168.3.4', true],
  [['10.1.0.0/16'], '10.1.2.3', true],
  [['10.1.2.3'], '10.1.2.3', true],
  [['10.1.2.3'], '10.1.2.4', false],
  [['fd00::1'], 'fd00::1', true],
  [[], '127.0.0.1', false],
  [[], '8.8.8.8', true],
])('of partners in %j, %s is called: %s', (networks, address, isCalled) => {
  expect(new AllowedAddresses(rangesOf(networks)).has(address)).toBe(isCalled);
});
