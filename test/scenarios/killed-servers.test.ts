import { aFlow } from '../support/a-flow';
import { anEmail, deliver, mailFor, mailsFor, type Email, type SmtpAnswer } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { enquiryOf, entriesOf, mailsThatLeft, reply, verdictOn } from '../support/desk-work';
import { found } from '../support/found';
import { serverPids } from '../support/server-pids';

jest.setTimeout(300_000);

const MAILS = 8;

describe('mail that keeps coming', () => {
  let desk: DemoDesk;
  let to: string;
  beforeAll(async () => {
    desk = await startDemoDesk();
    const greet = { type: 'auto-reply', template: 'support-received', next: 'route' } as const;
    to = await desk.addressOf(aFlow({ id: 'patient', before: { greet }, ring: { timeout: '8h' } }));
  });
  afterAll(() => desk?.product.remove());

  /** Mails from as many customers, one after the other, as their servers send them; `strike` happens among them. */
  async function mailsAround(strike: () => Promise<void>): Promise<Email[]> {
    const mails = Array.from({ length: MAILS }, (_, place) => anEmail({ to, subject: `Mail ${place} of ${MAILS}` }));
    const answers: Promise<SmtpAnswer>[] = [];
    for (const [place, mail] of mails.entries()) {
      answers.push(deliver(desk.product, mail));
      // The first half is on its way or taken when it strikes; the second comes meanwhile.
      if (place === MAILS / 2 - 1) {
        await answers[0];
        await strike();
      }
    }
    expect((await Promise.all(answers)).map((each) => each.code)).toEqual(mails.map(() => 250));
    return mails;
  }

  /**
   * Nothing lost, nothing twice: each mail has one enquiry of its own, which rang, and its sender one auto-reply. One
   * that was in the sender's hands when it struck may be uncertain: it came once or not at all, and is not sent again.
   */
  async function expectEachOnce(mails: readonly Email[]): Promise<void> {
    const enquiries = new Set<string>();
    const sure = new Map<Email, boolean>();
    for (const mail of mails) {
      expect(await verdictOn(desk.admin, mail)).toMatchObject({ verdict: 'started' });
      expect(await entriesOf(desk.admin, mail.messageId)).toHaveLength(1);
      const { id } = await enquiryOf(desk.admin, mail, 'ringing');
      enquiries.add(id);
      const [autoReply, ...more] = await mailsThatLeft(desk.admin, id, (each) => each.automatic);
      expect(more).toEqual([]);
      sure.set(mail, autoReply?.delivery?.state === 'sent');
    }
    expect(enquiries.size).toBe(mails.length);
    for (const mail of mails) {
      const received = (await mailsFor(desk.product, mail.from)).length;
      expect({ mail: mail.subject, received }).toEqual({
        mail: mail.subject,
        received: sure.get(mail) === true ? 1 : Math.min(received, 1),
      });
    }
    expect([...sure.values()].filter((each) => !each).length).toBeLessThanOrEqual(MAILS / 2);
  }

  async function killServer(name: 'temporal' | 'database'): Promise<void> {
    const before = serverPids(desk.product.dataDir)[name];
    if (before === null) throw new Error(`No ${name} runs on ${desk.product.dataDir}.`);
    process.kill(before, 'SIGKILL');
    await found(
      `another ${name}`,
      () => {
        const now = serverPids(desk.product.dataDir)[name];
        return now !== null && now !== before ? now : null;
      },
      60_000,
    );
  }

  test('is neither lost nor doubled when Temporal is killed', async () => {
    await expectEachOnce(await mailsAround(() => killServer('temporal')));
  });

  test('is neither lost nor doubled when the database is killed', async () => {
    await expectEachOnce(await mailsAround(() => killServer('database')));
  });

  test('is neither lost nor doubled when all of Ringpost is killed, and people go on where they were', async () => {
    const { mail, id, agent } = await desk.served(anEmail({ to }));
    await expectEachOnce(
      await mailsAround(async () => {
        await desk.product.kill();
        await desk.product.start();
      }),
    );
    await reply(agent, id, 'I am still here.');
    await mailFor(desk.product, mail.from, (each) => each.text.includes('I am still here.'));
  });
});
