/** Reads the verdict that a mailbox provider left in a mail that we fetch from it (RFC 8601). */
import { domainToASCII } from 'node:url';
import { authWord, isAligned, policyWord, UNKNOWN_ORIGIN, type Authentication, type AuthWord } from './authentication';
import { domainOf } from './addresses';
import type { ParsedMail } from './parsed-mail';

/**
 * The topmost Authentication-Results of a trusted server; all others may be forged and are ignored. `trusted` names
 * authserv-ids; an empty one stands for servers that leave theirs out (Microsoft 365).
 */
export function trustedResults(mail: Pick<ParsedMail, 'headers' | 'from'>, trusted: string[]): Authentication {
  const ids = new Set(trusted.map((id) => id.toLowerCase()));
  for (const value of mail.headers.get('authentication-results') ?? []) {
    const { id, results } = readResults(value);
    if (ids.has(id)) return toAuthentication(results, mail);
  }
  return UNKNOWN_ORIGIN;
}

interface Result {
  method: string;
  word: AuthWord;
  /** `header.d`, `smtp.mailfrom` and so on, in lower case. */
  properties: Map<string, string>;
}

function readResults(value: string): { id: string; results: Result[] } {
  const pieces = withoutComments(value.slice(0, 20_000)).split(';');
  const first = pieces[0]?.trim() ?? '';
  const hasId = !/^[\w-]+\s*=/.test(first);
  const id = hasId ? (first.split(/\s+/)[0]?.toLowerCase() ?? '') : '';
  const results: Result[] = [];
  for (const piece of hasId ? pieces.slice(1) : pieces) {
    const [, method, word, rest] = /^\s*([\w-]+)(?:\s*\/\s*\d+)?\s*=\s*([\w-]+)([^]*)$/.exec(piece) ?? [];
    if (!method) continue;
    const properties = new Map<string, string>();
    for (const match of (rest ?? '').matchAll(/([\w-]+(?:\.[\w-]+)?)\s*=\s*("[^"]*"|[^\s;]+)/g)) {
      properties.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').replace(/^"|"$/g, '').toLowerCase());
    }
    results.push({ method: method.toLowerCase(), word: authWord(word), properties });
  }
  return { id, results };
}

/** Comments nest and may hold anything, also what looks like a result. */
function withoutComments(value: string): string {
  let depth = 0;
  let quoted = false;
  let out = '';
  for (let i = 0; i < value.length; i += 1) {
    const char = value.charAt(i);
    if (char === '\\') i += 1;
    else if (char === '"' && depth === 0) quoted = !quoted;
    if (char === '(' && !quoted) depth += 1;
    else if (char === ')' && !quoted && depth > 0) depth -= 1;
    else if (depth === 0 && char !== '\\') out += char;
  }
  return out;
}

function toAuthentication(results: Result[], mail: Pick<ParsedMail, 'from'>): Authentication {
  const words = (method: string): Result[] => results.filter((result) => result.method === method);
  const best = (method: string): AuthWord =>
    words(method).find(({ word }) => word === 'pass')?.word ?? words(method)[0]?.word ?? 'none';
  const from = mail.from.length === 1 ? domainOf(mail.from[0]?.address ?? '') : '';
  const signedBy = words('dkim')
    .filter(({ word }) => word === 'pass')
    .map(({ properties }) => properties.get('header.d') ?? properties.get('header.i')?.split('@').at(-1) ?? '')
    .filter(Boolean);
  const spf = words('spf').find(({ word }) => word === 'pass');
  const spfDomain =
    (spf?.properties.get('smtp.mailfrom') ?? spf?.properties.get('smtp.mail') ?? '').split('@').at(-1) ?? '';
  const dmarc = best('dmarc');
  return {
    source: 'trusted-header',
    spf: best('spf'),
    dkim: best('dkim'),
    dmarc,
    arc: best('arc'),
    // The provider has applied the record's own strictness where there is one.
    aligned:
      (dmarc === 'pass' && isAuthor(words('dmarc')[0], from)) ||
      (dmarc !== 'fail' && [spfDomain, ...signedBy].some((domain) => isAligned(domain, from, false))),
    signedBy: [...new Set(signedBy)],
    policy: policyWord(words('dmarc')[0]?.properties.get('policy.dmarc') ?? words('dmarc')[0]?.properties.get('p')),
  };
}

/** Whether the provider judged the author that we read: there must be one, and the same. */
function isAuthor(dmarc: Result | undefined, from: string): boolean {
  const judged = dmarc?.properties.get('header.from')?.split('@').at(-1);
  const same = (domain: string): string => domainToASCII(domain) || domain;
  return from !== '' && (judged === undefined || same(judged) === same(from));
}
