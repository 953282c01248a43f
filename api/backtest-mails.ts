import { asRecordedMail, type RecordedMail } from '../flows';
import type { ApiPorts, ReceivedMail } from './ports';
import { knownRun } from './recorded-run';
import { maySeeChannelMail, maySeeEnquiry, type Viewer } from './visibility';

/** Where the mails of a backtest come from. */
export interface MailSource {
  channel: string;
  /** `stored`: enquiries of the channel with what happened in them; `mailbox`: what lies in its IMAP account. */
  from: 'stored' | 'mailbox';
  /** At most so many, the newest. */
  last: number;
  /** Not older than this. */
  since: Date;
}

/** One mail to be played, or why it is left out. */
export type Played =
  { mail: RecordedMail } | { left: 'joined' | 'duplicate' | 'not-kept' | 'unreadable'; name: string };

/** The mails of a backtest, oldest first, one after the other. Null: the channel has no mailbox to read. */
export function backtestMails(ports: ApiPorts, source: MailSource): AsyncIterable<Played> | null {
  if (source.from === 'stored') return storedMails(ports, source);
  const received = ports.mail.recentMail(source.channel, { since: source.since, limit: source.last });
  return received && firstOfThreads(received);
}

/** How many mails there are, as far as that is known before they are read. */
export async function mailsIn(ports: ApiPorts, source: MailSource): Promise<number | null> {
  if (source.from === 'mailbox') return null;
  return (await ports.store.enquiries.idsOf(source.channel, source.since, source.last)).length;
}

async function* storedMails(ports: ApiPorts, { channel, since, last }: MailSource): AsyncGenerator<Played> {
  const ids = await ports.store.enquiries.idsOf(channel, since, last);
  for (const id of ids.toReversed()) yield storedMail(ports, id);
}

/** One enquiry with what happened in it; its number is its name. */
export async function storedMail(ports: ApiPorts, id: string): Promise<Played> {
  const known = await knownRun(ports, id);
  if (!known) return { left: 'not-kept', name: id };
  const { enquiry, guessed, unanswerable } = known.stored;
  return { mail: asRecordedMail(known.run, { name: String(enquiry.number), guessed, unanswerable }) };
}

/**
 * One mail by its name, for who may see its enquiry; what lies in the mailbox of a channel belongs to no enquiry. Null when
 * there is none for him.
 */
export async function seenMail(
  ports: ApiPorts,
  viewer: Viewer,
  source: MailSource,
  name: string,
): Promise<Played | null> {
  const { channel, from } = source;
  if (from === 'stored') {
    const enquiry = /^\d{1,9}$/.test(name) ? await ports.store.enquiries.byNumber(Number(name)) : null;
    const seen = enquiry?.channel === channel && maySeeEnquiry(viewer, enquiry);
    return seen ? storedMail(ports, enquiry._id) : null;
  }
  if (!maySeeChannelMail(viewer, channel)) return null;
  const read = ports.mail.recentMail(channel, { since: source.since, limit: source.last, only: name });
  for await (const each of read ?? []) if ('mail' in each && each.mail.name === name) return { mail: each.mail };
  return null;
}

/** Parts mails that begin an enquiry from those that would have joined one, and from copies. */
async function* firstOfThreads(received: AsyncIterable<ReceivedMail>): AsyncGenerator<Played> {
  const [ids, contents] = [new Set<string>(), new Set<string>()];
  for await (const each of received) {
    if ('error' in each) {
      yield { left: 'unreadable', name: each.name };
      continue;
    }
    const content = `${each.messageId} ${each.contentHash}`;
    const joins = each.answers.some((id) => id !== each.messageId && ids.has(id));
    if (contents.has(content)) yield { left: 'duplicate', name: each.mail.name };
    else yield joins ? { left: 'joined', name: each.mail.name } : { mail: each.mail };
    ids.add(each.messageId);
    contents.add(content);
  }
}
