import type { OutboxEntry, OutboxKind } from '../../../store/outbox';
import { mintBounceToken } from '../../../mail/thread-tokens';
import { anAnswer as answered } from './an-answer';
import { aDelivery, aDesk, aMail, closeParser, MAIL_SECRET, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

const anAnswer = (...as: [OutboxKind?, Partial<OutboxEntry['envelope']>?]) => answered(desk, ...as);

interface Reported {
  recipient: string;
  action: string;
  status: string;
}

/** A delivery report as Postfix writes it (RFC 3464); `original` is the Message-ID in the returned header. */
function aReport(recipients: Reported[], original: string): Buffer {
  const blocks = recipients.map(
    ({ recipient, action, status }) =>
      `Final-Recipient: rfc822; ${recipient}\r\nAction: ${action}\r\nStatus: ${status}\r\nDiagnostic-Code: smtp; 550 ${status} no such user\r\n`,
  );
  return Buffer.from(
    [
      'From: MAILER-DAEMON@relay.test (Mail Delivery System)',
      'To: support@desk.test',
      'Subject: Undelivered Mail Returned to Sender',
      `Message-ID: <report-${Math.random()}@relay.test>`,
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'I could not deliver it.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; relay.test',
      '',
      blocks.join('\r\n'),
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      'From: support@desk.test',
      `Message-ID: ${original}`,
      '',
      '--b--',
      '',
    ].join('\r\n'),
  );
}

const failed = { recipient: 'tom@customers.test', action: 'failed', status: '5.1.1' };
const delayed = { recipient: 'mia@customers.test', action: 'delayed', status: '4.4.1' };
const fromNobody = (to: string) => ({ envelope: { from: '', to: [to] } });

describe('a delivery report', () => {
  test.each(['bounce token', 'original Message-ID'])(
    'is tied by the %s, noted for each recipient, and told to the enquiry',
    async (by) => {
      const { enquiry, outboxId, messageId, token } = await anAnswer();
      const original = by === 'bounce token' ? '<changed-by-provider@x>' : messageId;
      const to = by === 'bounce token' ? token : 'support@desk.test';
      await desk.store.ledger.flush();
      const open = await desk.store.enquiries.open.count();

      const settled = await desk.intake.offer(aDelivery(aReport([failed, delayed], original), fromNobody(to)));

      expect(settled).toMatchObject({ verdict: 'delivery-report', enquiry, message: outboxId });
      expect(await desk.store.outbox.get(outboxId)).toMatchObject({
        bounced: { recipient: 'tom@customers.test', code: '5.1.1' },
        reports: [
          {
            recipient: 'tom@customers.test',
            action: 'failed',
            status: '5.1.1',
            text: expect.stringContaining('no such user'),
          },
          { recipient: 'mia@customers.test', action: 'delayed', status: '4.4.1' },
        ],
      });
      expect((await desk.store.messages.get(outboxId))?.delivery).toMatchObject({
        state: 'bounced',
        answer: expect.stringContaining('tom@'),
      });
      expect(desk.told.failed.filter((one) => one.outboxId === outboxId)).toEqual([
        { enquiry, outboxId, how: 'bounced', automatic: false, occasion: expect.stringMatching(/^report smtp:/) },
      ]);
      await desk.store.ledger.flush();
      expect(await desk.store.enquiries.open.count()).toBe(open);
      expect((await desk.store.enquiries.get(enquiry))?.mail).toHaveLength(1);
    },
  );

  test('about a mail the flow wrote says so, and rings nobody', async () => {
    const { enquiry, outboxId, messageId } = await anAnswer('auto-reply');
    await desk.intake.offer(aDelivery(aReport([failed], messageId), fromNobody('support@desk.test')));
    expect(desk.told.failed.filter((one) => one.outboxId === outboxId)).toMatchObject([{ enquiry, automatic: true }]);
  });

  const kept = (address: string) => desk.store.undeliverable.get(address, new Date());
  const tomAlone = { to: ['tom@customers.test'] };

  test('keeps the address that does not exist, for its time', async () => {
    const { enquiry, outboxId, messageId } = await anAnswer('reply', tomAlone);
    await desk.intake.offer(aDelivery(aReport([failed], messageId), fromNobody('support@desk.test')));
    expect(await kept('Tom@customers.test')).toMatchObject({
      why: 'bounced',
      status: '5.1.1',
      outbox: outboxId,
      enquiry,
    });
    expect(await desk.store.undeliverable.get('tom@customers.test', new Date(Date.now() + 31 * 86_400_000))).toBeNull();
  });

  test.each<[string, Reported[], Partial<OutboxEntry['envelope']>]>([
    ['a mailbox is full', [{ ...failed, status: '5.2.2' }], tomAlone],
    ['we wrote to somebody else', [{ ...failed, recipient: 'boss@elsewhere.test' }], tomAlone],
    ['another one had the mail and could have made it up', [failed], {}],
  ])('keeps no address when %s', async (_why, recipients, envelope) => {
    await desk.store.undeliverable.lift('tom@customers.test');
    const { messageId, token } = await anAnswer('reply', envelope);
    await desk.intake.offer(aDelivery(aReport(recipients, messageId), fromNobody('support@desk.test')));
    await desk.intake.offer(aDelivery(aReport(recipients, messageId), fromNobody(token)));
    const addresses = ['tom@customers.test', 'mia@customers.test', 'boss@elsewhere.test'];
    expect(await Promise.all(addresses.map(kept))).toEqual([null, null, null]);
  });

  test('of a mail that left from a bounce token must come to it before an address is kept', async () => {
    await desk.store.undeliverable.lift('tom@customers.test');
    const address = mintBounceToken({ address: 'support@desk.test', outboxId: 'any', secret: MAIL_SECRET }) ?? '';
    const { outboxId, messageId, token } = await anAnswer('reply', { ...tomAlone, from: address });
    await desk.intake.offer(aDelivery(aReport([failed], messageId), fromNobody('support@desk.test')));
    expect(await kept('tom@customers.test')).toBeNull();
    expect(await desk.store.outbox.get(outboxId)).toMatchObject({ bounced: { recipient: 'tom@customers.test' } });
    await desk.intake.offer(aDelivery(aReport([failed], messageId), fromNobody(token)));
    expect(await kept('tom@customers.test')).toMatchObject({ why: 'bounced' });
  });

  test('that a participant wrote who knows our Message-ID, or about whom we did not write to, changes nothing', async () => {
    const { outboxId, messageId } = await anAnswer('reply', tomAlone);
    const byPerson = Buffer.from(
      aReport([failed], messageId)
        .toString()
        .replace(/^From: .*/, 'From: Eve <eve@elsewhere.test>'),
    );
    const foreign = aReport([{ ...failed, recipient: 'boss@elsewhere.test' }], messageId);
    const settled = [
      await desk.intake.offer(
        aDelivery(byPerson, { envelope: { from: 'eve@elsewhere.test', to: ['support@desk.test'] } }),
      ),
      await desk.intake.offer(aDelivery(foreign, fromNobody('support@desk.test'))),
    ];
    expect(settled).toMatchObject([
      { verdict: 'delivery-report', reason: expect.stringContaining('not written by a mail server') },
      {
        verdict: 'delivery-report',
        reason: 'by original-message-id; it names nobody we wrote to, nothing is done',
      },
    ]);
    expect(await desk.store.outbox.get(outboxId)).toMatchObject({ bounced: null, reports: [] });
    expect(desk.told.failed.filter((one) => one.outboxId === outboxId)).toEqual([]);
  });

  test('of a delay is a note and changes no course', async () => {
    const { outboxId, messageId } = await anAnswer();
    await desk.intake.offer(aDelivery(aReport([delayed], messageId), fromNobody('support@desk.test')));

    expect(await desk.store.outbox.get(outboxId)).toMatchObject({ bounced: null, reports: [{ action: 'delayed' }] });
    expect((await desk.store.messages.get(outboxId))?.delivery).toMatchObject({ state: 'delayed' });
    expect(desk.told.failed.filter((one) => one.outboxId === outboxId)).toEqual([]);
  });

  test('that cannot be tied, or names an id that only looks like ours, is listed and rings nobody', async () => {
    const { outboxId, messageId } = await anAnswer();
    const forged = messageId.replace(/[0-9a-f](?=@)/, (digit) => (digit === '0' ? '1' : '0'));
    for (const original of ['<never-seen@elsewhere.test>', forged]) {
      const settled = await desk.intake.offer(aDelivery(aReport([failed], original), fromNobody('support@desk.test')));
      expect(settled).toMatchObject({
        verdict: 'delivery-report',
        enquiry: null,
        reason: expect.stringContaining('cannot be tied'),
      });
    }
    expect(await desk.store.outbox.get(outboxId)).toMatchObject({ bounced: null, reports: [] });
  });

  test('offered again, by the same or another relay, is noted once', async () => {
    const { outboxId, messageId } = await anAnswer();
    const report = aReport([failed], messageId);
    await desk.intake.offer(aDelivery(report, fromNobody('support@desk.test')));
    await desk.intake.offer(aDelivery(report, fromNobody('support@desk.test')));
    const relayed = Buffer.concat([
      Buffer.from('Received: from two by three; Mon, 2 Mar 2026 10:00:00 +0000\r\n'),
      report,
    ]);
    const copy = await desk.intake.offer(aDelivery(relayed, fromNobody('support@desk.test')));

    expect(copy.verdict).toBe('duplicate');
    expect((await desk.store.outbox.get(outboxId))?.reports).toHaveLength(1);
  });
});

test("a customer's out-of-office answer joins the thread as automatic mail, it is no delivery report", async () => {
  const { enquiry, messageId } = await anAnswer();
  const settled = await desk.intake.offer(
    aDelivery(
      aMail({ inReplyTo: messageId, subject: 'Out of office', headers: { 'Auto-Submitted': 'auto-replied' } }),
      fromNobody('support@desk.test'),
    ),
  );
  expect(settled).toMatchObject({ verdict: 'joined', enquiry });
  expect(await desk.store.messages.get(settled.message ?? '')).toMatchObject({ kind: 'automatic', noAutoReply: true });
});
