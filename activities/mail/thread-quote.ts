import { addressKey } from '../../mail/addresses';
import { outgoingQuote, type Quote } from '../../mail/quoting/outgoing-quote';
import type { Channel } from '../../store/channels';
import type { MailReference } from '../../store/enquiries';
import type { Message } from '../../store/messages';
import type { Ports } from '../ports';

/** How much of a thread is looked at: its newest mails. */
const MOST_QUOTED = 20;

/** What is answered, to whom, and where. */
interface Answering {
  channel: Channel;
  answered: Message | null;
  mail: readonly MailReference[];
  /** To, Cc and Bcc. */
  recipients: readonly string[];
}

/** What an answer quotes, by the channel's setting (email.md R7); null for nothing. */
export async function threadQuote({ store }: Pick<Ports, 'store'>, answering: Answering): Promise<Quote | null> {
  const { channel, answered, mail, recipients } = answering;
  const { quote = 'none', timezone } = channel;
  if (quote === 'none' || !answered) return null;
  const ids = mail.flatMap(({ direction, message }) => (direction === 'note' ? [] : [message]));
  const thread = await store.messages.getMany(ids.slice(-MOST_QUOTED));
  const wanted = quote === 'full' ? thread : thread.filter(({ _id }) => _id === answered._id);
  const quotable = quotableTo(recipients, thread, wanted, ownOf(channel));
  const newestFirst = quotable.toSorted((one, other) => other.at.getTime() - one.at.getTime());
  const quoted = newestFirst.map(({ from, at, newText }) => ({
    author: from?.name || from?.address || '',
    at,
    text: newText,
  }));
  return outgoingQuote(quoted, timezone, answered.facts?.language);
}

/**
 * The mails that may be shown to everybody who gets the answer: those in which each recipient the thread knows took part.
 * So a word with a supplier never reaches the customer, nor the thread somebody who only holds an id of ours (email.md
 * T3). Whom the thread does not know yet gets what the others get; where it knows nobody, nothing is quoted.
 */
export function quotableTo(
  recipients: readonly string[],
  thread: readonly Message[],
  wanted: readonly Message[],
  own: ReadonlySet<string>,
): Message[] {
  const inThread = new Set(thread.flatMap((each) => [...partOf(each)]));
  const known = [...new Set(recipients.map(addressKey))].filter((each) => inThread.has(each) && !own.has(each));
  if (known.length === 0) return [];
  return wanted.filter((each) => {
    const took = partOf(each);
    return isLetter(each) && known.every((one) => took.has(one));
  });
}

/** Who wrote it and who can see that he got it; whom we wrote to blindly is not told. */
function partOf({ direction, from, to, cc, replyTo }: Message): Set<string> {
  const wrote = direction === 'in' ? [...(from ? [from] : []), ...replyTo] : [];
  return new Set([...wrote, ...to, ...cc].map(({ address }) => addressKey(address)));
}

/** A person wrote it, and it reached whom it was for, as far as anybody knows. */
function isLetter({ direction, automatic, delivery }: Message): boolean {
  if (automatic || direction === 'note') return false;
  return direction === 'in' || ['sent', 'delayed', 'uncertain'].includes(delivery?.state ?? '');
}

function ownOf({ address, aliases, publicAddress }: Channel): Set<string> {
  return new Set([address, ...aliases, ...(publicAddress ? [publicAddress] : [])].map(addressKey));
}
