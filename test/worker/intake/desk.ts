/** A desk for tests of intake: a store of its own, a channel with a flow, and workflows that only write down what they hear. */
import { createHash } from 'node:crypto';
import { step, type MessageFacts } from '../../../flows';
import type { ClosedReply, Flow } from '../../../flows/flow';
import { createParser, type Parser } from '../../../mail/parser';
import type { Store, StorePorts } from '../../../store';
import type { Channel } from '../../../store/channels';
import type { DeliverySource } from '../../../store/ledger';
import { createIntake, type Intake } from '../../../worker/intake/intake';
import type { FailedDelivery } from '../../../activities/effects';
import { defaultIntakeSettings, type Delivery, type IntakePorts } from '../../../worker/intake/intake-ports';
import { freshStore, type FreshStore } from '../../support/fresh-store';

export const MAIL_SECRET = 'a mail secret of the tests only';

/** What the workflows were told. */
export interface Told {
  started: string[];
  joined: { enquiry: string; facts: MessageFacts }[];
  failed: ({ enquiry: string } & FailedDelivery)[];
}

/** A desk; `store` is the only true part of it that a mail touches beside intake. */
export interface Desk {
  store: FreshStore;
  intake: Intake;
  told: Told;
  ports: IntakePorts;
  /** Another intake over the same data, as another process would have it. */
  another: (store?: Store) => Intake;
  /** While true, Temporal answers nobody. */
  temporalAway: (away: boolean) => void;
  close: () => Promise<void>;
}

let parser: Parser | null = null;

/** The threads of one parser serve all desks of a test file. */
export function sharedParser(): Parser {
  parser ??= createParser({ threads: 1 });
  return parser;
}
export async function closeParser(): Promise<void> {
  await parser?.close();
  parser = null;
}

/** Opens a desk with one channel "support" that runs a flow. */
export async function aDesk(changes: Partial<IntakePorts> & { storePorts?: Partial<StorePorts> } = {}): Promise<Desk> {
  const { storePorts, ...others } = changes;
  const store = await freshStore(storePorts);
  await aChannel(store);
  const told: Told = { started: [], joined: [], failed: [] };
  let away = false;
  const hears =
    <Args extends unknown[]>(note: (...args: Args) => unknown) =>
    async (...args: Args): Promise<void> => {
      if (away) throw new Error('14 UNAVAILABLE');
      note(...args);
    };
  const ports: IntakePorts = {
    store,
    workflows: {
      startEnquiry: hears((enquiry: string) => told.started.push(enquiry)),
      mailJoined: hears((enquiry: string, facts: MessageFacts) => told.joined.push({ enquiry, facts })),
      deliveryFailed: hears((enquiry: string, failed: FailedDelivery) => told.failed.push({ enquiry, ...failed })),
    },
    parser: sharedParser(),
    mailSecret: MAIL_SECRET,
    settings: { ...defaultIntakeSettings, serverName: 'mx.desk.test' },
    now: () => new Date(),
    log: () => undefined,
    resolver: async () => [],
    ...others,
  };
  return {
    store,
    told,
    ports,
    intake: createIntake(ports),
    another: (other = store) => createIntake({ ...ports, store: other }),
    temporalAway: (is) => {
      away = is;
    },
    close: () => store.close(),
  };
}

function closingFlow(id: string): Flow {
  return {
    $schema: 'https://ringpost.dev/schema/flow-1.json',
    id,
    title: id,
    start: 'done',
    nodes: { done: { type: 'close', reason: 'resolved', notify: false } },
  };
}

/** Publishes a flow that closes at once, with the given policy for closed threads, and makes a channel of it. */
export async function aChannel(
  store: Store,
  { closedReply, ...changes }: Partial<Channel> & { closedReply?: ClosedReply } = {},
): Promise<Channel> {
  const id = changes._id ?? 'support';
  const flow: Flow = { ...closingFlow(`${id}-flow`), ...(closedReply ? { closedReply } : {}) };
  const text = JSON.stringify(flow);
  await store.flows.saveDraft({ id: flow.id, title: flow.title, text, by: 'admin', now: new Date() });
  const revision = await store.flows.publish(flow.id, { text, by: 'admin', at: new Date(), message: 'for a test' });
  const channel: Channel = {
    _id: id,
    name: id,
    address: `${id}@desk.test`,
    aliases: [],
    enabled: true,
    flow: { id: flow.id, revision: revision?.revision ?? 0 },
    settings: {},
    displayName: 'Desk',
    replySubject: '',
    footer: '',
    server: { kind: 'sink' },
    receive: { smtp: true, login: null },
    blocklistOn: true,
    peopleSenders: [],
    startsPerMinute: 600,
    holdAutomatic: false,
    dkim: null,
    autoReply: { on: true, template: null },
    bccCentre: false,
    publicAddress: null,
    copyToSent: false,
    timezone: 'UTC',
    v: 1,
    ...changes,
  };
  if (!(await store.channels.create(channel))) await store.channels.change(id, channel);
  return channel;
}

/** A mail as a test sees it: only what matters is named. */
export interface MailParts {
  from?: string;
  to?: string;
  subject?: string;
  text?: string;
  messageId?: string | null;
  inReplyTo?: string;
  references?: string[];
  /** Lines of the relay that brought it, before everything else. */
  relay?: string;
  headers?: Record<string, string>;
}

let mails = 0;

/** The bytes of a mail; each has a Message-ID and a subject of its own unless told otherwise. */
export function aMail(parts: MailParts = {}): Buffer {
  mails += 1;
  const { from = 'Mia Wong <mia@customers.test>', to = 'support@desk.test', text = 'It has not come.' } = parts;
  const { subject = `Order ${mails}`, messageId = `<mail-${mails}@customers.test>`, references } = parts;
  const lines = [
    ...(parts.relay ? [`Received: from ${parts.relay} by somewhere; Mon, 2 Mar 2026 10:00:00 +0000`] : []),
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    'Date: Mon, 2 Mar 2026 10:00:00 +0000',
    ...(messageId === null ? [] : [`Message-ID: ${messageId}`]),
    ...(parts.inReplyTo ? [`In-Reply-To: ${parts.inReplyTo}`] : []),
    ...(references ? [`References: ${references.join(' ')}`] : []),
    ...Object.entries(parts.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

/** A delivery of a mail by SMTP, with the ledger id that the listener would give it. */
export function aDelivery(
  raw: Buffer,
  { channelId = 'support', envelope = {} }: { channelId?: string; envelope?: Partial<DeliverySource['envelope']> } = {},
): Delivery {
  const sha256 = createHash('sha256').update(raw).digest('hex');
  return {
    ledgerId: `smtp:${channelId}:${sha256}`,
    channelId,
    source: {
      kind: 'smtp',
      server: '127.0.0.1',
      envelope: {
        from: 'mia@customers.test',
        to: [`${channelId}@desk.test`],
        ip: '127.0.0.1',
        helo: 'mx',
        tls: false,
        ...envelope,
      },
    },
    content: { raw },
  };
}

/** Closes an enquiry as the end of its run would, `daysAgo`. */
export async function closeEnquiry(store: Store, id: string, daysAgo = 0): Promise<void> {
  const enquiry = await store.enquiries.get(id);
  const at = Date.now() - daysAgo * 86_400_000;
  const message = await store.messages.get(enquiry?.mail[0]?.message ?? '');
  if (!enquiry || !message?.facts) throw new Error(`${id} cannot be closed: it was never opened.`);
  const started = step(closingFlow(enquiry.flow.id), {}, null, {
    type: 'start',
    at,
    enquiryId: id,
    channelId: enquiry.channel,
    message: message.facts,
  });
  await store.enquiries.record({
    id,
    seq: enquiry.seq + started.state.seq,
    state: started.state,
    memory: { acts: [], seen: [] },
    rest: null,
    timeline: [],
    run: null,
    now: new Date(at),
  });
}

/** How many documents of each kind a mail may have made. */
export async function countsOf({
  store,
}: {
  store: Store;
}): Promise<{ open: number; entries: Record<string, number> }> {
  const day = 86_400_000;
  await store.ledger.flush();
  const rows = await store.ledger.countByVerdict(new Date(Date.now() - 10_000 * day), new Date(Date.now() + day));
  return {
    open: await store.enquiries.open.count(),
    entries: Object.fromEntries(rows.map((row) => [row.verdict ?? 'unsettled', row.entries])),
  };
}
