import { composeMail } from '../../mail/compose';
import { threadName } from '../../mail/side-threads';
import { mintMessageId } from '../../mail/thread-tokens';
import type { Message } from '../../store/messages';
import type { OutboxEntry, QueuedMail } from '../../store/outbox';
import { domainOf, envelopeOf, outgoingMail, type OutgoingPorts, type WantedMail } from './outgoing-mail';

/**
 * Queues a mail once: the composed bytes on disk, the outbox entry, the message that shows it, and last its place among
 * those that are due, so that what comes of it finds its message. A repeat finds what is there and does the rest; what
 * was queued never changes. Gives the outbox id.
 */
export async function queueOutgoing(ports: OutgoingPorts, wanted: WantedMail): Promise<string> {
  const { store } = ports;
  const { outboxId, enquiryId, side = null } = wanted;
  const { entry } = await store.outbox.keep(await composed(ports, wanted));
  const { queuedAt: at } = entry;
  await Promise.all([
    store.messages.insert(messageOf(wanted, entry)),
    store.enquiries.addMail(enquiryId, { message: outboxId, at, direction: 'out', ...(side === null ? {} : { side }) }),
  ]);
  await store.outbox.makeDue(entry);
  store.hints.tell({ about: 'outbox', channel: wanted.channel._id });
  return outboxId;
}

async function composed(ports: OutgoingPorts, wanted: WantedMail): Promise<QueuedMail> {
  const { outboxId, enquiryId, channel, kind, author, digest, sendAfter, heldBecause } = wanted;
  const { mailSecret: secret } = ports;
  const name = threadName(enquiryId, wanted.side);
  const messageId = mintMessageId({ domain: domainOf(channel.address), enquiryId: name, secret, unique: outboxId });
  const queuedAt = ports.now();
  const raw = await composeMail(await outgoingMail(ports, wanted, messageId, queuedAt));
  const { sha256 } = await ports.store.blobs.put(raw);
  return {
    _id: outboxId,
    enquiry: enquiryId,
    channel: channel._id,
    kind,
    author,
    message: outboxId,
    messageId,
    envelope: envelopeOf(ports, wanted),
    blob: sha256,
    bytes: raw.length,
    digest,
    queuedAt,
    sendAfter,
    heldBecause,
    ...(wanted.draft === undefined ? {} : { draft: wanted.draft }),
    ...(wanted.later ? { later: true } : {}),
  };
}

function messageOf(wanted: WantedMail, { messageId, queuedAt: at, state }: OutboxEntry): Message {
  const { channel, answered, writtenBy } = wanted;
  return {
    _id: wanted.outboxId,
    enquiry: wanted.enquiryId,
    channel: channel._id,
    direction: 'out',
    from: { address: channel.address, name: wanted.fromName },
    to: wanted.to,
    cc: wanted.cc,
    replyTo: [],
    subject: wanted.subject,
    date: at,
    at,
    text: wanted.text ?? '',
    newText: wanted.text ?? '',
    html: wanted.html,
    attachments: wanted.attachments,
    messageId,
    inReplyTo: answered?.messageId ? [answered.messageId] : [],
    references: [],
    kind: wanted.automatic ? 'automatic' : 'person',
    automatic: wanted.automatic,
    noAutoReply: true,
    facts: null,
    authentication: null,
    contact: wanted.side ? null : (answered?.contact ?? null),
    ledger: null,
    outbox: wanted.outboxId,
    author: wanted.author,
    ...(writtenBy ? { writtenBy } : {}),
    ...(wanted.side ? { side: wanted.side } : {}),
    otherSender: false,
    // Who opens the enquiry sees that it waits for a word.
    delivery: state === 'held' ? { state, at, answer: null } : null,
    warnings: [],
    blob: null,
    bodyBlob: null,
    v: 1,
  };
}
