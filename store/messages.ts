import type { MailKind, MessageFacts } from '../flows/state';
import type { Blobs } from './blobs';
import type { MailReference } from './enquiries';
import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { WrittenBy } from './written-by';

/** An address as a mail shows it. */
export interface NamedAddress {
  address: string;
  name: string;
}

/** An attachment; its bytes are in `store.blobs`. Authorised by message, never by hash. */
export interface Attachment {
  name: string;
  /** By content, not as declared. */
  type: string;
  bytes: number;
  /** sha256. */
  blob: string;
  inline: boolean;
  contentId: string | null;
}

/** How an outgoing message fares; copied from the outbox for the thread's view. */
export interface DeliveryMirror {
  state: string;
  at: Date;
  /** The server's last answer, word for word. */
  answer: string | null;
}

/** One of us who passed a mail on. */
export interface Forwarder {
  user: string;
  address: string;
  name: string;
}

/** One email, in or out, or a note of the staff. */
export interface Message extends Stored {
  enquiry: string | null;
  channel: string;
  direction: 'in' | 'out' | 'note';
  from: NamedAddress | null;
  to: NamedAddress[];
  cc: NamedAddress[];
  replyTo: NamedAddress[];
  /** Addresses of the mailing list it came through; no answer goes to them. */
  lists?: string[];
  subject: string;
  /** As the mail claims. */
  date: Date | null;
  /** When we received, queued or wrote it. */
  at: Date;
  text: string;
  /** Without the quoted part. */
  newText: string;
  /** Sanitised, or null. */
  html: string | null;
  attachments: Attachment[];
  messageId: string | null;
  inReplyTo: string[];
  references: string[];
  /** Outlook's `Thread-Index` and `Thread-Topic`, which an answer carries on. */
  threadIndex?: string | null;
  threadTopic?: string | null;
  kind: MailKind;
  automatic: boolean;
  /** No robot may answer it (lists, null sender, X-Auto-Response-Suppress, …). */
  noAutoReply: boolean;
  /** What a flow may read. */
  facts: MessageFacts | null;
  authentication: Record<string, unknown> | null;
  contact: string | null;
  /** Ledger id of a mail that came in; outbox id of one that goes out. */
  ledger: string | null;
  outbox: string | null;
  /** User id, `flow` or `system`; null for the contact. */
  author: string | null;
  /** Of what a user wrote; absent: `author` says it all. */
  writtenBy?: WrittenBy;
  /** Who of us passed it on: the contact did not write to us (email.md T9). */
  forwardedBy?: Forwarder | null;
  /** Agents whom a note names; they are told when it is shown. */
  mentions?: string[];
  /** Side thread it belongs to (see `MailReference`); absent or null: the contact's own. */
  side?: string | null;
  /** Who wrote holds our id but is no participant (email.md T3). */
  otherSender: boolean;
  delivery: DeliveryMirror | null;
  warnings: string[];
  /** Raw bytes, where we have them. */
  blob: string | null;
  /** Where text and html stand when they are too large for a document. */
  bodyBlob: string | null;
}

/** How the collection is made. */
export const messages: Definition<Message> = {
  name: 'messages',
  fields: {
    enquiry: String,
    channel: String,
    direction: String,
    from: Nested,
    to: [Nested],
    cc: [Nested],
    replyTo: [Nested],
    lists: Nested,
    subject: String,
    date: Date,
    at: Date,
    text: String,
    newText: String,
    html: String,
    attachments: [Nested],
    messageId: String,
    inReplyTo: [String],
    references: [String],
    threadIndex: String,
    threadTopic: String,
    kind: String,
    automatic: Boolean,
    noAutoReply: Boolean,
    facts: Nested,
    authentication: Nested,
    contact: String,
    ledger: String,
    outbox: String,
    author: String,
    writtenBy: Nested,
    forwardedBy: Nested,
    mentions: Nested,
    side: String,
    otherSender: Boolean,
    delivery: Nested,
    warnings: [String],
    blob: String,
    bodyBlob: String,
  },
};

/** Bodies above this many characters stand in a blob (200 kB). */
const longestBody = 200_000;

/** What is kept in memory: at most 25 million characters. */
const mostRemembered = 500;
const longestRemembered = 50_000;

type Body = Pick<Message, 'text' | 'newText' | 'html'>;

const lengthOf = ({ text, newText, html }: Body): number => text.length + newText.length + (html?.length ?? 0);

/** Messages and notes; large bodies go to a blob and come back with the message. */
export function createMessages(ports: CollectionPorts & { blobs: Blobs }) {
  const collection = openCollection(messages, ports);

  async function slim(message: Message): Promise<Message> {
    const { text, newText, html } = message;
    if (lengthOf(message) <= longestBody) return message;
    const body: Body = { text, newText, html };
    const { sha256 } = await ports.blobs.put(Buffer.from(JSON.stringify(body)));
    return { ...message, text: '', newText: '', html: null, bodyBlob: sha256 };
  }

  async function whole(message: Message): Promise<Message> {
    if (message.bodyBlob === null) return message;
    const body: Body = JSON.parse((await ports.blobs.get(message.bodyBlob)).toString());
    return { ...message, ...body };
  }

  // The nodes of one burst ask for the same mail several times, soon after it came; what a flow looks at never changes.
  const inbound = new Map<string, Message>();
  function remember(message: Message): void {
    if (message.direction !== 'in' || lengthOf(message) > longestRemembered) return;
    const [oldest] = inbound.keys();
    if (inbound.size >= mostRemembered && oldest !== undefined) inbound.delete(oldest);
    inbound.set(message._id, message);
  }

  async function get(id: string): Promise<Message | null> {
    const found = await collection.get(id);
    return found && whole(found);
  }

  async function insert(message: Message): Promise<boolean> {
    const made = await collection.insert('insert', await slim(message));
    if (made) remember(message);
    return made;
  }

  return {
    /** Keeps a message unless its id is kept already; whether this call did. */
    insert,
    /** Keeps what somebody, or the flow, wrote for colleagues only; whether this call did. */
    insertNote: (note: Note): Promise<boolean> => insert(noteMessage(note)),
    /** One message with its body, or null. */
    get,
    /** A mail that came in, or null; do not change it: the last few hundred stay in memory. */
    async getInbound(id: string): Promise<Message | null> {
      const known = inbound.get(id);
      if (known) return known;
      const found = await get(id);
      if (found) remember(found);
      return found;
    },
    /** The messages that exist, with their bodies, in the order asked. */
    async getMany(ids: readonly string[]): Promise<Message[]> {
      return Promise.all((await collection.getMany(ids)).map(whole));
    },
    /**
     * Letters of people outside that came to an enquiry after the message `seen` (null: all), oldest first; nothing of its
     * side threads, and nothing that a machine wrote.
     */
    async lettersAfter(mail: readonly MailReference[], seen: string | null): Promise<Message[]> {
      const from = mail.findIndex(({ message }) => message === seen) + 1;
      const came = mail.slice(from).filter(({ direction, side }) => direction === 'in' && side === undefined);
      const messages = await Promise.all((await collection.getMany(came.map(({ message }) => message))).map(whole));
      return messages.filter(({ automatic }) => !automatic);
    },
    /** A person says that it belongs to this enquiry, and with it whoever wrote it. */
    async moveTo(id: string, enquiry: string): Promise<void> {
      inbound.delete(id);
      const belongs = { enquiry, otherSender: false, 'facts.participant': true };
      await collection.amend('moveTo', { _id: id }, { $set: belongs });
      inbound.delete(id);
    },
    /** Copies the state of delivery, unless the message shows one of the states in `newer`. */
    setDelivery: (id: string, delivery: DeliveryMirror, newer: readonly string[] = []): Promise<void> =>
      collection.amend('setDelivery', { _id: id, 'delivery.state': { $nin: newer } }, { $set: { delivery } }),
  };
}

/** What makes a note: words inside an enquiry that no mail carries. */
export type Note = Pick<Message, '_id' | 'enquiry' | 'channel' | 'author' | 'writtenBy' | 'mentions' | 'text' | 'at'>;

const noteMessage = (note: Note): Message => ({
  ...note,
  direction: 'note',
  from: null,
  to: [],
  cc: [],
  replyTo: [],
  subject: '',
  date: note.at,
  newText: note.text,
  html: null,
  attachments: [],
  messageId: null,
  inReplyTo: [],
  references: [],
  kind: 'person',
  automatic: false,
  noAutoReply: true,
  facts: null,
  authentication: null,
  contact: null,
  ledger: null,
  outbox: null,
  otherSender: false,
  delivery: null,
  warnings: [],
  blob: null,
  bodyBlob: null,
  v: 1,
});

/** Operations on messages. */
export type Messages = ReturnType<typeof createMessages>;
