import { createIntake } from '../../../worker/intake/intake';
import {
  aChannel,
  aDelivery,
  aDesk,
  aMail,
  closeEnquiry,
  closeParser,
  countsOf,
  type Desk,
  type MailParts,
} from './desk';

/** What stands before the mail comes whose settling breaks off. */
interface Scene {
  title: string;
  /** Prepares the desk; the mail under test, as parts, so that two relays can bring it. */
  prepare: (desk: Desk, n: number) => Promise<MailParts>;
  /** How many enquiries the mail opens, and what becomes of its first and its second delivery. */
  opens: 0 | 1;
  verdicts: string[];
  channelId?: string;
}

const unique = (n: number, name: string): string => `<${name}-${n}@customers.test>`;

const scenes: Scene[] = [
  {
    title: 'a first mail',
    prepare: async (_, n) => ({ messageId: unique(n, 'first') }),
    opens: 1,
    verdicts: ['duplicate', 'started'],
  },
  {
    title: 'a first mail that names mails we never saw',
    prepare: async (_, n) => ({
      messageId: unique(n, 'naming'),
      references: [unique(n, 'lost-a'), unique(n, 'lost-b')],
    }),
    opens: 1,
    verdicts: ['duplicate', 'started'],
  },
  {
    title: 'an answer',
    prepare: async (desk, n) => {
      await desk.intake.offer(aDelivery(aMail({ messageId: unique(n, 'parent') })));
      return { messageId: unique(n, 'answer'), inReplyTo: unique(n, 'parent') };
    },
    opens: 0,
    verdicts: ['duplicate', 'joined'],
  },
  {
    title: 'a mail whose answer came first',
    prepare: async (desk, n) => {
      await desk.intake.offer(aDelivery(aMail({ messageId: unique(n, 'child'), inReplyTo: unique(n, 'late') })));
      return { messageId: unique(n, 'late') };
    },
    opens: 0,
    verdicts: ['duplicate', 'joined'],
  },
  {
    title: 'an answer to a closed enquiry that starts a new one',
    channelId: 'anew',
    prepare: async (desk, n) => {
      const { enquiry } = await desk.intake.offer(
        aDelivery(aMail({ messageId: unique(n, 'old') }), { channelId: 'anew' }),
      );
      await closeEnquiry(desk.store, enquiry ?? '');
      return { messageId: unique(n, 'anew'), inReplyTo: unique(n, 'old') };
    },
    opens: 1,
    verdicts: ['duplicate', 'started'],
  },
  {
    title: 'a blocked mail',
    prepare: async (_, n) => ({ from: 'Eve <eve@spam.test>', messageId: unique(n, 'blocked') }),
    opens: 0,
    verdicts: ['blocked', 'duplicate'],
  },
];

/** An intake that dies at its n-th write or word to Temporal: from then on nothing it does has an effect. */
async function dying(desk: Desk, dieAt: number) {
  const points: string[] = [];
  const pass = (point: string): void => {
    points.push(point);
    if (points.length >= dieAt) throw new Error(`died after ${point}`);
  };
  const store = await desk.store.again({ failAt: pass });
  const { workflows } = desk.ports;
  const intake = createIntake({
    ...desk.ports,
    store,
    workflows: {
      startEnquiry: async (...args) => workflows.startEnquiry(...args).then(() => pass('startEnquiry')),
      mailJoined: async (...args) => workflows.mailJoined(...args).then(() => pass('mailJoined')),
      deliveryFailed: async (...args) => workflows.deliveryFailed(...args).then(() => pass('deliveryFailed')),
    },
  });
  return { intake, points };
}

let desk: Desk;
let mails = 0;
beforeAll(async () => {
  desk = await aDesk();
  await aChannel(desk.store, { _id: 'anew', closedReply: 'newEnquiry' });
  await desk.store.blocklist.add([
    { list: 'global', sender: 'eve@spam.test', reason: 'spam', by: 'ann', at: new Date() },
  ]);
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

test.each(scenes)(
  'one mail, though settling breaks off after any write and another relay brings it again: $title',
  async ({ prepare, opens, verdicts, channelId = 'support' }) => {
    const seen = new Set<string>();
    for (let dieAt = 1, died = true; died; dieAt += 1) {
      mails += 1;
      const parts = await prepare(desk, mails);
      const before = await countsOf(desk);
      const [one, other] = ['relay-one', 'relay-two'].map((relay) =>
        aDelivery(aMail({ ...parts, subject: 'Same', relay }), { channelId }),
      );
      if (!one || !other) throw new Error('two deliveries');
      const { intake, points } = await dying(desk, dieAt);

      died = await intake.offer(one).then(
        () => false,
        () => true,
      );
      const second = await desk.intake.offer(other);
      await desk.intake.settleOld(-60_000);

      const point = points.at(-1) ?? '';
      seen.add(point);
      const first = await desk.store.ledger.get(one.ledgerId);
      // Died before the entry was written: we never took responsibility, and know nothing of it.
      const taken = first
        ? [first.verdict, second.verdict].toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
        : [second.verdict];
      expect({ point, taken }).toEqual({
        point,
        taken: first ? verdicts : [verdicts.find((word) => word !== 'duplicate')],
      });
      const after = await countsOf(desk);
      expect({ point, opened: after.open - before.open }).toEqual({ point, opened: opens });
      expect(after.entries['unsettled'] ?? 0).toBe(0);
      const enquiries = new Set([first?.enquiry, second.enquiry].filter(Boolean));
      expect({ point, enquiries: enquiries.size }).toEqual({ point, enquiries: verdicts.includes('blocked') ? 0 : 1 });
      for (const id of enquiries) {
        const enquiry = await desk.store.enquiries.get(id ?? '');
        const messages = enquiry?.mail.map((mail) => mail.message) ?? [];
        expect(new Set(messages).size).toBe(messages.length);
        expect(messages).toHaveLength(opens === 1 ? 1 : 2);
        expect([...desk.told.started, ...desk.told.joined.map((joined) => joined.enquiry)]).toContain(id);
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining(['blobs.put', 'unsettled.offer', 'ledger.settle']));
    expect([...seen]).toContainEqual(expect.stringMatching(/^threadKeys\.(claim|confirm)$/));
  },
  180_000,
);
