import { addressKey } from '../../mail/addresses';
import type { Enquiry } from '../../store/enquiries';
import type { Message } from '../../store/messages';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';

/** Of how many of an enquiry's messages the addresses count: the first, and the newest. */
const newestAsked = 30;
/** Addresses of one message that count: a mail to thousands makes no participants of them (email.md L10). */
const mostOfOne = 40;

/**
 * Whether the sender takes part in an enquiry: as its contact (with any of his addresses), or as one who wrote or was
 * written to in it. Who only showed up with an id of ours is none.
 */
export async function isParticipant(
  { store }: Pick<IntakePorts, 'store'>,
  enquiry: Enquiry,
  { sender, channel }: Arrival,
): Promise<boolean> {
  if (!sender) return false;
  const own = store.contacts.idOf(sender.address);
  if (enquiry.contact !== null && (await store.contacts.links.same(own, enquiry.contact))) return true;
  // Whom we write to in a side thread takes no part in the contact's.
  const ids = enquiry.mail.flatMap(({ message, side }) => (side === undefined ? [message] : []));
  const [contact, messages] = await Promise.all([
    enquiry.contact === null ? null : store.contacts.get(enquiry.contact),
    store.messages.getMany([...new Set([...ids.slice(0, 1), ...ids.slice(-newestAsked)])]),
  ]);
  const ours = new Set([channel.address, ...channel.aliases, channel.publicAddress]);
  const named = [...(contact?.addresses ?? []), ...messages.flatMap(addressesOf)].map(addressKey);
  return named.some((address) => address === sender.address && !ours.has(address));
}

function addressesOf(message: Message): string[] {
  if (message.otherSender || message.direction === 'note') return [];
  const { from, to, cc } = message;
  return [...(from ? [from] : []), ...to, ...cc].slice(0, mostOfOne).map((one) => one.address);
}
