import { addressKey, domainOf } from '../../mail/addresses';
import { attachedMail, forwardedMail } from '../../mail/forwarding/forwarded-mail';
import type { Address, ParsedMail } from '../../mail/parsed-mail';
import { ownEnquiryOf, readBodyMarkers, readReplyToken } from '../../mail/thread-tokens';
import type { Forwarder } from '../../store/messages';
import type { Arrival } from './arrival';
import type { JudgePorts } from './judge-ports';

/** A mail that a colleague passed on: as its sender wrote it, who passed it on, and what he wrote above it. */
export interface PassedOn {
  arrival: Arrival;
  by: Forwarder;
  note: string;
  warnings: string[];
}

/**
 * Takes a mail that one of our own people forwarded to a channel for the mail of who wrote it first (email.md T9); null
 * for every other mail. Asked only where an enquiry starts. Mail of our own never counts, so that nobody is written to
 * because a colleague passed a notice of ours on; nor does a forwarder whose address is known to be forged.
 */
export async function passedOn(ports: JudgePorts, arrival: Arrival): Promise<PassedOn | null> {
  const { mail, sender, classification } = arrival;
  if (!sender || classification.automatic || classification.kind !== 'person') return null;
  const attached = attachedMail(mail);
  // Cheap for all but forwarded mail: nothing is read before the mail has the shape of one.
  if (!forwardedMail(mail, attached ? mail : null)) return null;
  const [user, origin] = await Promise.all([ports.store.users.byEmail(sender.address), ports.origin]);
  if (!user || user.disabled || origin.dmarc === 'fail' || origin.aligned === false) return null;
  const read = attached ? await ports.parser.parse(attached.content).catch(() => null) : null;
  const found = forwardedMail(mail, read);
  const author = found?.mail.from[0];
  if (!found || !author || (await isOurs(ports, found.mail, author))) return null;
  const unchecked = origin.aligned === null ? [`Nobody could check that the mail came from ${sender.address}.`] : [];
  const name = user.name || sender.name;
  return {
    arrival: asWritten(arrival, found.mail, author),
    by: { user: user._id, address: sender.address, name },
    // Whoever reads the note must not take it for a colleague's word where anybody may have written it.
    note: found.note === '' ? '' : [found.note, ...unchecked].join('\n\n'),
    warnings: [`${name} forwarded this mail of ${author.address}.`, ...unchecked],
  };
}

function asWritten(arrival: Arrival, mail: ParsedMail, { address, name }: Address): Arrival {
  const forwarder = arrival.sender?.address;
  const others = (all: Address[]): Address[] => all.filter((each) => addressKey(each.address) !== forwarder);
  const sender = { address: addressKey(address), name };
  return {
    ...arrival,
    mail: { ...mail, to: others(mail.to), cc: others(mail.cc), size: arrival.mail.size },
    sender,
    fromDomain: domainOf(sender.address),
    // Who wrote did not write to us: no robot answers him.
    classification: { ...arrival.classification, noAutoReply: true },
  };
}

/** Written by us or one of us, or holding what only our mail holds. */
async function isOurs({ store, mailSecret }: JudgePorts, mail: ParsedMail, author: Address): Promise<boolean> {
  const address = addressKey(author.address);
  const channels = await store.channels.list();
  const own = channels.flatMap((one) => [one.address, ...one.aliases, one.publicAddress ?? '']).map(addressKey);
  if (!address.includes('@') || own.includes(address)) return true;
  const named = [...mail.from, ...mail.replyTo, ...mail.to, ...mail.cc];
  const holdsToken =
    named.some((each) => readReplyToken(each.address, mailSecret) !== null) ||
    (mail.messageId !== null && ownEnquiryOf(mail.messageId, mailSecret) !== null) ||
    readBodyMarkers(mail.text, mailSecret).length > 0;
  return holdsToken || (await store.users.byEmail(address)) !== null;
}
