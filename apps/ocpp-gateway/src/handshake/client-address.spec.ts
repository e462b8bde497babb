import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { clientAddress } from './client-address.js';

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: forwarded ? { 'x-forwarded-for': forwarded } : {} }) as unknown as Pick<
    IncomingMessage,
    'headers' | 'socket'
  >;
const trusts = (address: string) => address.startsWith('10.');

describe('the address of a station', () => {
  it.each([
    ['the other end of the socket', '192.0.2.1', undefined, '192.0.2.1'],
    ['what a trusted proxy says', '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['what the last trusted of several proxies says', '10.0.0.1', '198.51.100.7, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['not what a client says of itself', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['the farthest, where all are trusted', '10.0.0.1', '10.0.0.9, 10.0.0.2', '10.0.0.9'],
    ['IPv4 in its own words', '::ffff:192.0.2.1', undefined, '192.0.2.1'],
  ])('is %s', (_, remote, forwarded, expected) => {
    expect(clientAddress(from(remote, forwarded), trusts)).toBe(expected);
  });
});
