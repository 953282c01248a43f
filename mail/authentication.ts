/** Who really sent a mail, as far as SPF, DKIM, DMARC and ARC tell (RFC 7208, 6376, 7489, 8617). */
import { getDomain } from 'tldts';

/** Result words of RFC 8601. */
export type AuthWord = 'none' | 'pass' | 'fail' | 'softfail' | 'policy' | 'neutral' | 'temperror' | 'permerror';

/** What is known of a mail's origin. */
export interface Authentication {
  /** Checked by us while the mail was received, read from a header of the mailbox provider, or not known. */
  source: 'checked' | 'trusted-header' | 'unknown';
  spf: AuthWord;
  dkim: AuthWord;
  dmarc: AuthWord;
  arc: AuthWord;
  /** SPF or DKIM passed for the domain of From (strictly where its DMARC record asks for it). */
  aligned: boolean;
  /** Domains of the signatures that passed. */
  signedBy: string[];
  /** What the domain of From asks for when DMARC fails. */
  policy: 'none' | 'quarantine' | 'reject' | null;
}

/** Nothing is known. */
export const UNKNOWN_ORIGIN: Authentication = {
  source: 'unknown',
  spf: 'none',
  dkim: 'none',
  dmarc: 'none',
  arc: 'none',
  aligned: false,
  signedBy: [],
  policy: null,
};

const WORDS = new Set<string>(['none', 'pass', 'fail', 'softfail', 'policy', 'neutral', 'temperror', 'permerror']);

/** A result word, `none` for anything else. */
export function authWord(word: string | undefined | null): AuthWord {
  const plain = (word ?? '').toLowerCase();
  const known = plain === 'hardfail' ? 'fail' : plain;
  return isWord(known) ? known : 'none';
}

function isWord(word: string): word is AuthWord {
  return WORDS.has(word);
}

/** The domain is that of From: the same organisation, or the very same name where `strict`. */
export function isAligned(domain: string, fromDomain: string, strict: boolean): boolean {
  const [a, b] = [domain, fromDomain].map((name) => name.toLowerCase().replace(/\.$/, ''));
  if (!a || !b) return false;
  if (a === b) return true;
  return !strict && organisation(a) === organisation(b);
}

function organisation(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain;
}

/** Policy word of a DMARC record. */
export function policyWord(word: string | undefined | null): Authentication['policy'] {
  return word === 'none' || word === 'quarantine' || word === 'reject' ? word : null;
}
