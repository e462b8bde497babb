import { describe, expect, it } from '@jest/globals';
import { AllowedAddresses } from './addresses.js';

describe('an address', () => {
  const addresses = new AllowedAddresses();

  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
    'not an address',
    '',
  ])('%s is none that calls may go to', (address) => {
    expect(addresses.has(address)).toBe(false);
  });

  it.each(['8.8.8.8', '172.32.0.1', '172.15.255.255', '100.128.0.1', '2a00:1450:4001::1', '2606:4700::1111'])(
    '%s is public',
    (address) => {
      expect(addresses.has(address)).toBe(true);
    },
  );

  it('may be allowed by the installation', () => {
    const own = new AllowedAddresses(['10.1.0.0/16', '::1/128']);
    expect(['10.1.2.3', '::1'].map((address) => own.has(address))).toEqual([true, true]);
    expect(['10.2.0.1', '127.0.0.1'].map((address) => own.has(address))).toEqual([false, false]);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', 'example.com/8', ''])('is not allowed by %p', (range) => {
    expect(() => new AllowedAddresses([range])).toThrow();
  });
});
