import type { IncomingMessage } from 'node:http';

/** Whether a proxy at this address is believed in what it says of the client (`TRUSTED_PROXIES`). */
export type TrustsProxy = (address: string, hop: number) => boolean;

const IPV4_AS_IPV6 = '::ffff:';

/** Who opened the connection: the socket's other end, or the first in `X-Forwarded-For` that no trusted proxy is. */
export function clientAddress({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trusts: TrustsProxy) {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const hops = [socket.remoteAddress ?? '', ...forwarded.map((one) => one.trim()).reverse()].filter(Boolean);
  const address = hops.find((hop, index) => index === hops.length - 1 || !trusts(hop, index)) ?? '';
  return (address.startsWith(IPV4_AS_IPV6) ? address.slice(IPV4_AS_IPV6.length) : address).slice(0, 45);
}
