import { mintBodyMarker, mintMessageId, mintReplyToken } from '../../../mail/thread-tokens';
import { whyNotAnswered } from '../../../activities/mail/may-answer';
import type { User } from '../../../store/users';
import { aUser } from '../../support/a-user';
import { aDelivery, aDesk, aMail, closeParser, MAIL_SECRET, type Desk, type MailParts } from './desk';

let desk: Desk;
beforeAll(async () => {
  // Nobody says anything of who may send: what can be checked fails.
  desk = await aDesk({
    resolver: async (name, type) => {
      if (type === 'TXT' && name === '_dmarc.staff.test') return [['v=DMARC1; p=reject']];
      throw Object.assign(new Error('none'), { code: 'ENODATA' });
    },
  });
  const user = (id: string, changes: Partial<User> = {}): Promise<boolean> =>
    desk.store.users.create(aUser(id, { email: `${id}@staff.test`, name: 'Ann Lee', ...changes }));
  await Promise.all([user('ann'), user('bob'), user('gone', { disabled: true })]);
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

const forwarded = (from = 'Mia Wong <mia@customers.test>', more = ''): string =>
  [
    'Please look after her.',
    '',
    '---------- Forwarded message ---------',
    `From: ${from}`,
    'Date: Mon, Mar 2, 2026 at 10:00 AM',
    'Subject: Order 17',
    'To: Ann <ann@staff.test>, Tom <tom@customers.test>',
    '',
    `My order has not come.${more}`,
  ].join('\r\n');

async function offered(parts: MailParts, envelope: { ip?: string } = {}) {
  const mail = aMail({ from: 'Ann <ann@staff.test>', subject: 'Fwd: Order 17', text: forwarded(), ...parts });
  const settled = await desk.intake.offer(aDelivery(mail, { envelope: { from: 'ann@staff.test', ...envelope } }));
  const enquiry = await desk.store.enquiries.get(settled.enquiry ?? '');
  const messages = await desk.store.messages.getMany(enquiry?.mail.map(({ message }) => message) ?? []);
  return { settled, enquiry, message: messages[0] ?? null, messages };
}

test('a mail one of us forwards becomes the enquiry of who wrote it; the forwarder and his note are kept', async () => {
  const { settled, enquiry, message, messages } = await offered({});
  const contact = await desk.store.contacts.byAddress('mia@customers.test');

  expect(settled).toMatchObject({ verdict: 'started', reason: 'Ann Lee forwarded this mail of mia@customers.test.' });
  expect(enquiry).toMatchObject({
    subject: 'Order 17',
    contact: contact?._id,
    mail: [{ direction: 'in' }, { direction: 'note' }],
  });
  expect(message).toMatchObject({
    from: { address: 'mia@customers.test', name: 'Mia Wong' },
    to: [{ address: 'tom@customers.test' }],
    text: 'My order has not come.',
    forwardedBy: { user: 'ann', address: 'ann@staff.test', name: 'Ann Lee' },
    messageId: null,
    otherSender: false,
    facts: { fromDomain: 'customers.test', participant: true, automatic: false },
  });
  expect(messages[1]).toMatchObject({
    direction: 'note',
    author: 'ann',
    text: 'Please look after her.\n\nNobody could check that the mail came from ann@staff.test.',
  });
  expect(await desk.store.ledger.get(settled.ledgerId)).toMatchObject({ from: 'ann@staff.test' });
  const channel = await desk.store.channels.get('support');
  expect(channel && whyNotAnswered(message, channel)).toContain('a colleague forwarded the mail');
});

test('settled once more, it is the same enquiry with one note', async () => {
  const mail = aMail({ from: 'ann@staff.test', subject: 'Fwd: Order 18', text: forwarded() });
  const [one, two] = await Promise.all([desk.intake.offer(aDelivery(mail)), desk.another().offer(aDelivery(mail))]);
  expect(two.enquiry).toBe(one.enquiry);
  expect((await desk.store.enquiries.get(one.enquiry ?? ''))?.mail).toHaveLength(2);
});

test("the customer's own answer joins the enquiry, his copy of our answer names it", async () => {
  const { enquiry } = await offered({ subject: 'Fwd: Order 19' });
  const id = enquiry?._id ?? '';
  const messageId = mintMessageId({ domain: 'desk.test', enquiryId: id, secret: MAIL_SECRET, unique: 'answer' });
  const joined = await desk.intake.offer(aDelivery(aMail({ from: 'mia@customers.test', inReplyTo: messageId })));
  expect(joined).toMatchObject({ verdict: 'joined', enquiry: id });
  expect(await desk.store.messages.get(joined.message ?? '')).toMatchObject({ otherSender: false });
});

const token = (): string =>
  mintReplyToken({ address: 'support@desk.test', enquiryId: 'e1', secret: MAIL_SECRET }) ?? '';

describe('it stays the mail of who sent it', () => {
  test.each<{ title: string; parts: () => MailParts; ip?: string }>([
    { title: 'when he is none of us', parts: () => ({ from: 'eve@elsewhere.test' }) },
    { title: 'when he may not sign in any more', parts: () => ({ from: 'gone@staff.test' }) },
    { title: 'when his address is known to be forged', parts: () => ({}), ip: '192.0.2.99' },
    { title: 'when the subject does not say that it is forwarded', parts: () => ({ subject: 'Order 17' }) },
    { title: 'when a machine sent it', parts: () => ({ headers: { 'Auto-Submitted': 'auto-forwarded' } }) },
    { title: 'when the forwarded mail is one of ours', parts: () => ({ text: forwarded('Desk <support@desk.test>') }) },
    { title: 'when a colleague wrote the forwarded mail', parts: () => ({ text: forwarded('Bob <bob@staff.test>') }) },
    { title: 'when it came from our reply address', parts: () => ({ text: forwarded(`Desk <${token()}>`) }) },
  ])('$title', async ({ parts, ip }) => {
    const { message, messages } = await offered(parts(), ip === undefined ? {} : { ip });
    expect(message).toMatchObject({ forwardedBy: null });
    expect(message?.from?.address).not.toBe('mia@customers.test');
    expect(messages).toHaveLength(1);
  });

  test('when it is a notice of ours that he passes on: it joins what it is about as his, and nobody else hears of it', async () => {
    const { settled } = await offered({ subject: 'Fwd: Order 20' });
    const before = await desk.store.enquiries.get(settled.enquiry ?? '');
    const marker = mintBodyMarker({ enquiryId: before?._id ?? '', secret: MAIL_SECRET });
    const again = await offered({ subject: 'Fwd: Re: Order 20', text: forwarded(undefined, `\r\n\r\n${marker}`) });
    expect(again.settled).toMatchObject({ verdict: 'joined', enquiry: before?._id });
    const message = await desk.store.messages.get(again.settled.message ?? '');
    expect(message).toMatchObject({ from: { address: 'ann@staff.test' }, forwardedBy: null, otherSender: true });
    expect((await desk.store.enquiries.get(before?._id ?? ''))?.contact).toBe(before?.contact);
  });
});
