/** Enquiries and mails of a living corner of Ringpost, made as intake makes them, without a mail server. */
import { randomUUID } from 'node:crypto';
import type { MessageFacts } from '../../flows';
import type { Store } from '../../store';
import type { Message } from '../../store/messages';
import type { Work } from './work';

/** Facts of a mail from a person. */
function facts(id: string, changes: Partial<MessageFacts> = {}): MessageFacts {
  return {
    id,
    kind: 'person',
    automatic: false,
    fromDomain: 'customers.test',
    language: 'en',
    attachmentCount: 0,
    size: 1200,
    spf: 'none',
    dkim: 'none',
    dmarc: 'none',
    participant: true,
    ...changes,
  };
}

/** Opens an enquiry as intake does, without a mail server: message, enquiry, run. */
export async function anEnquiry(
  { store, workflows }: Work,
  {
    subject = 'Where is my order?',
    text = 'It has not come.',
    from = 'mia@customers.test',
    automatic = false,
    number = 1,
  } = {},
): Promise<string> {
  const id = `e${randomUUID().replace(/-/g, '').slice(0, 20)}`;
  const now = new Date();
  const { contact } = await store.contacts.upsertBySender({
    address: from,
    name: 'Mia Wong',
    by: id,
    enquiry: id,
    now,
  });
  const first = facts(`m-${id}`, automatic ? { automatic, kind: 'automatic' } : {});
  await keepMessage(store, { id: first.id, enquiry: id, subject, text, from, contact: contact._id, facts: first });
  const channel = await store.channels.get('support');
  const pinned = await store.flows.revision(channel?.flow?.id ?? '', channel?.flow?.revision ?? 0);
  const { enquiry } = await store.enquiries.create({
    _id: id,
    number,
    channel: 'support',
    flow: { id: pinned?.flow ?? '', revision: pinned?.revision ?? 0, sha256: pinned?.sha256 ?? '', settings: {} },
    contact: contact._id,
    subject,
    mail: [{ message: first.id, at: now, direction: 'in' }],
    links: [],
    by: id,
    openedAt: now,
  });
  await workflows.startEnquiry(id, { enquiry, first });
  return id;
}

/** A further mail of the contact, as intake lets it join. */
export async function aReplyTo(
  { store, workflows }: Work,
  enquiryId: string,
  changes: Partial<MessageFacts> = {},
): Promise<string> {
  const id = `m-${randomUUID().slice(0, 12)}`;
  const enquiry = await store.enquiries.get(enquiryId);
  const fact = facts(id, changes);
  await keepMessage(store, {
    id,
    enquiry: enquiryId,
    subject: `Re: ${enquiry?.subject ?? ''}`,
    text: 'And another thing.',
    from: 'mia@customers.test',
    contact: enquiry?.contact ?? null,
    facts: fact,
  });
  await store.enquiries.addMail(enquiryId, { message: id, at: new Date(), direction: 'in' });
  await workflows.mailJoined(enquiryId, fact);
  return id;
}

async function keepMessage(
  store: Store,
  mail: {
    id: string;
    enquiry: string;
    subject: string;
    text: string;
    from: string;
    contact: string | null;
    facts: MessageFacts;
  },
): Promise<void> {
  const at = new Date();
  await store.messages.insert({
    _id: mail.id,
    enquiry: mail.enquiry,
    channel: 'support',
    direction: 'in',
    from: { address: mail.from, name: 'Mia Wong' },
    to: [{ address: 'support@desk.test', name: '' }],
    cc: [],
    replyTo: [],
    subject: mail.subject,
    date: at,
    at,
    text: mail.text,
    newText: mail.text,
    html: null,
    attachments: [],
    messageId: `<${mail.id}@customers.test>`,
    inReplyTo: [],
    references: [],
    kind: mail.facts.kind,
    automatic: mail.facts.automatic,
    noAutoReply: mail.facts.automatic,
    facts: mail.facts,
    authentication: null,
    contact: mail.contact,
    ledger: null,
    outbox: null,
    author: null,
    otherSender: false,
    delivery: null,
    warnings: [],
    blob: null,
    bodyBlob: null,
    v: 1,
  });
}

/** A message that goes out, as the thread shows it before it is sent. */
export function mailOut(id: string): Message {
  const at = new Date();
  return {
    _id: id,
    enquiry: 'e-1',
    channel: 'support',
    direction: 'out',
    from: { address: 'support@desk.test', name: 'Ann' },
    to: [{ address: 'mia@customers.test', name: '' }],
    cc: [],
    replyTo: [],
    subject: 'Re: Where is my order?',
    date: at,
    at,
    text: 'It is on its way.',
    newText: 'It is on its way.',
    html: null,
    attachments: [],
    messageId: `<${id}@desk.test>`,
    inReplyTo: [],
    references: [],
    kind: 'person',
    automatic: false,
    noAutoReply: true,
    facts: null,
    authentication: null,
    contact: null,
    ledger: null,
    outbox: id,
    author: 'ann',
    otherSender: false,
    delivery: null,
    warnings: [],
    blob: null,
    bodyBlob: null,
    v: 1,
  };
}
