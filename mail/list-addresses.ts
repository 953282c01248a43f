import type { ParsedMail } from './parsed-mail';

/**
 * Addresses of the mailing list a mail came through, lower case: an answer never goes to them (email.md O13), whatever
 * Reply-To the list wrote into the mail. From List-Post (RFC 2369) and what older list software writes.
 */
export function listAddresses({ headers }: Pick<ParsedMail, 'headers'>): string[] {
  const post = (headers.get('list-post') ?? []).flatMap((value) => [...value.matchAll(/<mailto:([^>?\s]+)/gi)]);
  const older = ['x-beenthere', 'mailing-list', 'x-mailing-list'].flatMap((name) => headers.get(name) ?? []);
  const named = older.flatMap((value) => [...value.matchAll(/([^\s<>,;:"]+@[^\s<>,;:"]+)/g)]);
  const found = [...post, ...named].map((match) => decoded(match[1] ?? '').toLowerCase());
  return [...new Set(found.filter((address) => address.includes('@')))].slice(0, 5);
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
