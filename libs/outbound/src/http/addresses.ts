import { BlockList, isIP } from 'node:net';

/**
 * Where nobody outside can be: this machine, private and shared networks, link-local (clouds answer for credentials
 * there), multicast and reserved ranges (RFC 6890), and IPv6 addresses that carry an IPv4 one.
 */
const NOT_PUBLIC: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 3],
  ['64:ff9b::', 96],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

/** One list for each family: BlockList takes an IPv4 address for the IPv6 one that carries it. */
class Ranges {
  private readonly lists = { ipv4: new BlockList(), ipv6: new BlockList() };

  constructor(ranges: readonly (readonly [network: string, prefix: number])[]) {
    for (const [network, prefix] of ranges) this.lists[family(network)].addSubnet(network, prefix, family(network));
  }

  has(address: string): boolean {
    return this.lists[family(address)].check(address, family(address));
  }
}

const notPublic = new Ranges(NOT_PUBLIC);

/** Which addresses calls may go to: public ones, and what the installation allows besides (`10.1.0.0/16`, `::1/128`). */
export class AllowedAddresses {
  private readonly allowed: Ranges;

  /** Throws a `TypeError` for what is no range. */
  constructor(ranges: readonly string[] = []) {
    this.allowed = new Ranges(ranges.map(rangeOf));
  }

  has(address: string): boolean {
    return isIP(address) !== 0 && (this.allowed.has(address) || !notPublic.has(address));
  }
}

function rangeOf(text: string): readonly [string, number] {
  const [, network = '', prefix] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(text) ?? [];
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(network)] ?? -1;
  if (Number(prefix) <= longest) return [network, Number(prefix)];
  throw new TypeError(`${text} is not a range of addresses like 10.1.0.0/16`);
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
