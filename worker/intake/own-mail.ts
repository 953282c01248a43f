import { createHmac, timingSafeEqual } from 'node:crypto';
import { addressKey, domainOf } from '../../mail/addresses';
import { ownEnquiryOf } from '../../mail/thread-tokens';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';

/** Header of a mail we send to ourselves to see whether a channel receives; it becomes no enquiry. */
export const PROBE_HEADER = 'X-Ringpost-Probe';

/** Value of the probe's header: only we can make one, so that nobody slips a mail past the desk with it. */
export function mintProbe(nonce: string, secret: string): string {
  return `${nonce}.${createHmac('sha256', secret).update(`probe|${nonce}`).digest('hex').slice(0, 32)}`;
}

/** Whether a mail is a probe of ours. */
export function isProbe({ mail }: Pick<Arrival, 'mail'>, secret: string): boolean {
  const value = mail.headers.get(PROBE_HEADER.toLowerCase())?.[0]?.trim() ?? '';
  const expected = mintProbe(value.slice(0, Math.max(value.lastIndexOf('.'), 0)), secret);
  return value.length === expected.length && timingSafeEqual(Buffer.from(value), Buffer.from(expected));
}

/**
 * Whether a mail is one of ours that came back (the centre's Bcc, a copy of Sent, a loop). Two of three signs must hold,
 * because some mailers copy headers of what they answer: our Message-ID, our loop mark, one of our addresses as From.
 */
export async function isOwn(
  { store, mailSecret }: Pick<IntakePorts, 'store' | 'mailSecret'>,
  { mail, messageId }: Pick<Arrival, 'mail' | 'messageId'>,
): Promise<boolean> {
  const channels = await store.channels.list();
  const addresses = new Set(channels.flatMap((one) => [one.address, ...one.aliases, one.publicAddress ?? '']));
  // Automatic mail carries the domain of its channel (activities/mail/outgoing.ts).
  const marks = new Set(channels.map((one) => domainOf(one.address)));
  const signs = [
    ownEnquiryOf(messageId, mailSecret) !== null,
    mail.headers.get('x-loop')?.some((value) => marks.has(value.trim().toLowerCase())),
    mail.from.some(({ address }) => addresses.has(addressKey(address))),
  ];
  return signs.filter(Boolean).length >= 2;
}
