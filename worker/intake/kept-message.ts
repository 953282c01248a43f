import type { MessageFacts } from '../../flows';
import { addressKey } from '../../mail/addresses';
import { UNKNOWN_ORIGIN } from '../../mail/authentication';
import { listAddresses } from '../../mail/list-addresses';
import type { Address, Attachment as MailAttachment } from '../../mail/parsed-mail';
import type { Attachment, Forwarder, Message } from '../../store/messages';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';
import type { Origin } from './origin';

/** Where the message goes, and what was found out on the way. */
export interface Placement {
  /** Null for mail that is only kept (history). */
  enquiry: string | null;
  participant: boolean;
  /** Side thread of the enquiry; absent or null: the contact's own. */
  side?: string | null;
  /** The mail names an id of ours, and a participant wrote it. */
  verified?: boolean;
  /** Contact in whose enquiry a stranger named an id of ours. */
  answersFor?: string | null;
  /** Who of us passed the mail on; absent: it came by itself. */
  forwardedBy?: Forwarder | null;
  origin: Origin;
  warnings: string[];
}

/** Addresses of a header that a message shows; the raw mail has them all. */
const mostShown = 200;

/**
 * Keeps the sender as contact and the mail as message, each once. What comes back is the message that stands: when
 * another run of the same delivery was faster, its enquiry is the one that counts.
 */
export async function keepMessage(
  { store }: Pick<IntakePorts, 'store'>,
  arrival: Arrival,
  placement: Placement,
): Promise<Message> {
  const { sender, entry } = arrival;
  const attachments = await keepAttachments({ store }, arrival.mail.attachments);
  const contact = sender ? store.contacts.idOf(sender.address) : null;
  const message = messageOf(arrival, placement, { attachments, contact });
  const { verified = false, answersFor = null, side = null } = placement;
  // Whom an agent asks about an enquiry is no contact of it.
  const enquiry = side === null ? placement.enquiry : null;
  const loose = enquiry === null ? message._id : null;
  const facts = { by: entry._id, enquiry, message: loose, verified, answersFor, now: entry.receivedAt };
  const [made] = await Promise.all([
    store.messages.insert(message),
    sender ? store.contacts.keepSender({ ...sender, ...facts }) : null,
  ]);
  return made ? message : ((await store.messages.get(message._id)) ?? message);
}

async function keepAttachments(
  { store }: Pick<IntakePorts, 'store'>,
  files: readonly MailAttachment[],
): Promise<Attachment[]> {
  const kept: Attachment[] = [];
  // One after the other: a mail of a thousand parts must not open a thousand files at once.
  for (const { name, type, bytes, inline, contentId, content } of files) {
    kept.push({ name, type, bytes, inline, contentId, blob: (await store.blobs.put(content)).sha256 });
  }
  return kept;
}

/** What a flow may know of the mail without asking the store; nothing in it is personal. */
function factsOf(arrival: Arrival, { participant, forwardedBy, origin, side }: Placement): MessageFacts {
  const { keptMessage, classification, fromDomain, mail, entry, channel } = arrival;
  // What is known of who passed it on says nothing of who wrote it.
  const { spf, dkim, dmarc } = forwardedBy ? UNKNOWN_ORIGIN : origin;
  return {
    id: keptMessage,
    kind: classification.kind,
    automatic: classification.automatic,
    fromDomain,
    language: mail.language,
    attachmentCount: mail.attachments.filter((file) => !file.inline).length,
    size: entry.bytes,
    spf,
    dkim,
    dmarc,
    ...(channel.spamToList && classification.spam && !forwardedBy ? { spam: true } : {}),
    participant,
    ...(side ? { side: true as const } : {}),
  };
}

function messageOf(
  arrival: Arrival,
  placement: Placement,
  kept: { attachments: Attachment[]; contact: string | null },
): Message {
  const { entry, channel, mail, classification, keptMessage, messageId } = arrival;
  const { enquiry, participant, forwardedBy = null, origin, side = null } = placement;
  const hidden = Math.max(0, mail.to.length - mostShown) + Math.max(0, mail.cc.length - mostShown);
  const left = hidden > 0 ? [`${hidden} more recipients are named in the original mail.`] : [];
  return {
    _id: keptMessage,
    enquiry,
    channel: channel._id,
    direction: 'in',
    from: authorOf(arrival),
    to: mail.to.slice(0, mostShown),
    cc: mail.cc.slice(0, mostShown),
    replyTo: mail.replyTo.slice(0, 10),
    lists: listAddresses(mail),
    subject: mail.subject,
    date: mail.date,
    at: entry.receivedAt,
    text: mail.text,
    newText: mail.newText,
    html: mail.safeHtml?.html ?? null,
    attachments: kept.attachments,
    // Of a mail that was passed on, its own: an answer that names the forwarder's would thread nowhere.
    messageId: forwardedBy ? mail.messageId : messageId,
    inReplyTo: mail.inReplyTo.slice(0, 20),
    references: mail.references.slice(-100),
    threadIndex: mail.headers.get('thread-index')?.[0]?.slice(0, 1100) ?? null,
    threadTopic: mail.headers.get('thread-topic')?.[0]?.slice(0, 250) ?? null,
    kind: classification.kind,
    automatic: classification.automatic,
    noAutoReply: classification.noAutoReply,
    facts: factsOf(arrival, placement),
    authentication: { ...origin, spam: classification.spam },
    contact: kept.contact,
    ledger: entry._id,
    outbox: null,
    author: null,
    forwardedBy,
    ...(side ? { side } : {}),
    otherSender: enquiry !== null && !participant && !side,
    delivery: null,
    warnings: [...mail.warnings, ...left, ...placement.warnings].slice(0, 50),
    blob: entry.blob,
    bodyBlob: null,
    v: 1,
  };
}

/** As the mail writes him; for a contact form the person it writes for, so that answers reach him. */
function authorOf({ mail, sender }: Arrival): Address | null {
  const from = mail.from[0];
  return from && (!sender || addressKey(from.address) === sender.address) ? from : sender;
}
