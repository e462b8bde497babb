import { isIP } from 'node:net';

const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** The ranges of networks as the installation names them: by name, as a range, or as one address. */
export function rangesOf(networks: readonly string[]): string[] {
  return networks.flatMap((network) => {
    if (network.includes('/')) return [network];
    return NAMED[network] ?? [`${network}/${isIP(network) === 6 ? 128 : 32}`];
  });
}
