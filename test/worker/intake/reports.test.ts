import type { OutboxKind } from '../../../store/outbox';
import { mintBounceToken, mintMessageId } from '../../../mail/thread-tokens';
import { aDelivery, aDesk, aMail, closeParser, MAIL_SECRET, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

let sent = 0;
/** An answer of ours that has left: its outbox id, Message-ID and the address bounces come to. */
async function anAnswer(kind: OutboxKind = 'reply') {
  sent += 1;
  const { enquiry, message } = await desk.intake.offer(aDelivery(aMail()));
  const outboxId = `${enquiry}:${sent}`;
  const messageId = mintMessageId({
    domain: 'desk.test',
    enquiryId: enquiry ?? '',
    secret: MAIL_SECRET,
    unique: outboxId,
  });
  const now = new Date();
  const { sha256, bytes } = await desk.store.blobs.put(Buffer.from(`answer ${sent}`));
  await desk.store.outbox.queue({
    _id: outboxId,
    enquiry,
    channel: 'support',
    kind,
    author: 'ann',
    message: outboxId,
    messageId,
    envelope: { from: 'support@desk.test', to: ['mia@customers.test', 'tom@customers.test'] },
    blob: sha256,
    bytes,
    digest: 'd',
    queuedAt: now,
    sendAfter: now,
    heldBecause: null,
  });
  const inbound = await desk.store.messages.get(message ?? '');
  if (!inbound) throw new Error('no mail to answer');
  await desk.store.messages.insert({
    ...inbound,
    _id: outboxId,
    direction: 'out',
    outbox: outboxId,
    ledger: null,
    messageId,
  });
  const token = mintBounceToken({ address: 'support@desk.test', outboxId, secret: MAIL_SECRET }) ?? '';
  return { enquiry: enquiry ?? '', outboxId, messageId, token };
}

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

  test('keeps the addresses that do not exist, of those we had written to, and no others', async () => {
    const full = { recipient: 'mia@customers.test', action: 'failed', status: '5.2.2' };
    const foreign = { recipient: 'boss@elsewhere.test', action: 'failed', status: '5.1.1' };
    const { enquiry, outboxId, messageId } = await anAnswer();
    await desk.store.undeliverable.lift(failed.recipient);
    await desk.intake.offer(aDelivery(aReport([failed, full, foreign], messageId), fromNobody('support@desk.test')));
    const kept = (address: string) => desk.store.undeliverable.get(address, new Date());
    expect(await kept('Tom@customers.test')).toMatchObject({
      why: 'bounced',
      status: '5.1.1',
      outbox: outboxId,
      enquiry,
    });
    expect(await kept(full.recipient)).toBeNull();
    expect(await kept(foreign.recipient)).toBeNull();
    expect(await desk.store.undeliverable.get('tom@customers.test', new Date(Date.now() + 31 * 86_400_000))).toBeNull();
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
