/** Documents as intake and delivery leave them, with only what matters to a test. */
import type { Channel } from '../../store/channels';
import type { Enquiry } from '../../store/enquiries';
import type { LedgerEntry } from '../../store/ledger';
import type { Message } from '../../store/messages';
import type { QueuedMail } from '../../store/outbox';
import type { Store } from '../../store';

/** Keeps a ledger entry with its verdict. */
export async function anEntry(store: Store, changes: Partial<LedgerEntry> & { _id: string }): Promise<LedgerEntry> {
  const { sha256 } = await store.blobs.put(Buffer.from(`Subject: ${changes._id}\r\n\r\nraw`));
  const at = changes.receivedAt ?? new Date();
  const { entry } = await store.ledger.offer({
    _id: changes._id,
    channel: changes.channel ?? 'support',
    source: changes.source ?? {
      kind: 'smtp',
      server: '192.0.2.7',
      envelope: {
        from: 'mia@customers.test',
        to: ['support@desk.test'],
        ip: '192.0.2.7',
        helo: 'mx.customers.test',
        tls: true,
      },
    },
    blob: sha256,
    bytes: 1234,
    receivedAt: at,
  });
  const { verdict = 'started', reason = null, enquiry = null, message = null } = changes;
  const facts = {
    from: changes.from ?? 'mia@customers.test',
    subject: changes.subject ?? 'Invoice 17',
    messageId: changes.messageId ?? `<${changes._id}@customers.test>`,
    kind: 'person' as const,
    enquiry,
    message,
  };
  return store.ledger.settle(entry, { ...facts, verdict: verdict ?? 'started', reason }, at);
}

/** Opens an enquiry without a run. */
export async function aStoredEnquiry(store: Store, changes: Partial<Enquiry> & { _id: string }): Promise<Enquiry> {
  const at = new Date();
  const { enquiry } = await store.enquiries.create({
    _id: changes._id,
    number: changes.number ?? 100,
    channel: changes.channel ?? 'support',
    flow: { id: 'support-desk', revision: 1, sha256: '', settings: {} },
    contact: changes.contact ?? null,
    subject: changes.subject ?? 'Invoice 17',
    mail: changes.mail ?? [],
    links: [],
    by: changes._id,
    openedAt: at,
  });
  const { group = null, assignee = null, ringing = [] } = changes;
  const { status = ringing.length > 0 ? 'ringing' : 'ongoing' } = changes;
  const offer = {
    id: `${changes._id}.1`,
    agents: ringing,
    broadcast: false,
    since: 0,
    until: at.getTime() + 3_600_000,
  };
  // As a run would record it; only what lists and rights look at.
  const state = {
    seq: 1,
    status,
    awaiting: 'agent',
    assignee,
    group,
    tags: [],
    priority: 0,
    disposition: null,
    ending: null,
    rest: ringing.length > 0 ? { kind: 'ring', offer } : null,
  };
  await store.enquiries.record({
    id: changes._id,
    seq: 1,
    state: state as never,
    memory: { acts: [], seen: [] },
    rest: null,
    timeline: [],
    run: null,
    now: at,
  });
  return enquiry;
}

/** Keeps a message of an enquiry. */
export async function aMessage(store: Store, changes: Partial<Message> & { _id: string }): Promise<void> {
  const at = new Date();
  await store.messages.insert({
    enquiry: null,
    channel: 'support',
    direction: 'in',
    from: { address: 'mia@customers.test', name: 'Mia' },
    to: [{ address: 'support@desk.test', name: '' }],
    cc: [],
    replyTo: [],
    subject: 'Invoice 17',
    date: at,
    at,
    text: 'Hello.',
    newText: 'Hello.',
    html: null,
    attachments: [],
    messageId: null,
    inReplyTo: [],
    references: [],
    kind: 'person',
    automatic: false,
    noAutoReply: false,
    facts: null,
    authentication: null,
    contact: null,
    ledger: null,
    outbox: null,
    author: null,
    otherSender: false,
    delivery: null,
    warnings: [],
    blob: null,
    bodyBlob: null,
    v: 1,
    ...changes,
  });
  if (changes.enquiry)
    await store.enquiries.addMail(changes.enquiry, { message: changes._id, at, direction: changes.direction ?? 'in' });
}

/** Queues a mail that nobody sends. */
export async function anOutboxMail(store: Store, changes: Partial<QueuedMail> & { _id: string }): Promise<void> {
  const { sha256 } = await store.blobs.put(Buffer.from(changes._id));
  const at = new Date();
  await store.outbox.queue({
    enquiry: null,
    channel: 'support',
    kind: 'reply',
    author: 'ann',
    message: null,
    messageId: `<${changes._id}@desk.test>`,
    envelope: { from: 'support@desk.test', to: ['mia@customers.test'] },
    blob: sha256,
    bytes: 10,
    digest: changes._id,
    queuedAt: at,
    // Far ahead: the desk's own sender leaves it alone.
    sendAfter: new Date(at.getTime() + 3_600_000),
    heldBecause: null,
    ...changes,
  });
}

/** A channel as an admin's request makes it. */
export const aChannel = (changes: Partial<Channel> = {}): Record<string, unknown> => ({
  id: 'billing',
  name: 'Billing',
  address: 'billing@desk.test',
  server: { kind: 'sink' },
  ...changes,
});
