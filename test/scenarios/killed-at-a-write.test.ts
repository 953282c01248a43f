import { randomUUID } from 'node:crypto';
import { aFlow } from '../support/a-flow';
import type { Colleague } from '../support/colleague';
import { anEmail, deliver, mailsFor, sendMail, type Email, type SmtpAnswer } from '../support/customer';
import type { DemoDesk } from '../support/demo-desk';
import { acceptAtOneOf, enquiryWhen, entriesOf, mailsThatLeft } from '../support/desk-work';
import { startDyingDesk, type DyingDesk } from '../support/dying-desk';
import { found } from '../support/found';
import { aChannel, publish } from '../support/settings-work';

jest.setTimeout(300_000);

/** Writes between the first byte of a mail and the auto-reply in the customer's hands, in about their order. */
const WRITES_OF_A_MAIL = [
  'blobs.put',
  'unsettled.offer',
  'threadKeys.claim',
  'contacts.upsertBySender',
  'counters.next',
  'messages.insert',
  'enquiries.create',
  'ledger.settle',
  'unsettled.leave',
  'caps.takeAllowance',
  'outbox.queue',
  'outboxDue.queue',
  'enquiries.addMail',
  'outbox.take',
  'outbox.handOver',
  'outbox.finish',
  'messages.setDelivery',
  'outboxDue.leave',
  'decisions.once',
  'agents.reserve',
  'enquiries.record',
  'openEnquiries.follow',
] as const;

/**
 * Writes between an agent's answer and the customer's hands. Those that a mail makes too must not be met by it first:
 * its enquiry is served in a life before.
 */
const WRITES_OF_A_REPLY: readonly { point: string; servedBefore: boolean }[] = [
  { point: 'drafts.save', servedBefore: false },
  { point: 'drafts.markSent', servedBefore: false },
  { point: 'outbox.queue', servedBefore: false },
  { point: 'outboxDue.queue', servedBefore: false },
  { point: 'messages.insert', servedBefore: true },
  { point: 'enquiries.addMail', servedBefore: false },
  { point: 'agents.release', servedBefore: false },
  { point: 'enquiries.record', servedBefore: true },
  { point: 'outbox.handOver', servedBefore: false },
  { point: 'outbox.finish', servedBefore: false },
];

describe('Ringpost that dies by kill -9 right after a write', () => {
  let dying: DyingDesk;
  let desk: DemoDesk;
  let greeting: { id: string; revision: number };
  let quiet: { id: string; revision: number };
  beforeAll(async () => {
    dying = await startDyingDesk();
    ({ desk } = dying);
    const greet = { type: 'auto-reply', template: 'support-received', next: 'route' } as const;
    greeting = await publish(desk.admin, aFlow({ id: 'greeting', before: { greet }, ring: { timeout: '8h' } }));
    quiet = await publish(desk.admin, aFlow({ id: 'quiet', ring: { timeout: '8h' } }));
    // Where a channel of its own cannot be made: rings that nobody misses however slow the machine is.
    await desk.admin.patch('/v1/channels/support', { flow: greeting });
  });
  afterAll(() => dying?.end());
  const dieAt: DyingDesk['dieAt'] = (...what) => dying.dieAt(...what);
  const startAgain = () => dying.startAgain();

  /** A delivery of its own begins to send at once; that of a killed process is found out by its missing heartbeat. */
  const freshAddress = async (flow = greeting): Promise<string> =>
    aChannel(desk.admin, `c-${randomUUID().slice(0, 8)}`, { flow }).catch(() => 'support@localhost');

  describe('while a mail comes in', () => {
    const relayed: { point: string; mail: Email; first: Promise<SmtpAnswer> }[] = [];

    test.each(WRITES_OF_A_MAIL)('dies after %s', async (point) => {
      await dieAt(point, async () => {
        const mail = anEmail({ to: await freshAddress(), subject: `Killed at ${point}` });
        relayed.push({ point, mail, first: sendMail(desk.product, mail) });
      });
    });

    test('has in the end one enquiry and one ring for each mail, and at most one auto-reply at the customer', async () => {
      await startAgain();
      const enquiries = new Map<string, string>();
      const uncertain: string[] = [];
      for (const { point, mail, first } of relayed) {
        // As every mail server does: what was not taken is sent again.
        const { code } = (await first).code === 250 ? await first : await deliver(desk.product, mail);
        expect({ point, code }).toEqual({ point, code: 250 });
        const relay = `Received: from relay.example by mx.example; ${new Date().toUTCString()}\r\n`;
        expect(await sendMail(desk.product, { ...mail, raw: relay + mail.raw })).toMatchObject({ code: 250 });
        const entries = await entriesOf(desk.admin, mail.messageId);
        const verdicts = entries.map((each) => each.verdict).toSorted((a, b) => String(a).localeCompare(String(b)));
        expect({ point, verdicts }).toEqual({ point, verdicts: ['duplicate', 'started'] });
        const enquiry = entries[0]?.enquiry ?? '';
        expect(entries.map((each) => each.enquiry)).toEqual([enquiry, enquiry]);
        expect(enquiries.has(enquiry)).toBe(false);
        enquiries.set(enquiry, point);
      }
      for (const [enquiry, point] of enquiries) {
        await desk.statusOf(enquiry, 'ringing');
        const autoReplies = await mailsThatLeft(desk.admin, enquiry, (each) => each.automatic);
        expect({ point, autoReplies: autoReplies.length }).toEqual({ point, autoReplies: 1 });
        const { mail } = relayed.find((each) => each.point === point) ?? { mail: anEmail() };
        const received = (await mailsFor(desk.product, mail.from)).length;
        if (autoReplies[0]?.delivery?.state === 'sent') expect({ point, received }).toEqual({ point, received: 1 });
        else {
          uncertain.push(point);
          expect(received).toBeLessThanOrEqual(1);
        }
      }
      expect(uncertain.length).toBeLessThanOrEqual(relayed.length);
      const loads = await Promise.all([desk.ann, desk.bob].map((agent) => loadOf(desk.admin, agent)));
      expect(loads.reduce((sum, each) => sum + each, 0)).toBe(enquiries.size);
    });
  });

  describe('while held mail is let go', () => {
    test.each(['releases.ask', 'ledger.release', 'releases.end'])(
      'dies after %s, and every mail runs once all the same',
      async (point) => {
        await startAgain();
        const { admin } = desk;
        const id = `h-${randomUUID().slice(0, 8)}`;
        const to = await aChannel(admin, id);
        const mails = [1, 2, 3].map((each) => anEmail({ to, subject: `Held ${each} at ${point}` }));
        for (const mail of mails) expect(await sendMail(desk.product, mail)).toMatchObject({ code: 250 });
        const switchOn = async () => admin.patch(`/v1/channels/${id}`, { flow: quiet });

        await dieAt(point, async () => await switchOn().catch(() => null));
        await startAgain();
        const { flow } = await admin.get<{ flow: object | null }>(`/v1/channels/${id}`);
        if (flow === null) await switchOn();

        await found(
          'nothing to be left',
          async () => {
            const { releasing } = await admin.get<{ releasing: object | null }>(`/v1/channels/${id}`);
            return releasing === null ? true : null;
          },
          60_000,
        );
        for (const { messageId } of mails) {
          const entries = await found(`the mail of ${point} to run`, async () => {
            const those = await entriesOf(admin, messageId);
            return those.every(({ verdict }) => verdict !== null) ? those : null;
          });
          expect(entries.map(({ verdict }) => verdict)).toEqual(['started']);
        }
      },
    );
  });

  describe('while an agent answers', () => {
    interface Asked {
      point: string;
      id: string;
      from: string;
      agent: Colleague;
      key: string;
    }
    const asked: Asked[] = [];

    async function serve(point: string): Promise<Asked> {
      const { id, mail } = await desk.write({ to: await freshAddress(quiet) });
      const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
      const served = { point, id, from: mail.from, agent, key: randomUUID() };
      asked.push(served);
      return served;
    }

    const request = ({ agent, id, key }: Asked) =>
      agent.ask('POST', `/v1/enquiries/${id}/replies`, { text: `Answer ${key}` }, key);

    beforeAll(async () => {
      await startAgain();
      for (const { point, servedBefore } of WRITES_OF_A_REPLY) if (servedBefore) await serve(point);
    });

    test.each(WRITES_OF_A_REPLY)('dies after $point', async ({ point, servedBefore }) => {
      await dieAt(point, async () => {
        const served = servedBefore ? asked.find((each) => each.point === point) : await serve(point).catch(() => null);
        if (served) await request(served).catch(() => null);
      });
    });

    test('has in the end one answer at each customer, whose request was repeated with its key', async () => {
      await startAgain();
      for (const each of asked) {
        const { point, id, from, key } = each;
        const done = await found(
          `the repeated request of ${point} to be done`,
          async () => {
            const answer = await request(each);
            return answer.status === 202 ? null : answer;
          },
          60_000,
        );
        const fault = done.status === 200 ? null : desk.product.output();
        expect({ point, status: done.status, fault }).toEqual({ point, status: 200, fault: null });
        const replies = await mailsThatLeft(desk.admin, id, (each) => !each.automatic);
        expect({ point, replies: replies.length }).toEqual({ point, replies: 1 });
        const received = (await mailsFor(desk.product, from)).filter((each) => each.text.includes(key)).length;
        const sent = replies[0]?.delivery?.state === 'sent';
        expect({ point, received }).toEqual({ point, received: sent ? 1 : Math.min(received, 1) });
        // Of an answer that nobody can vouch for the agent is told: it is his turn again.
        const turn = sent ? 'contact' : 'agent';
        await enquiryWhen(desk.admin, id, `the ${turn}'s turn`, (page) => page.awaiting === turn);
      }
    });
  });
});

async function loadOf(admin: Colleague, agent: Colleague): Promise<number> {
  return (await admin.get<{ load: number }>(`/v1/agents/${agent.id}`)).load;
}
