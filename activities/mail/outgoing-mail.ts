import { withBodyMarks, type BodyMarks } from '../../mail/body-marks';
import type { OutgoingAddress, OutgoingMail } from '../../mail/compose';
import { textOfHtml } from '../../mail/html-document';
import { threadName } from '../../mail/side-threads';
import { threadingHeaders } from '../../mail/threading-headers';
import { mintBodyMarker, mintBounceToken, mintReplyToken, threadMessageId } from '../../mail/thread-tokens';
import type { Quote } from '../../mail/quoting/outgoing-quote';
import type { Channel } from '../../store/channels';
import type { Attachment, Message, NamedAddress } from '../../store/messages';
import type { OutboxEntry, OutboxKind } from '../../store/outbox';
import type { WrittenBy } from '../../store/written-by';
import type { Ports } from '../ports';

/** A mail of an enquiry as an activity wants it sent; addresses, threading and tokens are added here. */
export interface WantedMail {
  outboxId: string;
  digest: string;
  enquiryId: string;
  /** Side thread it belongs to; absent or null: the contact's own. */
  side?: string | null;
  channel: Channel;
  kind: OutboxKind;
  /** User id, or `flow`. */
  author: string;
  /** Of a mail of a user, as its draft knows it. */
  writtenBy?: WrittenBy | undefined;
  /** Name shown beside the channel's own address. */
  fromName: string;
  to: NamedAddress[];
  cc: NamedAddress[];
  bcc: string[];
  subject: string;
  preview?: string | null;
  html: string;
  text?: string | null;
  /** Goes below both bodies; the desk shows the mail without it. */
  quote?: Quote | null;
  attachments: Attachment[];
  answered: Message | null;
  automatic: boolean;
  sendAfter: Date;
  /** Draft of a person; and whether he chose the moment. */
  draft?: string;
  later?: boolean;
  heldBecause: string | null;
}

/** What making and queueing a mail needs. */
export type OutgoingPorts = Pick<Ports, 'store' | 'mailSecret' | 'now' | 'workflows'>;

/** All that the mail is made of: addresses, threading headers, tokens, marks, the channel's signature. */
export async function outgoingMail(
  ports: OutgoingPorts,
  wanted: WantedMail,
  messageId: string,
  date: Date,
): Promise<OutgoingMail> {
  const { channel, answered } = wanted;
  const enquiryId = threadName(wanted.enquiryId, wanted.side);
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
    ...withBodyMarks(withQuote(wanted), bodyMarks(ports, wanted, reply)),
    attachments: files,
    ...threadingHeaders(answered, threadId),
    automatic: wanted.automatic ? { instance: domainOf(channel.address), answers: wanted.kind !== 'forward' } : null,
    dkim: channel.dkim
      ? {
          domain: channel.dkim.domain,
          selector: channel.dkim.selector,
          privateKey: ports.store.secrets.open(channel.dkim.secret),
        }
      : null,
  };
}

/** A text that is to be made from the HTML is made before: a quote reads otherwise in a text. */
function withQuote({ html, text = null, quote }: WantedMail): { html: string; text: string | null } {
  if (!quote) return { html, text };
  return { html: `${html}\n<br>\n${quote.html}`, text: `${(text ?? textOfHtml(html)).trimEnd()}\n\n${quote.text}` };
}

/** Where no Reply-To of ours leads back, a quote of the mail must; the channel may want the marks elsewhere too. */
function bodyMarks({ mailSecret: secret }: OutgoingPorts, wanted: WantedMail, reply: string | null): BodyMarks {
  const { channel } = wanted;
  const enquiryId = threadName(wanted.enquiryId, wanted.side);
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

/** Whom the mail goes to, each once and never to ourselves, and where a bounce of it goes. */
export function envelopeOf(ports: OutgoingPorts, wanted: WantedMail): OutboxEntry['envelope'] {
  return { from: envelopeFrom(ports, wanted), to: recipients(wanted, wanted.channel.address) };
}

/** Automatic mail goes out from `<>` (RFC 3834 3.3), so that no responder can answer it; the rest from a bounce token. */
function envelopeFrom(ports: OutgoingPorts, wanted: WantedMail): string {
  // What is passed on answers nobody: that it did not arrive must be known.
  if (wanted.automatic && wanted.kind !== 'forward') return '';
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

/** The domain of an address, lower case. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
