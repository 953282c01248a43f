import { isIPv6 } from 'node:net';

/**
 * What limits and counts per source go by: an IPv4 address, or the /64 network of an IPv6 address, as whoever has one
 * address of a /64 has all of them. Anything else is given back as it is.
 */
export function sourceNetwork(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare)) return address;
  const [front = '', back] = bare.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const before = groups(front);
  const after = back === undefined ? [] : groups(back);
  // A dotted end stands for two groups.
  const written = before.length + after.length + (bare.includes('.') ? 1 : 0);
  const zeros = back === undefined ? [] : Array<string>(8 - written).fill('0');
  const network = [...before, ...zeros, ...after].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
