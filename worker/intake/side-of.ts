import { addressKey } from '../../mail/addresses';
import type { Enquiry } from '../../store/enquiries';
import type { Message } from '../../store/messages';
import type { ThreadKey } from '../../store/thread-keys';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';
import { isParticipant } from './participants';

/** What names the enquiry, and how far its sender is to be believed. */
interface Naming {
  enquiry: Enquiry;
  hit: { side: string | null; ours: boolean; key: ThreadKey | null };
  forged: boolean;
}

/**
 * The side thread a mail belongs to; null for the contact's own. What the contact or somebody of his thread writes is
 * his, whatever it names, unless we wrote to that somebody in the side thread. Else the nearest id that the mail names
 * decides, and last whom we wrote to in side threads only.
 */
export async function sideOf(
  ports: Pick<IntakePorts, 'store'>,
  arrival: Arrival,
  { enquiry, hit, forged }: Naming,
): Promise<string | null> {
  const ids = enquiry.mail.flatMap(({ message, side }) => (side === undefined ? [] : [message]));
  if (ids.length === 0) return null;
  const messages = await ports.store.messages.getMany(ids);
  const named = hit.side ?? byNamedId(arrival, messages) ?? byProvider(hit.key, messages);
  if (named === null && (forged || !hit.ours)) return null;
  const mine = sidesOf(arrival, messages);
  const side = named ?? mine.at(-1) ?? null;
  if (side === null || mine.includes(side)) return side;
  const ofContact = !forged && (await isParticipant(ports, enquiry, arrival));
  return ofContact ? null : side;
}

function byNamedId({ mail }: Arrival, messages: readonly Message[]): string | null {
  for (const id of [...mail.inReplyTo, ...mail.references.toReversed()]) {
    const found = messages.find(({ messageId }) => messageId === id);
    if (found?.side) return found.side;
  }
  return null;
}

/** A provider gave our mail an id of its own, under which its outbox id is kept. */
const byProvider = (key: ThreadKey | null, messages: readonly Message[]): string | null =>
  messages.find(({ outbox }) => outbox !== null && outbox === key?.by)?.side ?? null;

/** Side threads in which the sender wrote or was written to, oldest first. */
function sidesOf({ sender }: Arrival, messages: readonly Message[]): string[] {
  const own = (address: string): boolean => addressKey(address) === sender?.address;
  return messages.flatMap(({ side, from, to, cc, direction }) => {
    const people = [...to, ...cc, ...(direction === 'in' && from ? [from] : [])];
    return side && people.some(({ address }) => own(address)) ? [side] : [];
  });
}
