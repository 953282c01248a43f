import { withBodyMarks, type BodyMarks } from '../../mail/body-marks';
import { composeMail, type OutgoingAddress, type OutgoingMail } from '../../mail/compose';
import { threadingHeaders } from '../../mail/threading-headers';
import {
  mintBodyMarker,
  mintBounceToken,
  mintMessageId,
  mintReplyToken,
  threadMessageId,
} from '../../mail/thread-tokens';
import type { Channel } from '../../store/channels';
import type { Attachment, Message, NamedAddress } from '../../store/messages';
import type { OutboxEntry, OutboxKind, QueuedMail } from '../../store/outbox';
import type { Ports } from '../ports';

/** A mail of an enquiry as an activity wants it sent; addresses, threading and tokens are added here. */
export interface WantedMail {
  outboxId: string;
  digest: string;
  enquiryId: string;
  channel: Channel;
  kind: OutboxKind;
  /** User id, or `flow`. */
  author: string;
  /** Name shown beside the channel's own address. */
  fromName: string;
  to: NamedAddress[];
  cc: NamedAddress[];
  bcc: string[];
  subject: string;
  preview?: string | null;
  html: string;
  text?: string | null;
  attachments: Attachment[];
  answered: Message | null;
  automatic: boolean;
  sendAfter: Date;
  heldBecause: string | null;
}

type OutgoingPorts = Pick<Ports, 'store' | 'mailSecret' | 'now' | 'workflows'>;

/**
 * Queues a mail once: the composed bytes on disk, the outbox entry, the message that shows it, and last its place among
 * those that are due, so that what comes of it finds its message. A repeat finds what is there and does the rest; what
 * was queued never changes. `known` is the entry when the caller has read it. Gives the outbox id.
 */
export async function queueOutgoing(
  ports: OutgoingPorts,
  wanted: WantedMail,
  known?: OutboxEntry | null,
): Promise<string> {
  const { store } = ports;
  const { outboxId, enquiryId, digest } = wanted;
  const before = known === undefined ? await store.outbox.get(outboxId) : known;
  const { entry } = await store.outbox.keep(before ? { ...before, digest } : await composed(ports, wanted));
  const { messageId, queuedAt: at } = entry;
  await store.messages.insert(messageOf(wanted, messageId, at));
  await store.enquiries.addMail(enquiryId, { message: outboxId, at, direction: 'out' });
  await store.outbox.makeDue(entry);
  store.hints.tell({ about: 'outbox', channel: wanted.channel._id });
  return outboxId;
}

async function composed(ports: OutgoingPorts, wanted: WantedMail): Promise<QueuedMail> {
  const { outboxId, enquiryId, channel, kind, author, digest, sendAfter, heldBecause } = wanted;
  const { mailSecret: secret } = ports;
  const messageId = mintMessageId({ domain: domainOf(channel.address), enquiryId, secret, unique: outboxId });
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
    envelope: { from: envelopeFrom(ports, wanted), to: recipients(wanted, channel.address) },
    blob: sha256,
    bytes: raw.length,
    digest,
    queuedAt,
    sendAfter,
    heldBecause,
  };
}

async function outgoingMail(
  ports: OutgoingPorts,
  wanted: WantedMail,
  messageId: string,
  date: Date,
): Promise<OutgoingMail> {
  const { channel, answered, enquiryId } = wanted;
  const secret = ports.mailSecret;
  const threadId = threadMessageId({ domain: domainOf(channel.address), enquiryId, secret });
  const reply = mintReplyToken({ address: channel.address, enquiryId, secret });
  const files = await Promise.all(
    wanted.attachments.map(async (each) => ({
      name: each.name,
      type: each.type,
      content: await ports.store.blobs.get(each.blob),
      contentId: each.contentId,
    })),
  );
  return {
    messageId,
    date,
    from: { address: channel.address, name: wanted.fromName },
    to: wanted.to,
    cc: wanted.cc,
    replyTo: replyAddress(channel, reply, wanted.fromName),
    subject: wanted.subject,
    preview: wanted.preview ?? null,
    ...withBodyMarks({ html: wanted.html, text: wanted.text ?? null }, bodyMarks(ports, wanted, reply)),
    attachments: files,
    ...threadingHeaders(answered, threadId),
    automatic: wanted.automatic ? { instance: domainOf(channel.address) } : null,
    dkim: channel.dkim
      ? {
          domain: channel.dkim.domain,
          selector: channel.dkim.selector,
          privateKey: ports.store.secrets.open(channel.dkim.secret),
        }
      : null,
  };
}

/** Where no Reply-To of ours leads back, a quote of the mail must; the channel may want the marks elsewhere too. */
function bodyMarks({ mailSecret: secret }: OutgoingPorts, wanted: WantedMail, reply: string | null): BodyMarks {
  const { channel, enquiryId } = wanted;
  const { replyLine = false, bodyReference = 'when-needed' } = channel;
  const needed = channel.publicAddress !== null || reply === null;
  const refers = bodyReference === 'always' || (bodyReference === 'when-needed' && needed);
  return { separator: replyLine, reference: refers ? mintBodyMarker({ enquiryId, secret }) : null };
}

/** The token address where it fits; where mail is forwarded to us, the address customers know. */
function replyAddress(channel: Channel, token: string | null, name: string): OutgoingAddress | null {
  if (channel.publicAddress) return { address: channel.publicAddress, name };
  return token === null ? null : { address: token, name };
}

/** Automatic mail goes out from `<>` (RFC 3834 3.3), so that no responder can answer it; the rest from a bounce token. */
function envelopeFrom(ports: OutgoingPorts, wanted: WantedMail): string {
  if (wanted.automatic) return '';
  const { address } = wanted.channel;
  return mintBounceToken({ address, outboxId: wanted.outboxId, secret: ports.mailSecret }) ?? address;
}

function recipients(wanted: WantedMail, own: string): string[] {
  const centre = wanted.channel.bccCentre && wanted.channel.publicAddress ? [wanted.channel.publicAddress] : [];
  const all = [
    ...wanted.to.map((each) => each.address),
    ...wanted.cc.map((each) => each.address),
    ...wanted.bcc,
    ...centre,
  ];
  const keys = new Set([own]);
  // The local part as it was written: only its own server may say that case does not matter (RFC 5321, 2.4).
  return all
    .map((each) => each.trim())
    .filter((each) => {
      const key = each.toLowerCase();
      const known = keys.has(key) || key.replace(/\+[rb]\.[^@]*(?=@)/, '') === own;
      keys.add(key);
      return !known;
    });
}

function messageOf(wanted: WantedMail, messageId: string, at: Date): Message {
  const { channel, answered } = wanted;
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
    contact: answered?.contact ?? null,
    ledger: null,
    outbox: wanted.outboxId,
    author: wanted.author,
    otherSender: false,
    delivery: null,
    warnings: [],
    blob: null,
    bodyBlob: null,
    v: 1,
  };
}

/** The domain of an address, lower case. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
