import { addressKey, domainOf } from '../../mail/addresses';
import { classify, type Classification } from '../../mail/classify';
import { contentHash } from '../../mail/content-hash';
import { UnparsableMail } from '../../mail/errors';
import { hasHeader } from '../../mail/mime/header-block';
import { listAddresses } from '../../mail/list-addresses';
import type { Address, ParsedMail } from '../../mail/parsed-mail';
import { derivedMessageId } from '../../mail/thread-keys';
import { BlobMissing } from '../../store/errors';
import type { Channel } from '../../store/channels';
import type { LedgerEntry, Settlement, Verdict } from '../../store/ledger';
import { enquiryIdOf, keptMessageIdOf } from './ids';
import type { IntakePorts } from './intake-ports';

/** What the one who has just been offered a delivery knows of it. */
export interface JustOffered {
  raw: Buffer;
  /** Nobody was offered it before. */
  first: boolean;
}

/** A delivery that was read: all that its verdict is decided from. */
export interface Arrival {
  entry: LedgerEntry;
  /** No run before this one, and none beside it, has settled the delivery. */
  first: boolean;
  channel: Channel;
  raw: Buffer;
  mail: ParsedMail;
  classification: Classification;
  /** As the mail has it, else derived from its bytes. */
  messageId: string;
  contentHash: string;
  /** Who wrote, address in lower case; null where the mail names nobody who could be. */
  sender: Address | null;
  fromDomain: string;
  /** The enquiry it starts, if it starts one. */
  ownEnquiry: string;
  /** The message it becomes, if it becomes one. */
  keptMessage: string;
  /** The verdict a person released it from; null for a delivery that just came. */
  released: Verdict | null;
}

/** Facts of the mail that the ledger shows beside the verdict. */
export function factsOf(arrival: Arrival): Pick<Settlement, 'messageId' | 'contentHash' | 'kind' | 'from' | 'subject'> {
  const { messageId, contentHash: hash, classification, sender, mail } = arrival;
  return {
    messageId,
    contentHash: hash,
    kind: classification.kind,
    from: sender?.address ?? null,
    subject: mail.subject.slice(0, 500),
  };
}

/** Reads the raw mail of an entry; what cannot be read comes back as the verdict it gets. */
export async function readArrival(
  ports: Pick<IntakePorts, 'store' | 'parser'>,
  entry: LedgerEntry,
  channel: Channel,
  offered?: JustOffered,
): Promise<Arrival | Settlement> {
  let raw: Buffer;
  let mail: ParsedMail;
  try {
    raw = withReceived(entry, offered?.raw ?? (await ports.store.blobs.get(entry.blob)));
    mail = await ports.parser.parse(raw);
  } catch (error) {
    // A parser that is closed says nothing about the mail: the process is stopping.
    const unreadable = error instanceof UnparsableMail && error.reason !== 'closed';
    if (!unreadable && !(error instanceof BlobMissing)) throw error;
    return { verdict: 'quarantined', reason: error.message, kind: 'person' };
  }
  if (isBlank(mail)) {
    return {
      verdict: 'quarantined',
      reason: 'The mail has neither header nor text; nothing can be shown of it.',
      kind: 'person',
    };
  }
  const { from, to } = entry.source.envelope;
  const ownAddresses = (await ports.store.channels.list()).flatMap((one) =>
    [one.address, one.publicAddress, ...one.aliases].filter((address) => address !== null),
  );
  const classification = classify(mail, { from, to }, { peopleSenders: channel.peopleSenders, ownAddresses });
  const sender = senderOf(mail, entry, channel);
  const round = entry.history.length;
  return {
    entry,
    first: offered?.first ?? false,
    channel,
    raw,
    mail,
    classification,
    messageId: mail.messageId ?? derivedMessageId(raw),
    contentHash: contentHash(mail),
    sender,
    fromDomain: sender ? domainOf(sender.address) : '',
    ownEnquiry: enquiryIdOf(entry._id),
    keptMessage: keptMessageIdOf(entry._id, round),
    released: entry.history.at(-1)?.verdict ?? null,
  };
}

/**
 * The mail as it stands behind our own line; the bytes on disk stay as they were sent. Our line makes no header of a mail
 * without one: it is read as it came, as by `ringpost mail inspect`.
 */
function withReceived({ source }: LedgerEntry, raw: Buffer): Buffer {
  return source.received && hasHeader(raw) ? Buffer.concat([Buffer.from(source.received), raw]) : raw;
}

/** Only what relays write on the way: our own line made a mail of nothing. */
function isBlank(mail: ParsedMail): boolean {
  const trace = new Set(['received', 'return-path', 'delivered-to', 'x-original-to']);
  return (
    [...mail.headers.keys()].every((name) => trace.has(name)) &&
    mail.text.trim() === '' &&
    mail.attachments.length === 0
  );
}

/**
 * The sender is From; Reply-To only says where to answer (email.md T10), except for what a channel names among its people:
 * contact forms, and lists that put their own address into From. There the person stands in Reply-To, or in X-Original-From
 * where that agrees with it. Nobody else's word is taken for who wrote: a From that passes DMARC vouches for itself only.
 */
function senderOf(mail: ParsedMail, entry: LedgerEntry, channel: Channel): Address | null {
  const envelopeFrom = entry.source.envelope.from;
  const from = mail.from[0] ?? mail.sender ?? (envelopeFrom ? { address: envelopeFrom, name: '' } : null);
  const forms = channel.peopleSenders;
  const isForm =
    from !== null &&
    (forms.includes(addressKey(from.address)) || forms.includes(`@${domainOf(addressKey(from.address))}`));
  const who = (isForm ? personBehind(mail) : null) ?? from;
  const address = who ? addressKey(who.address) : '';
  return who && address.includes('@') ? { address, name: who.name.slice(0, 200) } : null;
}

/** Reply-To of a list may begin with the list itself: what Google Groups and Mailman keep of From tells which it is. */
function personBehind(mail: ParsedMail): Address | null {
  const kept = ['x-original-from', 'x-original-sender'].flatMap((name) => mail.headers.get(name) ?? []);
  const original = mail.replyTo.find(({ address }) =>
    kept.some((value) => addressKey(/<([^<>]+)>/.exec(value)?.[1] ?? value) === addressKey(address)),
  );
  const lists = listAddresses(mail);
  return original ?? mail.replyTo.find(({ address }) => !lists.includes(addressKey(address))) ?? null;
}
