import { aThread, type Thread } from './a-thread';
import { aChannel, aDelivery, aDesk, aMail, closeEnquiry, closeParser, type Desk, type MailParts } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

const stranger = 'Sam Stranger <sam@elsewhere.test>';
const forge = (id: string): string => id.replace(/[0-9a-f](?=@)/, (digit) => (digit === '0' ? '1' : '0'));

describe('where a mail belongs', () => {
  const cases: {
    title: string;
    mail: (thread: Thread) => MailParts;
    joins: boolean;
    linked?: boolean;
    other?: boolean;
    step?: string;
  }[] = [
    {
      title: 'the contact answers by In-Reply-To',
      mail: ({ foreign }) => ({ inReplyTo: foreign }),
      joins: true,
      step: 'by in-reply-to',
    },
    {
      title: 'the contact answers by References alone',
      mail: ({ foreign }) => ({ references: ['<x@y.test>', foreign] }),
      joins: true,
      step: 'by references',
    },
    {
      title: 'the contact answers our mail',
      mail: ({ ours }) => ({ inReplyTo: ours }),
      joins: true,
      step: 'by own-message-id',
    },
    {
      title: 'the contact writes to the reply address and names nothing (iOS)',
      mail: ({ reply }) => ({ to: reply }),
      joins: true,
      step: 'by recipient-token',
    },
    {
      title: 'T6 the contact answers our mail under the id that the provider gave it',
      mail: ({ providers }) => ({ inReplyTo: providers }),
      joins: true,
      step: 'by in-reply-to',
    },
    {
      title: 'a stranger who names the id of the provider gets an enquiry of his own, linked',
      mail: ({ providers }) => ({ from: stranger, inReplyTo: providers }),
      joins: false,
      linked: true,
    },
    {
      title: 'T1 the contact quotes our mail and names nothing',
      mail: ({ marker }) => ({ text: `Yes.\n\n> Which colour?\n> ${marker}` }),
      joins: true,
      step: 'by body-marker',
    },
    {
      title: 'a stranger who quotes our mail is attached as other sender',
      mail: ({ marker }) => ({ from: stranger, text: `Yes.\n\n> ${marker}` }),
      joins: true,
      other: true,
    },
    {
      title: 'a forged mark counts for nothing',
      mail: ({ marker }) => ({ text: marker.replace(/[0-9a-f](?=\])/, (digit) => (digit === '0' ? '1' : '0')) }),
      joins: false,
    },
    {
      title: 'somebody in Cc answers',
      mail: ({ foreign }) => ({ from: 'Tom <tom@customers.test>', inReplyTo: foreign }),
      joins: true,
    },
    {
      title: 'a stranger who holds our id is attached as other sender',
      mail: ({ ours }) => ({ from: stranger, inReplyTo: ours }),
      joins: true,
      other: true,
    },
    {
      title: 'a stranger who holds our reply address is attached as other sender',
      mail: ({ reply }) => ({ from: stranger, to: reply }),
      joins: true,
      other: true,
    },
    {
      title: 'a stranger who names a foreign id gets an enquiry of his own, linked',
      mail: ({ foreign }) => ({ from: stranger, inReplyTo: foreign }),
      joins: false,
      linked: true,
    },
    {
      title: 'a forged id of ours counts for nothing',
      mail: ({ ours }) => ({ from: stranger, inReplyTo: forge(ours) }),
      joins: false,
    },
    {
      title: 'a forged reply address counts for nothing',
      mail: ({ reply }) => ({ from: stranger, to: forge(reply) }),
      joins: false,
    },
    { title: 'the subject alone counts for nothing', mail: () => ({ subject: 'Re: Order 1' }), joins: false },
  ];

  test.each(cases)('$title', async ({ mail, joins, linked = false, other = false, step }) => {
    const thread = await aThread(desk);
    const settled = await desk.intake.offer(aDelivery(aMail(mail(thread))));
    const enquiry = await desk.store.enquiries.get(thread.enquiry);
    const message = await desk.store.messages.get(settled.message ?? '');

    expect(settled.verdict).toBe(joins ? 'joined' : 'started');
    expect(settled.enquiry === thread.enquiry).toBe(joins);
    if (step) expect(settled.reason).toBe(step);
    expect(enquiry?.mail.map((one) => one.message)).toEqual(
      joins ? [thread.message, settled.message] : [thread.message],
    );
    expect(message).toMatchObject({ otherSender: other, facts: { participant: !other } });
    expect(enquiry?.links).toEqual(linked ? [settled.enquiry] : []);
    // Whoever writes, the contact stays.
    expect(enquiry?.contact).toBe(desk.store.contacts.idOf('mia@customers.test'));
    if (joins)
      expect(desk.told.joined.at(-1)).toMatchObject({ enquiry: thread.enquiry, facts: { id: settled.message } });
  });

  test('what a stranger wrote in a thread makes him no participant of it', async () => {
    const { ours, foreign, enquiry } = await aThread(desk);
    await desk.intake.offer(aDelivery(aMail({ from: stranger, inReplyTo: ours })));

    const again = await desk.intake.offer(aDelivery(aMail({ from: stranger, inReplyTo: foreign })));

    expect(again).toMatchObject({ verdict: 'started' });
    expect(again.enquiry).not.toBe(enquiry);
  });

  test('the parent of a mail that came first joins it, unless a stranger wrote it', async () => {
    const child = await desk.intake.offer(aDelivery(aMail({ inReplyTo: '<parent-1@customers.test>' })));
    const parent = await desk.intake.offer(aDelivery(aMail({ messageId: '<parent-1@customers.test>' })));
    const guessed = await desk.intake.offer(
      aDelivery(aMail({ from: stranger, inReplyTo: '<parent-2@customers.test>' })),
    );
    const other = await desk.intake.offer(aDelivery(aMail({ messageId: '<parent-2@customers.test>' })));

    expect(parent).toMatchObject({ verdict: 'joined', enquiry: child.enquiry });
    expect(other.verdict).toBe('started');
    expect(await desk.store.enquiries.get(other.enquiry ?? '')).toMatchObject({ links: [guessed.enquiry] });
    // The id belongs to who wrote it: his next mail finds his own enquiry.
    const next = await desk.intake.offer(aDelivery(aMail({ inReplyTo: '<parent-2@customers.test>' })));
    expect(next).toMatchObject({ verdict: 'joined', enquiry: other.enquiry });
  });

  test('the same mail at two channels makes an enquiry in each, and an answer joins only where it was sent', async () => {
    await aChannel(desk.store, { _id: 'sales' });
    const mail = aMail({ messageId: '<both@customers.test>' });
    const support = await desk.intake.offer(aDelivery(mail));
    const sales = await desk.intake.offer(aDelivery(mail, { channelId: 'sales' }));
    const answer = await desk.intake.offer(
      aDelivery(aMail({ inReplyTo: '<both@customers.test>' }), { channelId: 'sales' }),
    );

    expect([support.verdict, sales.verdict]).toEqual(['started', 'started']);
    expect(answer).toMatchObject({ verdict: 'joined', enquiry: sales.enquiry });
    expect(support.enquiry).not.toBe(sales.enquiry);
  });

  test('an id of ours at another channel is a link, not a way in', async () => {
    await aChannel(desk.store, { _id: 'sales' });
    const { ours, enquiry } = await aThread(desk);
    const settled = await desk.intake.offer(aDelivery(aMail({ inReplyTo: ours }), { channelId: 'sales' }));

    expect(settled.verdict).toBe('started');
    expect(await desk.store.enquiries.get(settled.enquiry ?? '')).toMatchObject({ links: [enquiry] });
  });

  test('a mail that names two enquiries joins the nearest and links them', async () => {
    const [one, other] = [await aThread(desk), await aThread(desk)];
    const settled = await desk.intake.offer(
      aDelivery(aMail({ inReplyTo: one.foreign, references: [other.foreign, one.foreign] })),
    );

    expect(settled).toMatchObject({ verdict: 'joined', enquiry: one.enquiry });
    expect(await desk.store.enquiries.get(one.enquiry)).toMatchObject({ links: [other.enquiry] });
  });
});

describe('copies and variants', () => {
  test('a copy by another relay is a duplicate; the same Message-ID with other words is new mail, flagged', async () => {
    const id = '<same@customers.test>';
    const first = await desk.intake.offer(aDelivery(aMail({ messageId: id, subject: 'A' })));
    const copy = await desk.intake.offer(aDelivery(aMail({ messageId: id, subject: 'A', relay: 'two' })));
    const variant = await desk.intake.offer(aDelivery(aMail({ messageId: id, subject: 'A', text: 'Other words.' })));
    const variantCopy = await desk.intake.offer(
      aDelivery(aMail({ messageId: id, subject: 'A', text: 'Other words.', relay: 'two' })),
    );

    expect(copy).toMatchObject({ verdict: 'duplicate', enquiry: first.enquiry, message: first.message });
    expect(variant).toMatchObject({ verdict: 'started', reason: expect.stringContaining('same Message-ID') });
    expect(variant.enquiry).not.toBe(first.enquiry);
    expect(variantCopy).toMatchObject({ verdict: 'duplicate', enquiry: variant.enquiry });
    const kept = await desk.store.messages.get(variant.message ?? '');
    expect(kept?.warnings).toContainEqual(expect.stringContaining('same Message-ID'));
  });

  test('a mail without Message-ID that comes by two relays is one mail', async () => {
    const mail = { messageId: null, subject: 'Nameless' };
    const first = await desk.intake.offer(aDelivery(aMail({ ...mail, relay: 'one' })));
    const copy = await desk.intake.offer(aDelivery(aMail({ ...mail, relay: 'two' })));

    expect([first.verdict, copy.verdict]).toEqual(['started', 'duplicate']);
  });
});

describe('a mail to a closed enquiry', () => {
  const reopen = { reopenWithin: '14d', at: 'done' };
  const cases = [
    {
      title: 'reopens it within the time its flow says',
      closedReply: reopen,
      daysAgo: 3,
      verdict: 'joined',
      same: true,
    },
    { title: 'starts a new one after that time', closedReply: reopen, daysAgo: 20, verdict: 'started', same: false },
    {
      title: 'starts a new one where the flow says so',
      closedReply: 'newEnquiry' as const,
      daysAgo: 0,
      verdict: 'started',
      same: false,
    },
    {
      title: 'is refused, kept and told where the flow says so',
      closedReply: 'refuse' as const,
      daysAgo: 0,
      verdict: 'refused',
      same: true,
    },
  ];

  test.each(cases)('$title', async ({ title, closedReply, daysAgo, verdict, same }) => {
    const channelId = `closed-${cases.findIndex((one) => one.title === title)}`;
    await aChannel(desk.store, { _id: channelId, closedReply });
    const thread = await aThread(desk, channelId);
    await closeEnquiry(desk.store, thread.enquiry, daysAgo);

    const settled = await desk.intake.offer(aDelivery(aMail({ inReplyTo: thread.foreign }), { channelId }));

    expect(settled.verdict).toBe(verdict);
    expect(settled.enquiry === thread.enquiry).toBe(same);
    expect(settled.reason).toBe(
      verdict === 'refused' ? 'thread closed' : verdict === 'joined' ? 'by in-reply-to' : null,
    );
    const kept = await desk.store.messages.get(settled.message ?? '');
    expect(kept).toMatchObject({ enquiry: settled.enquiry, contact: desk.store.contacts.idOf('mia@customers.test') });
    if (same)
      expect(desk.told.joined.at(-1)).toMatchObject({ enquiry: thread.enquiry, facts: { id: settled.message } });
    else expect(await desk.store.enquiries.get(settled.enquiry ?? '')).toMatchObject({ links: [thread.enquiry] });
  });

  test('by a machine is shown there and starts nothing', async () => {
    await aChannel(desk.store, { _id: 'robots', closedReply: 'newEnquiry' });
    const thread = await aThread(desk, 'robots');
    await closeEnquiry(desk.store, thread.enquiry);
    const mail = aMail({ inReplyTo: thread.ours, headers: { 'Auto-Submitted': 'auto-replied' } });

    expect(await desk.intake.offer(aDelivery(mail, { channelId: 'robots' }))).toMatchObject({
      verdict: 'joined',
      enquiry: thread.enquiry,
    });
  });

  test('follows the thread to where it has gone on, however often', async () => {
    await aChannel(desk.store, { _id: 'chain', closedReply: 'newEnquiry' });
    const thread = await aThread(desk, 'chain');
    const answer = () => desk.intake.offer(aDelivery(aMail({ to: thread.reply }), { channelId: 'chain' }));
    const ids = [thread.enquiry];
    for (let round = 0; round < 3; round += 1) {
      await closeEnquiry(desk.store, ids.at(-1) ?? '');
      const next = await answer();
      expect(next.verdict).toBe('started');
      ids.push(next.enquiry ?? '');
    }
    expect(new Set(ids).size).toBe(4);
    expect(await answer()).toMatchObject({ verdict: 'joined', enquiry: ids.at(-1) });
  });
});
