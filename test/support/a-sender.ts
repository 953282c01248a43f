/** A sender of one channel over a fresh store and an SMTP sink: `deliver` as Temporal runs it, without Temporal. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { deliver } from '../../activities/mail/deliver';
import type { FailedDelivery } from '../../activities/effects';
import type { Ports } from '../../activities/ports';
import type { Store } from '../../store';
import type { QueuedMail } from '../../store/outbox';
import { freshStore, type FreshStore } from './fresh-store';
import { mailOut } from './mails-of-work';
import { startSmtpSink, type SinkScript, type SmtpSink } from './smtp-sink';
import { quietTemporal, testSettings } from './work';

/** What the sender told others. */
export interface Told {
  failures: ({ enquiry: string } & FailedDelivery)[];
  copies: number;
  logged: object[];
}

/** Starts a store, a channel `support` that signs in to a sink, and nothing that sends yet. */
export async function aSender(script: SinkScript = {}) {
  quietTemporal();
  const store = await freshStore();
  const sink = await startSmtpSink(script);
  const told: Told = { failures: [], copies: 0, logged: [] };
  await aSendingChannel(store, sink);
  const portsOver = (over: Store, stopping: AbortSignal, changes: Partial<Ports>): Ports =>
    ({
      store: over,
      settings: testSettings,
      mailSecret: 'a mail secret of the tests only',
      sinkFolder: '/nonexistent',
      stopping,
      workflows: {
        deliveryFailed: async (enquiry: string, failed: FailedDelivery) =>
          void told.failures.push({ enquiry, ...failed }),
      },
      copyToSent: async () => {
        told.copies += 1;
        return true;
      },
      lookInSent: async () => 'cannot-look',
      resolveHost: async (host: string) => host,
      now: () => new Date(),
      log: (line: object) => void told.logged.push(line),
      ...changes,
    }) as unknown as Ports;
  return {
    store,
    sink,
    told,
    /** Runs the sender until `stop`, over this store or another opening of it. */
    run(changes: Partial<Ports> = {}, over: Store = store): { ended: Promise<unknown>; stop(): Promise<void> } {
      const stopping = new AbortController();
      const ports = portsOver(over, stopping.signal, changes);
      const ended = new MockActivityEnvironment()
        .run(deliver(ports), { channelId: 'support' })
        .catch((error: unknown) => error);
      return {
        ended,
        stop: async () => {
          stopping.abort();
          await ended;
        },
      };
    },
    /** A mail of enquiry `e-1` that is due now. */
    async aMail(id: string, changes: Partial<QueuedMail> = {}): Promise<void> {
      const { sha256: blob } = await store.blobs.put(Buffer.from(`Message-ID: <${id}@desk.test>\r\n\r\nHello\r\n`));
      await store.messages.insert(mailOut(`m-${id}`));
      await store.outbox.queue(aQueuedMail(id, { blob, ...changes }));
      store.hints.tell({ about: 'outbox', channel: 'support' });
    },
    stateOf: async (id: string) => (await store.outbox.get(id))?.state,
    shownOn: async (id: string) => (await store.messages.get(`m-${id}`))?.delivery?.state,
    async close(): Promise<void> {
      await sink.close();
      await store.close();
    },
  };
}

/** A sender at work. */
export type Sender = Awaited<ReturnType<typeof aSender>>;

function aQueuedMail(id: string, changes: Partial<QueuedMail>): QueuedMail {
  const now = new Date();
  return {
    _id: id,
    enquiry: 'e-1',
    channel: 'support',
    kind: 'reply',
    author: 'ann',
    message: `m-${id}`,
    messageId: `<${id}@desk.test>`,
    envelope: { from: 'support@desk.test', to: ['mia@customers.test'] },
    blob: '',
    bytes: 100,
    digest: id,
    queuedAt: now,
    sendAfter: now,
    heldBecause: null,
    ...changes,
  };
}

async function aSendingChannel(store: FreshStore, { port }: SmtpSink): Promise<void> {
  const secret = store.secrets.seal('secret');
  const user = 'support@desk.test';
  await store.channels.create({
    _id: 'support',
    name: 'Support',
    address: 'support@desk.test',
    aliases: [],
    enabled: true,
    flow: null,
    settings: {},
    displayName: 'Support desk',
    replySubject: '',
    footer: '',
    server: { kind: 'smtp', host: '127.0.0.1', port, tls: 'none', user, secret },
    receive: { smtp: true, login: null },
    blocklistOn: true,
    peopleSenders: [],
    startsPerMinute: 600,
    holdAutomatic: false,
    dkim: null,
    autoReply: { on: true, template: null },
    bccCentre: false,
    publicAddress: null,
    copyToSent: true,
    timezone: 'UTC',
    v: 1,
  });
}
