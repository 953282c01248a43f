import { checkAddress, UnusableAddress } from '../../mail/compose';
import type { Channel } from '../../store/channels';
import type { Message } from '../../store/messages';
import type { Undeliverable } from '../../store/undeliverable';

/**
 * Why no robot may answer this mail, in words for the trace; null when one may. The last word on automatic mail: no flow
 * can overrule it (design 5, RFC 3834).
 */
export function whyNotAnswered(message: Message | null, channel: Channel): string | null {
  if (!message?.from) return 'the mail names no sender';
  if (message.kind !== 'person' || message.automatic) return 'the mail was written by a machine';
  if (message.forwardedBy) return 'a colleague forwarded the mail: its sender did not write to us';
  if (message.noAutoReply) return 'the mail asks for no automatic answer';
  if (message.otherSender) return 'the sender is not a participant of the thread';
  if (message.facts?.dmarc === 'fail') return 'the sender may be forged: DMARC failed';
  if (message.authentication?.['aligned'] === false)
    return 'the sender may be forged: neither SPF nor DKIM vouches for him';
  if (message.authentication?.['spam'] === true) return 'the mail is marked as spam';
  const own = [channel.address, channel.publicAddress, ...channel.aliases];
  if (own.includes(message.from.address.toLowerCase())) return 'the sender is the channel itself';
  if (!canBeWrittenTo(message.from.address)) return 'no mail can be sent to an address like that of the sender';
  return null;
}

/** Why an address gets no automatic mail for now (email.md L5), in words for the trace; nothing personal. */
export function whyUndeliverable({ why, status, at, expiresAt }: Undeliverable): string {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const what =
    why === 'complaint' ? 'its reader called our mail spam' : `mail to it came back (${status ?? 'no code'})`;
  return `the address gets no automatic mail until ${day(expiresAt)}: ${what} on ${day(at)}`;
}

function canBeWrittenTo(address: string): boolean {
  try {
    return checkAddress(address) !== '';
  } catch (error) {
    if (error instanceof UnusableAddress) return false;
    throw error;
  }
}
