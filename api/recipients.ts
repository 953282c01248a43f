/** To whom an answer goes, computed from the message it answers; what the reply box is filled with. */
import type { Channel } from '../store/channels';
import type { Message, NamedAddress } from '../store/messages';

/** Recipients and subject of an answer. */
export interface AnswerHead {
  to: NamedAddress[];
  cc: NamedAddress[];
  subject: string;
}

/**
 * Answers go where the mail asks for them (Reply-To, RFC 5322 3.6.2), else to its sender; everybody else it went to
 * stays in Cc, our own addresses and those of a mailing list never. An answer to our own mail goes to whom that went to.
 */
export const answerHead = (answered: Message, channel: Channel): AnswerHead => {
  const own = [channel.address, ...channel.aliases, channel.publicAddress].map((each) => each?.toLowerCase());
  const never = new Set([...own, ...(answered.lists ?? [])]);
  const outside = (addresses: readonly NamedAddress[]): NamedAddress[] =>
    addresses.filter(({ address }) => !never.has(address.toLowerCase()) && !never.has(withoutToken(address)));
  const to = once(outside(answered.direction === 'out' ? answered.to : senderOf(answered, outside)), []);
  const cc = once(outside(answered.direction === 'out' ? answered.cc : [...answered.to, ...answered.cc]), to);
  return { to, cc, subject: replySubject(answered.subject, channel.replySubject) };
};

/** The newest mail a person of the outside wrote, else the newest mail; null when there is none. */
export const messageToAnswer = (messages: readonly Message[]): Message | null => {
  const newestFirst = messages
    .filter(({ direction }) => direction !== 'note')
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return (
    newestFirst.find((each) => each.direction === 'in' && !each.automatic && !each.otherSender) ??
    newestFirst.find((each) => each.direction === 'in') ??
    newestFirst[0] ??
    null
  );
};

/** Whoever answers all names our Reply-To with its token. */
const withoutToken = (address: string): string => address.toLowerCase().replace(/\+[^@]*(?=@)/, '');

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

function replySubject(subject: string, preset: string): string {
  const plain = subject.trim() || preset.trim();
  if (plain === '') return 'Re: your message';
  return /^re(\[\d+\])?:/i.test(plain) ? plain : `Re: ${plain}`;
}
