/**
 * Ids and addresses of ours that carry a message authentication code: who names one has had our mail, and nobody can
 * make one up. Lower case and few characters only, because servers on the way fold case and break long local parts.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { domainToASCII } from 'node:url';

/** Key of the codes; the same for all processes of an installation. */
export type TokenSecret = string | Buffer;

const MAC_CHARS = 20;
const MAX_LOCAL_PART = 64;
const MESSAGE_ID = /^rp\.([a-z0-9=-]{1,200})\.([a-z0-9-]{1,40})\.([0-9a-f]{20})$/;
const LOCAL_TOKEN = /^(.+)\+([rb])\.([a-z0-9=-]{1,60})\.([0-9a-f]{20})$/;

/**
 * A new Message-ID of ours, with angle brackets. `unique` makes it the same for each try of one message; without it
 * each call gives another. Dots keep it out of the shapes that spam filters take for forged (SpamAssassin MSGID_RANDY).
 */
export function mintMessageId(parts: {
  domain: string;
  enquiryId: string;
  secret: TokenSecret;
  unique?: string;
}): string {
  const unique =
    parts.unique === undefined
      ? randomBytes(6).toString('hex')
      : digest(parts.secret, 'unique', parts.unique).slice(0, 12);
  const id = escapeId(parts.enquiryId);
  return `<rp.${id}.${unique}.${digest(parts.secret, 'message-id', id, unique)}@${domainToASCII(parts.domain) || parts.domain.toLowerCase()}>`;
}

/** An id that is the same for all mails of an enquiry: it keeps a thread together where providers replace our ids. */
export function threadMessageId(parts: { domain: string; enquiryId: string; secret: TokenSecret }): string {
  return mintMessageId({ ...parts, unique: 'thread' });
}

/** The enquiry a Message-ID of ours names; null for a foreign one or one whose code is wrong. */
export function ownEnquiryOf(messageId: string, secret: TokenSecret): string | null {
  const read = readOwnMessageId(messageId, secret);
  return read === null || read === 'forged' ? null : read.enquiryId;
}

/** As `ownEnquiryOf`, but tells an id that only looks like ours from a foreign one. */
export function readOwnMessageId(messageId: string, secret: TokenSecret): { enquiryId: string } | 'forged' | null {
  const left = messageId.trim().replace(/^<|>$/g, '').toLowerCase().split('@')[0] ?? '';
  const [, id, unique, mac] = MESSAGE_ID.exec(left) ?? [];
  if (id === undefined || unique === undefined || mac === undefined) return null;
  return isEqual(mac, digest(secret, 'message-id', id, unique)) ? { enquiryId: unescapeId(id) } : 'forged';
}

/** Reply-To address that leads back to the enquiry by itself; null where the local part would grow too long. */
export function mintReplyToken(parts: { address: string; enquiryId: string; secret: TokenSecret }): string | null {
  return plusAddress(parts.address, 'r', parts.enquiryId, parts.secret);
}

/** The enquiry a reply address names, and the channel's address without the token. */
export function readReplyToken(address: string, secret: TokenSecret): { enquiryId: string; address: string } | null {
  const read = readLocalToken(address, secret);
  return read && read !== 'forged' && read.purpose === 'r' ? { enquiryId: read.id, address: read.address } : null;
}

/** Envelope sender by which a bounce names the mail it is about; null where the local part would grow too long. */
export function mintBounceToken(parts: { address: string; outboxId: string; secret: TokenSecret }): string | null {
  return plusAddress(parts.address, 'b', parts.outboxId, parts.secret);
}

/** The outgoing mail a bounce address names, and the channel's address without the token. */
export function readBounceToken(address: string, secret: TokenSecret): { outboxId: string; address: string } | null {
  const read = readLocalToken(address, secret);
  return read && read !== 'forged' && read.purpose === 'b' ? { outboxId: read.id, address: read.address } : null;
}

/** Words for the body of our mails that lead a quote of them back to the enquiry. */
export function mintBodyMarker(parts: { enquiryId: string; secret: TokenSecret }): string {
  const id = escapeId(parts.enquiryId);
  return `[ref:${id}.${digest(parts.secret, 'body', id)}]`;
}

/** Enquiries that markers in a body name, each once. */
export function readBodyMarkers(body: string, secret: TokenSecret): string[] {
  const found = new Set<string>();
  for (const match of body.matchAll(/\[ref:([a-z0-9=-]{1,200})\.([0-9a-f]{20})\]/gi)) {
    const id = (match[1] ?? '').toLowerCase();
    if (isEqual((match[2] ?? '').toLowerCase(), digest(secret, 'body', id))) found.add(unescapeId(id));
    if (found.size >= 10) break;
  }
  return [...found];
}

/** A plus address of ours of either purpose; `forged` where the code is wrong, null where there is no token. */
export function readLocalToken(
  address: string,
  secret: TokenSecret,
): { purpose: 'r' | 'b'; id: string; address: string } | 'forged' | null {
  const at = address.lastIndexOf('@');
  const [, local, purpose, id, mac] =
    LOCAL_TOKEN.exec(
      address
        .slice(0, Math.max(at, 0))
        .toLowerCase()
        .replace(/^[<\s"]+/, ''),
    ) ?? [];
  if (local === undefined || id === undefined || mac === undefined) return null;
  if (!isEqual(mac, digest(secret, purpose ?? '', id))) return 'forged';
  const domain = address
    .slice(at + 1)
    .replace(/[>\s]+$/, '')
    .toLowerCase();
  return { purpose: purpose === 'b' ? 'b' : 'r', id: unescapeId(id), address: `${local}@${domain}` };
}

function plusAddress(address: string, purpose: 'r' | 'b', id: string, secret: TokenSecret): string | null {
  const at = address.lastIndexOf('@');
  if (at < 1) return null;
  const escaped = escapeId(id);
  const local = `${address.slice(0, at)}+${purpose}.${escaped}.${digest(secret, purpose, escaped)}`;
  return local.length > MAX_LOCAL_PART ? null : `${local}@${address.slice(at + 1)}`;
}

function digest(secret: TokenSecret, ...words: string[]): string {
  return createHmac('sha256', secret).update(words.join('\0')).digest('hex').slice(0, MAC_CHARS);
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** Ids may hold anything; what folds case or is no atom of a local part becomes `=` and two hexadecimal digits. */
function escapeId(id: string): string {
  return Array.from(Buffer.from(id), (byte) => {
    const char = String.fromCharCode(byte);
    return /[a-z0-9-]/.test(char) ? char : `=${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

function unescapeId(text: string): string {
  const bytes = text.replace(/=([0-9a-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
