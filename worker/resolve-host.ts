import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** The host is one Ringpost must not connect to; the sentence names it and the setting that allows it. */
export class ForbiddenHost extends Error {
  override readonly name = 'ForbiddenHost';
}

/**
 * Gives the address to connect to for a host and port somebody named; rejects with `ForbiddenHost`. `inside`: an admin
 * allows hosts inside this machine and network for this use.
 */
export type HostResolver = (host: string, port: number, inside?: boolean) => Promise<string>;

/** Inside this machine or network. */
const INSIDE =
  '127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 198.18.0.0/15, ::1/128, fc00::/7, fec0::/10';

/** No host of a service: this network, link-local, multicast, addresses that carry another one, what clouds keep their keys at. */
const NEVER =
  '0.0.0.0/8, 169.254.0.0/16, 192.0.0.0/24, 224.0.0.0/3, ::/128, 64:ff9b::/32, 2001::/32, 2002::/16, fe80::/10, ff00::/8, 100.100.100.200/32, 168.63.129.16/32, ::ffff:0:0:0/96, fd00:ec2::254/128';

/**
 * Makes a resolver for hosts an admin names (mail servers, connections): resolves once, and gives the address to
 * connect to, so that a name cannot point elsewhere between check and use. Loopback, link-local and private ranges are
 * refused unless `allowed` (CIDR ranges, commas between) holds them; our own ports on this machine always.
 */
export function createHostResolver(allowed: string, ownPorts: readonly number[] = []): HostResolver {
  const [insideUs, never, permitted] = [listOf(INSIDE), listOf(NEVER), listOf(allowed)];
  // Addresses that only carry an IPv4 one; "::1" is this machine.
  never.addRange('::2', '::ffff:ffff', 'ipv6');
  return async (host, port, inside = false) => {
    const named = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookup(host, { all: true });
    // With a zone ("fe80::1%eth0") it is a neighbour's, and the lists would know it no more.
    const found = named.filter(({ address }) => !address.includes('%'));
    const usable = found.find(({ address, family }) => {
      const kind = family === 6 ? 'ipv6' : 'ipv4';
      if (permitted.check(address, kind)) return true;
      return !never.check(address, kind) && (inside || !insideUs.check(address, kind));
    });
    if (usable && ownPorts.includes(port) && isThisMachine(usable.address)) {
      throw new ForbiddenHost(`Port ${port} of ${host} is Ringpost's own. Name the port of the other server.`);
    }
    if (usable) return usable.address;
    throw new ForbiddenHost(
      `${host} is an address inside this machine or network. Name its range in RINGPOST_PRIVATE_NETWORKS to allow it.`,
    );
  };
}

/** Why Ringpost would not connect to a host and port, as a sentence; null when it would, or the name is not known yet. */
export async function hostProblem(
  resolve: HostResolver,
  host: string,
  port: number,
  inside = false,
): Promise<string | null> {
  try {
    await resolve(host, port, inside);
    return null;
  } catch (error) {
    return error instanceof ForbiddenHost ? error.message : null;
  }
}

function isThisMachine(address: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  // In a list, an IPv4 address is also known when it comes as IPv6 ("::ffff:192.0.2.1").
  const ours = listOf(['127.0.0.0/8', '0.0.0.0', '::', '::1', ...own.map((each) => each.address)].join());
  return ours.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
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
