/** To whom an answer goes, computed from the message it answers, and how what an agent wrote differs from that. */
import type { Channel } from '../store/channels';
import type { Draft, DraftMode } from '../store/drafts';
import type { Message, NamedAddress } from '../store/messages';

/** Recipients and subject of an answer. */
export interface AnswerHead {
  to: NamedAddress[];
  cc: NamedAddress[];
  subject: string;
}

/** What an answer's head is computed from. */
export interface Answering {
  answered: Message;
  mode: Exclude<DraftMode, 'forward'>;
  /** Channel of the enquiry. */
  channel: Channel | null;
  /** Addresses of all channels (`ownAddresses`): none of them gets an answer. */
  own: ReadonlySet<string>;
}

/** Recipients of a draft. */
export type Recipients = Pick<Draft, 'to' | 'cc' | 'bcc'>;

/** Every address we serve, in lower case. */
export const ownAddresses = (channels: readonly Channel[]): Set<string> =>
  new Set(
    channels.flatMap(({ address, aliases, publicAddress }) =>
      [address, ...aliases, ...(publicAddress ? [publicAddress] : [])].map((each) => each.toLowerCase()),
    ),
  );

/**
 * Answers go where the mail asks for them (Reply-To, RFC 5322 3.6.2), else to its sender; an answer to all keeps everybody
 * else it went to in Cc. Our own addresses and those of a mailing list get none. An answer to our own mail goes to whom
 * that went to.
 */
export const answerHead = ({ answered, mode, channel, own }: Answering): AnswerHead => {
  const never = neverOf(own, answered);
  const outside = (addresses: readonly NamedAddress[]): NamedAddress[] =>
    addresses.filter(({ address }) => !isOf(never, address));
  const mine = answered.direction === 'out';
  const to = once(outside(mine ? answered.to : senderOf(answered, outside)), []);
  const others = mode === 'reply' ? [] : mine ? answered.cc : [...answered.to, ...answered.cc];
  const subject = answerSubject('Re', answered.subject, channel?.replySubject ?? '');
  return { to, cc: once(outside(others), to), subject };
};

/** Addresses that get no answer to this message: ours, and the mailing list it came through. */
export const neverOf = (own: ReadonlySet<string>, answered: Message | null): Set<string> =>
  new Set([...own, ...(answered?.lists ?? [])]);

/** Each address once over To, Cc and Bcc, in this order, and none of `never`; `left` are those of `never`. */
export const cleanRecipients = (
  { to, cc, bcc }: Recipients,
  never: ReadonlySet<string>,
): Recipients & { left: string[] } => {
  const seen = new Set<string>();
  const left: string[] = [];
  const kept = (addresses: readonly string[]): string[] =>
    addresses.flatMap((each) => {
      const address = each.trim();
      const key = address.toLowerCase();
      if (seen.has(key)) return [];
      seen.add(key);
      if (!isOf(never, address)) return [address];
      left.push(address);
      return [];
    });
  return { to: kept(to), cc: kept(cc), bcc: kept(bcc), left };
};

/** Who of the mail that is answered would not get the answer, and who would that took no part in the thread. */
export const recipientChange = (
  written: Recipients,
  head: Pick<AnswerHead, 'to' | 'cc'>,
  thread: readonly Message[],
): { added: string[]; removed: string[] } => {
  const key = (address: string): string => address.trim().toLowerCase();
  const recipients = [...written.to, ...written.cc, ...written.bcc];
  const expected = [...head.to, ...head.cc].map(({ address }) => address);
  const took = thread.flatMap(({ from, to, cc, replyTo }) => [...(from ? [from] : []), ...to, ...cc, ...replyTo]);
  const known = new Set([...expected, ...took.map(({ address }) => address)].map(key));
  const named = new Set(recipients.map(key));
  return {
    added: recipients.filter((each) => !known.has(key(each))),
    removed: expected.filter((each) => !named.has(key(each))),
  };
};

/** The newest mail a person of the outside wrote, else the newest mail; null when there is none. Side threads are apart. */
export const messageToAnswer = (messages: readonly Message[]): Message | null => {
  const newestFirst = messages
    .filter(({ direction, side }) => direction !== 'note' && !side)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return (
    newestFirst.find((each) => each.direction === 'in' && !each.automatic && !each.otherSender) ??
    newestFirst.find((each) => each.direction === 'in') ??
    newestFirst[0] ??
    null
  );
};

/** "Re: …" or "Fwd: …", each once; `preset` stands in for a subject that is empty. */
export const answerSubject = (prefix: 'Re' | 'Fwd', subject: string, preset: string): string => {
  const plain = subject.trim() || preset.trim() || (prefix === 'Re' ? 'your message' : 'a message');
  const has = prefix === 'Re' ? /^re(\[\d+\])?:/i : /^fwd?:/i;
  return has.test(plain) ? plain : `${prefix}: ${plain}`;
};

/** Whoever answers all names our Reply-To with its token. */
const isOf = (never: ReadonlySet<string>, address: string): boolean => {
  const key = address.trim().toLowerCase();
  return never.has(key) || never.has(key.replace(/\+[^@]*(?=@)/, ''));
};

type Outside = (addresses: readonly NamedAddress[]) => readonly NamedAddress[];

/** A Reply-To that only leads back to us or to the list (which wrote it) asks for nothing. */
function senderOf(message: Message, outside: Outside): readonly NamedAddress[] {
  const asked = outside(message.replyTo);
  if (asked.length > 0) return asked;
  return message.from ? [message.from] : [];
}

function once(addresses: readonly NamedAddress[], except: readonly NamedAddress[]): NamedAddress[] {
  const seen = new Set(except.map(({ address }) => address.toLowerCase()));
  return addresses.filter(({ address }) => {
    const key = address.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
