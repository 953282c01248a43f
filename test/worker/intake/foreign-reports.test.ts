import { mintBounceToken } from '../../../mail/thread-tokens';
import { anAnswer } from './an-answer';
import { aDelivery, aDesk, closeParser, MAIL_SECRET, type Desk } from './desk';
import { servers, type Returned } from './reports-of-servers';

/** How it reaches us: the envelope is known, or what the mailbox noted of it. */
const ways = {
  'by SMTP': { from: '', to: ['support@desk.test'] },
  'from the mailbox': { from: null, to: [], ip: null, helo: null },
} as const;

describe('a report that comes to the login, as the provider has put it in place of our bounce token', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await aDesk();
  });
  afterAll(async () => {
    await desk.close();
    await closeParser();
  });

  const token = () => mintBounceToken({ address: 'support@desk.test', outboxId: 'any', secret: MAIL_SECRET }) ?? '';
  let customers = 0;
  async function aReturnedMail(from: string) {
    customers += 1;
    const recipient = `gone${customers}+shop@customers.test`;
    return { recipient, login: 'support@desk.test', ...(await anAnswer(desk, 'reply', { from, to: [recipient] })) };
  }
  const cases = Object.keys(servers).flatMap((server) =>
    (Object.keys(ways) as (keyof typeof ways)[]).map((way) => ({ server, way })),
  );
  const report = (server: string, mail: Returned) => Buffer.from((servers[server]?.(mail) ?? []).join('\r\n'));
  const kept = (address: string) => desk.store.undeliverable.get(address, new Date());

  test.each(cases)('$server, $way: marks the mail and tells its agent, and stops no automatic mail', async (one) => {
    const mail = await aReturnedMail(token());
    const { way, server } = one;
    const settled = await desk.intake.offer(
      aDelivery(report(server, mail), { envelope: { ...ways[way], to: [...ways[way].to] } }),
    );
    expect(settled).toMatchObject({
      verdict: 'delivery-report',
      reason: 'by original-message-id',
      enquiry: mail.enquiry,
      message: mail.outboxId,
    });
    expect(await desk.store.outbox.get(mail.outboxId)).toMatchObject({
      bounced: { recipient: mail.recipient, code: expect.stringMatching(/^5\.1\.10?$/) },
      reports: [{ recipient: mail.recipient, action: 'failed' }],
    });
    expect((await desk.store.messages.get(mail.outboxId))?.delivery).toMatchObject({ state: 'bounced' });
    expect(desk.told.failed.filter(({ outboxId }) => outboxId === mail.outboxId)).toMatchObject([
      { enquiry: mail.enquiry, how: 'bounced', automatic: false },
    ]);
    expect(await kept(mail.recipient)).toBeNull();
  });

  test.each(Object.keys(servers))(
    '%s about a mail that left from the login: the address gets no automatic mail',
    async (server) => {
      const mail = await aReturnedMail('support@desk.test');
      await desk.intake.offer(aDelivery(report(server, mail), { envelope: { from: '', to: [mail.login] } }));
      expect(await kept(mail.recipient)).toMatchObject({ why: 'bounced', outbox: mail.outboxId });
    },
  );

  test('names the id that the provider had put in place of ours', async () => {
    const mail = await aReturnedMail(token());
    const messageId = '<0100018f0a1b2c3d-0000@email.amazonses.com>';
    const now = new Date();
    const { channel } = (await desk.store.outbox.get(mail.outboxId)) ?? { channel: '' };
    await desk.store.outbox.take(mail.outboxId, 'a sender', now);
    const sent = { state: 'sent' as const, answers: [], acceptedRecipients: [mail.recipient] };
    await desk.store.outbox.finish(mail.outboxId, 1, { ...sent, serverMessageId: messageId, now });
    await desk.store.threadKeys.claimSent({ channel, messageId, enquiry: mail.enquiry, outboxId: mail.outboxId });
    const settled = await desk.intake.offer(
      aDelivery(report('Postfix', { ...mail, messageId }), { envelope: { from: '', to: [mail.login] } }),
    );
    expect(settled).toMatchObject({ message: mail.outboxId, reason: 'by original-message-id' });
  });
});
