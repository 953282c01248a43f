/** Addresses of header fields: read, compared, written. */
import addressparser from 'nodemailer/lib/addressparser';
import { domainToUnicode } from 'node:url';
import { decodeText } from './mime/charset';
import { decodeWords, withoutControls } from './mime/words';
import type { Address } from './parsed-mail';

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
    const name = withoutControls(decodeName(entry.name))
      .replace(/\\([",\\])/g, '$1')
      // What is left of doubled angle brackets.
      .replace(/^([^<>]*)>$/, '$1')
      .trim();
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

function decodeName(name: string): string {
  if (!name.includes('=?')) return name;
  // Text that is already Unicode cannot go through the byte decoder again.
  return name.replace(/=\?[^?\s]+\?[bq]\?[^?]*\?=(?:\s+=\?[^?\s]+\?[bq]\?[^?]*\?=)*/gi, (words) => decodeWords(words));
}

function cleanAddress(address: string): string {
  const plain = withoutControls(address)
    .trim()
    .replace(/^mailto:/i, '')
    .replace(/^'([^']+@[^']+)'$/, '$1');
  if (plain === '' || plain.includes('=?')) return '';
  const at = plain.lastIndexOf('@');
  if (at < 0) return plain.slice(0, 320);
  const domain = plain
    .slice(at + 1)
    .toLowerCase()
    .replace(/\.$/, '');
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

/** Domain of an address in lower case; empty where there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1).toLowerCase();
}
