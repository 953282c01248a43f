import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** The host is one Ringpost must not connect to; the sentence names it and the setting that allows it. */
export class ForbiddenHost extends Error {
  override readonly name = 'ForbiddenHost';
}

/**
 * Makes a resolver for hosts an admin names (mail servers, later webhooks): resolves once, and gives the address to
 * connect to, so that a name cannot point elsewhere between check and use. Loopback, link-local and private ranges are
 * refused unless `allowed` (CIDR ranges, commas between) holds them.
 */
export function createHostResolver(allowed: string): (host: string) => Promise<string> {
  const forbidden = listOf(
    '127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, 100.64.0.0/10, 0.0.0.0/8, 224.0.0.0/3, ::1/128, ::/128, fc00::/7, fe80::/10, ff00::/8',
  );
  const permitted = listOf(allowed);
  return async (host) => {
    const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookup(host, { all: true });
    const usable = found.find(({ address, family }) => {
      const kind = family === 6 ? 'ipv6' : 'ipv4';
      return permitted.check(address, kind) || !forbidden.check(address, kind);
    });
    if (usable) return usable.address;
    throw new ForbiddenHost(
      `${host} is an address inside this machine or network. Name its range in RINGPOST_PRIVATE_NETWORKS to allow it.`,
    );
  };
}

function listOf(ranges: string): BlockList {
  const list = new BlockList();
  for (const range of ranges.split(',').map((each) => each.trim())) {
    const [network = '', bits = ''] = range.split('/');
    const family = isIP(network);
    if (family) list.addSubnet(network, Number(bits || (family === 6 ? 128 : 32)), family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
