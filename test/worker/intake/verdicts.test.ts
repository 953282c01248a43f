import { rm } from 'node:fs/promises';
import { createIntake } from '../../../worker/intake/intake';
import { defaultIntakeSettings } from '../../../worker/intake/intake-ports';
import { mintProbe, PROBE_HEADER } from '../../../worker/intake/own-mail';
import { mintMessageId } from '../../../mail/thread-tokens';
import { aChannel, aDelivery, aDesk, aMail, closeParser, MAIL_SECRET, type Desk, type MailParts } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

const ownId = (): string => mintMessageId({ domain: 'desk.test', enquiryId: 'e-any', secret: MAIL_SECRET });

describe('each mail gets one verdict and one kind', () => {
  const cases: {
    title: string;
    mail: MailParts;
    channelId?: string;
    verdict: string;
    kind?: string;
    reason?: RegExp;
  }[] = [
    { title: 'a person writes', mail: {}, verdict: 'started', kind: 'person' },
    {
      title: 'a machine writes',
      mail: { headers: { 'Auto-Submitted': 'auto-generated' } },
      verdict: 'started',
      kind: 'automatic',
    },
    {
      title: 'a mailing list writes',
      mail: { headers: { 'List-Id': '<news.example.test>' } },
      verdict: 'started',
      kind: 'list',
    },
    { title: 'our own mail comes back', mail: { from: 'support@desk.test', messageId: ownId() }, verdict: 'own' },
    {
      title: 'our own automatic mail comes back with another From',
      mail: { from: 'list@lists.test', messageId: ownId(), headers: { 'X-Loop': 'desk.test' } },
      verdict: 'own',
    },
    {
      title: 'a stranger copies our loop mark',
      mail: { headers: { 'X-Loop': 'desk.test' } },
      verdict: 'started',
      kind: 'automatic',
    },
    { title: 'a probe of ours', mail: { headers: { [PROBE_HEADER]: mintProbe('n1', MAIL_SECRET) } }, verdict: 'probe' },
    {
      title: 'a forged probe',
      mail: { headers: { [PROBE_HEADER]: 'n1.0123456789abcdef0123456789abcdef' } },
      verdict: 'started',
    },
    {
      title: 'a blocked sender',
      mail: { from: 'Eve <eve@spam.test>' },
      verdict: 'blocked',
      reason: /global\|eve@spam\.test/,
    },
    {
      title: 'a blocked domain',
      mail: { from: 'Bob <bob@blocked.test>' },
      verdict: 'blocked',
      reason: /support\|@blocked\.test/,
    },
    {
      title: "a sender of the channel's list while its toggle is off",
      mail: { from: 'Bob <bob@blocked.test>', to: 'unlisted@desk.test' },
      channelId: 'unlisted',
      verdict: 'started',
    },
    { title: 'the channel is off', mail: {}, channelId: 'off', verdict: 'held', reason: /off/ },
    { title: 'the channel has no published flow', mail: {}, channelId: 'flowless', verdict: 'held', reason: /flow/ },
  ];

  beforeAll(async () => {
    const block = { reason: 'spam', by: 'ann', at: new Date() };
    await desk.store.blocklist.add([
      { list: 'global', sender: 'eve@spam.test', ...block },
      { list: 'support', sender: '@blocked.test', ...block },
      { list: 'unlisted', sender: '@blocked.test', ...block },
    ]);
    await aChannel(desk.store, { _id: 'off', enabled: false });
    await aChannel(desk.store, { _id: 'flowless', flow: null });
    await aChannel(desk.store, { _id: 'unlisted', blocklistOn: false });
  });

  test.each(cases)('$title: $verdict', async ({ mail, channelId = 'support', verdict, kind, reason }) => {
    const before = desk.told.started.length;
    const delivery = aDelivery(aMail(mail), { channelId });
    const settled = await desk.intake.offer(delivery);
    const entry = await desk.store.ledger.get(delivery.ledgerId);

    expect(settled).toMatchObject({ verdict, ledgerId: delivery.ledgerId });
    expect(entry).toMatchObject({ verdict, offers: 1, kind: kind ?? expect.any(String) });
    expect(entry?.settledAt).toBeInstanceOf(Date);
    if (reason) expect(settled.reason).toMatch(reason);
    expect(desk.told.started.length - before).toBe(verdict === 'started' ? 1 : 0);
    expect(settled.enquiry === null).toBe(verdict !== 'started');
  });
});

test('who is blocked while we write to each other is refused, though he answers to his own thread', async () => {
  const messageId = '<known@customers.test>';
  const first = await desk.intake.offer(aDelivery(aMail({ from: 'Kim <kim@customers.test>', messageId })));
  expect(first.verdict).toBe('started');
  const block = { list: 'global', sender: 'kim@customers.test', reason: 'spam', by: 'ann', at: new Date() };
  await desk.store.blocklist.add([block]);
  const answer = aMail({ from: 'Kim <kim@customers.test>', inReplyTo: messageId });
  expect(await desk.intake.offer(aDelivery(answer))).toMatchObject({ verdict: 'blocked', enquiry: null });
});

test('the sender becomes a contact with his full name as last name, the mail a message, and the flow is told nothing personal', async () => {
  const delivery = aDelivery(aMail({ subject: 'Secret parcel', text: 'My hidden words.' }));
  const { enquiry, message } = await desk.intake.offer(delivery);
  const kept = await desk.store.messages.get(message ?? '');
  const contact = await desk.store.contacts.byAddress('MIA@customers.test');

  expect(contact).toMatchObject({ firstName: '', lastName: 'Mia Wong', addresses: ['mia@customers.test'] });
  expect(await desk.store.enquiries.get(enquiry ?? '')).toMatchObject({
    contact: contact?._id,
    subject: 'Secret parcel',
    flow: { id: 'support-flow', revision: 1 },
    mail: [{ message, direction: 'in' }],
    by: delivery.ledgerId,
  });
  expect(kept).toMatchObject({ enquiry, ledger: delivery.ledgerId, text: expect.stringContaining('My hidden words.') });
  expect(kept?.facts).toMatchObject({ id: message, kind: 'person', fromDomain: 'customers.test', participant: true });
  expect(JSON.stringify(kept?.facts)).not.toMatch(/mia|Mia|Secret|hidden/);
  expect(enquiry).toMatch(/^e[a-z2-7]{19}$/);
});

test('a mail to ten thousand makes one contact', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `p${index}@crowd.test`).join(',\r\n ');
  const delivery = aDelivery(aMail({ to: `support@desk.test, ${many}`, from: 'Crowd <one@crowd.test>' }));
  const { verdict, message } = await desk.intake.offer(delivery);

  expect(verdict).toBe('started');
  expect(await desk.store.contacts.byAddress('one@crowd.test')).not.toBeNull();
  expect(await desk.store.contacts.byAddress('p7@crowd.test')).toBeNull();
  expect((await desk.store.messages.get(message ?? ''))?.to.length).toBeLessThanOrEqual(200);
});

test('a mail bomb is held above what a channel may start in a minute, and answers are not', async () => {
  await aChannel(desk.store, { _id: 'bombed', startsPerMinute: 2 });
  const offer = (parts: MailParts) => desk.intake.offer(aDelivery(aMail(parts), { channelId: 'bombed' }));
  const first = await offer({ messageId: '<bomb-1@customers.test>' });
  const verdicts = [first, await offer({}), await offer({}), await offer({})].map((one) => one.verdict);

  expect(verdicts).toEqual(['started', 'started', 'held', 'held']);
  expect(await offer({ inReplyTo: '<bomb-1@customers.test>' })).toMatchObject({
    verdict: 'joined',
    enquiry: first.enquiry,
  });
});

test('no channel starts more in a minute than the installation allows, and what starts keeps the defaults of that day', async () => {
  const flowDefaults = { ...defaultIntakeSettings.flowDefaults, ringTimeoutMs: 1_234 };
  const settings = { ...desk.ports.settings, flowDefaults, mostStartsPerMinute: 1 };
  const intake = createIntake({ ...desk.ports, settings });
  await aChannel(desk.store, { _id: 'modest' });

  const [one, two] = [
    await intake.offer(aDelivery(aMail(), { channelId: 'modest' })),
    await intake.offer(aDelivery(aMail(), { channelId: 'modest' })),
  ];

  expect([one.verdict, two.verdict]).toEqual(['started', 'held']);
  expect((await desk.store.enquiries.get(one.enquiry ?? ''))?.flow.defaults).toEqual(flowDefaults);
});

test('a contact form writes for the person in Reply-To', async () => {
  await aChannel(desk.store, { _id: 'forms', peopleSenders: ['form@shop.test'] });
  const mail = aMail({
    from: 'Shop form <form@shop.test>',
    headers: { 'Reply-To': 'Lin Chen <lin@customers.test>', 'Auto-Submitted': 'auto-generated' },
  });
  const { message } = await desk.intake.offer(aDelivery(mail, { channelId: 'forms' }));

  const contact = await desk.store.contacts.byAddress('lin@customers.test');
  expect(contact).toMatchObject({ lastName: 'Lin Chen' });
  expect(await desk.store.messages.get(message ?? '')).toMatchObject({
    contact: contact?._id,
    from: { address: 'lin@customers.test' },
    automatic: false,
  });
});

test('T10 a list that a channel counts among its people writes for the person whose From it replaced', async () => {
  await aChannel(desk.store, { _id: 'group', peopleSenders: ['group@shop.test'] });
  const headers = {
    'Reply-To': 'Group <group@shop.test>, Lin Chen <lin.chen@customers.test>',
    'X-Original-From': 'Lin Chen <lin.chen@customers.test>',
    'List-Post': '<mailto:group@shop.test>',
  };
  const mail = aMail({ from: "'Lin Chen' via Group <group@shop.test>", headers });
  const { message } = await desk.intake.offer(aDelivery(mail, { channelId: 'group' }));
  expect(await desk.store.messages.get(message ?? '')).toMatchObject({
    from: { address: 'lin.chen@customers.test' },
    automatic: false,
    lists: ['group@shop.test'],
  });

  // Anybody can write these headers: nobody else's are believed.
  const forged = aMail({ from: 'Eve <eve@elsewhere.test>', headers });
  const settled = await desk.intake.offer(aDelivery(forged, { channelId: 'group' }));
  expect((await desk.store.messages.get(settled.message ?? ''))?.from?.address).toBe('eve@elsewhere.test');
});

test('a mail that cannot be read is quarantined, its bytes are kept, and it can be settled again', async () => {
  const delivery = aDelivery(Buffer.from(''));
  expect(await desk.intake.offer(delivery)).toMatchObject({ verdict: 'quarantined', enquiry: null });
  const entry = await desk.store.ledger.get(delivery.ledgerId);
  expect(await desk.store.blobs.has(entry?.blob ?? '')).toBe(true);

  expect(await desk.intake.redrive(delivery.ledgerId, 'ann')).toMatchObject({ verdict: 'quarantined' });
  expect(await desk.store.ledger.get(delivery.ledgerId)).toMatchObject({
    history: [{ verdict: 'quarantined', by: 'ann' }],
  });
});

test('imported mail is kept with its contact and runs no flow; an answer to it is a first mail', async () => {
  const mail = aDelivery(aMail({ messageId: '<history@customers.test>', from: 'Old Friend <old@customers.test>' }));
  const kept = await desk.intake.offer({ ...mail, source: { ...mail.source, history: true } });
  const answer = await desk.intake.offer(aDelivery(aMail({ inReplyTo: '<history@customers.test>' })));

  expect(kept).toMatchObject({ verdict: 'history', enquiry: null });
  expect(await desk.store.messages.get(kept.message ?? '')).toMatchObject({ enquiry: null, otherSender: false });
  expect(await desk.store.contacts.byAddress('old@customers.test')).not.toBeNull();
  expect(answer.verdict).toBe('started');
});

test('a mail whose bytes are lost from the disk is quarantined, not tried for ever', async () => {
  desk.temporalAway(true);
  const delivery = aDelivery(aMail());
  await expect(desk.intake.offer(delivery)).rejects.toThrow('Temporal');
  desk.temporalAway(false);
  const entry = await desk.store.ledger.get(delivery.ledgerId);
  await rm(desk.store.blobs.pathOf(entry?.blob ?? ''));

  expect(await desk.intake.settleOld(-60_000)).toBe(1);
  expect(await desk.store.ledger.get(delivery.ledgerId)).toMatchObject({ verdict: 'quarantined' });
});
