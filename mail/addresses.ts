/** Addresses of header fields: read, compared, written. */
import addressparser from 'nodemailer/lib/addressparser';
import { domainToASCII, domainToUnicode } from 'node:url';
import { decodeText } from './mime/charset';
import { decodeWordsInText, withoutControls, withoutTurning } from './mime/words';
import type { Address } from './parsed-mail';

/** Longer names are no names; they would travel with every mail of their bearer. */
const MAX_NAME_CHARS = 300;

/**
 * Mailboxes of an address field given one character a byte; groups are flattened, `undisclosed-recipients:;` is
 * empty. A name is decoded after the address was found, so an encoded name never becomes an address (RFC 2047, 5).
 */
export function readAddresses(raw: string, hint: string | null, limit: number): Address[] {
  const readable = /\P{ASCII}/u.test(raw) ? unicodeOf(raw, hint) : raw;
  const out: Address[] = [];
  for (const entry of addressparser(withQuotesClosed(readable.replace(/\0/g, '')), { flatten: true })) {
    if (out.length >= limit) break;
    const address = cleanAddress(entry.address);
    // A name that is turned around shows as another one, in our desk and in what we answer.
    const name = withoutTurning(withoutControls(decodeWordsInText(entry.name)))
      .replace(/\\([",\\])/g, '$1')
      // What is left of doubled angle brackets.
      .replace(/^([^<>]*)>$/, '$1')
      .trim()
      .slice(0, MAX_NAME_CHARS);
    if (address !== '') out.push({ address, name: name === address ? '' : name });
  }
  return out;
}

/** A quote that nobody closes would swallow the address behind it; the last one is taken out. */
function withQuotesClosed(text: string): string {
  const quotes = [...text.matchAll(/\\[^]|"/g)].filter(([found]) => found === '"');
  const last = quotes.at(-1)?.index;
  return quotes.length % 2 === 0 || last === undefined ? text : text.slice(0, last) + text.slice(last + 1);
}

/** Raw bytes beside encoded words: the bytes are decoded first, the words stay for later. */
function unicodeOf(raw: string, hint: string | null): string {
  const bytes = Buffer.from(raw, 'latin1');
  const guessed = decodeText(bytes, null);
  return guessed.charset === 'windows-1252' && hint ? decodeText(bytes, hint).text : guessed.text;
}

function cleanAddress(address: string): string {
  const plain = withoutTurning(withoutControls(address))
    .trim()
    .replace(/^mailto:/i, '')
    .replace(/^'([^']+@[^']+)'$/, '$1');
  if (plain === '' || plain.includes('=?')) return '';
  const at = plain.lastIndexOf('@');
  if (at < 0) return plain.slice(0, 320);
  const domain = plain
    .slice(at + 1)
    .toLowerCase()
    .replace(/[>.]+$/, '');
  // `@@@ <<>>` and the like are no address that anybody could be written to.
  if (at === 0 || domain === '' || /[\s<>"(),;:\\]/.test(domain.replace(/^\[.*\]$/, ''))) return '';
  return `${plain.slice(0, at)}@${unicodeDomain(domain)}`.slice(0, 320);
}

function unicodeDomain(domain: string): string {
  if (!domain.includes('xn--')) return domain;
  return domainToUnicode(domain) || domain;
}

/** What two spellings of one address have in common: lower case, domain in Unicode. */
export function addressKey(address: string): string {
  return cleanAddress(address).toLowerCase();
}

/** `addressKey` without the tag behind a plus sign: `support+x@y` is read by whoever reads `support@y`. */
export function untaggedKey(address: string): string {
  return addressKey(address).replace(/^([^"+@]+)\+[^@]*@/, '$1@');
}

/** As an address goes over the wire: its domain in ASCII (RFC 5891), which every server knows, not only those with SMTPUTF8. */
export function wireAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return at < 0 || !/\P{ASCII}/u.test(domain) ? address : `${address.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

/** Domain of an address in lower case; empty where there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1).toLowerCase();
}
