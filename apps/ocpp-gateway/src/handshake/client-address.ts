import type { IncomingMessage } from 'node:http';

/** Whether a proxy at this address is believed in what it says of the client (`TRUSTED_PROXIES`). */
export type TrustsProxy = (address: string, hop: number) => boolean;

const IPV4_AS_IPV6 = '::ffff:';
const NETWORK_GROUPS = 4;

/** Who opened the connection: the socket's other end, or the first in `X-Forwarded-For` that no trusted proxy is. */
export function clientAddress({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trusts: TrustsProxy) {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const hops = [socket.remoteAddress ?? '', ...forwarded.map((one) => one.trim()).reverse()].filter(Boolean);
  const address = hops.find((hop, index) => index === hops.length - 1 || !trusts(hop, index)) ?? '';
  return (address.startsWith(IPV4_AS_IPV6) ? address.slice(IPV4_AS_IPV6.length) : address).slice(0, 45);
}

/** What one customer of a network has: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [before = '', after] = address.split('::');
  const groups = before.split(':').filter(Boolean);
  const tail = (after ?? '').split(':').filter(Boolean);
  const zeros = after === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - tail.length)).fill('0');
  return `${[...groups, ...zeros, ...tail].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}
