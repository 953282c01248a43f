import { createActivities, type AllActivities } from '../../activities';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { anEnquiry } from '../support/mails-of-work';
import { aDesk, startWork, type Work } from '../support/work';

/** Temporal may run every local activity of a task again at any moment, with the world changed in between. */
describe('an activity that runs twice with changed facts in between', () => {
  let work: Work;
  let activities: AllActivities;
  let failAt: (point: string) => void = () => {};
  beforeAll(async () => {
    work = await startWork({ failAt: (point) => failAt(point) });
    await aDesk(work, { flow: flow as unknown as Flow, agents: ['ann', 'bob', 'cid'], delivery: false });
    activities = createActivities(work.ports);
    // The runs themselves are not what is tested here.
    await work.stopWorker();
  });
  afterAll(() => work.stop().catch(() => undefined));

  const UNTIL = Date.now() + 60_000;
  let seq = 100;
  const automatic = (id: string, mail: 'auto-reply' | 'close-notice') => {
    const template = mail === 'auto-reply' ? 'support-received' : 'enquiry-closed';
    return { do: 'queueMail' as const, seq: (seq += 1), node: 'ack', mail, template, messageId: `m-${id}` };
  };
  const dueIds = async () => (await work.store.outbox.due(new Date(), 'support', 1000)).map((each) => each._id);
  const available = (agent: string, word: 'available' | 'offline') =>
    work.store.agents.setPresence(agent, word, 'agent', new Date(), 3_600_000);
  const reserve = (enquiryId: string, strategy: string, number: number) =>
    activities.reserveAgent({
      enquiryId,
      channelId: 'support',
      number: 1,
      contact: null,
      effect: {
        do: 'reserveAgent',
        seq: number,
        node: 'ring',
        target: { group: 'support' },
        strategy,
        asked: [],
        missedBy: [],
        offer: `${enquiryId}.${number}`,
        until: UNTIL,
      },
    });

  test.each(['leastLoaded', 'roundRobin'])('reserves one agent, one slot and one turn by %s', async (strategy) => {
    const id = await anEnquiry(work, { from: `${strategy}@customers.test` });
    const number = (seq += 1);
    const turnBefore = await work.store.groups.nextTurn('support', `before ${strategy}`);
    const first = await reserve(id, strategy, number);
    if (!('reserved' in first)) throw new Error('Nobody was reserved.');
    await available(first.reserved, 'offline');
    const second = await reserve(id, strategy, number);
    await available(first.reserved, 'available');
    expect(second).toEqual(first);
    expect(await work.store.agents.holdersOf(id)).toEqual([first.reserved]);
    const turnAfter = await work.store.groups.nextTurn('support', `after ${strategy}`);
    expect((turnAfter ?? 0) - (turnBefore ?? 0)).toBe(strategy === 'roundRobin' ? 2 : 1);
    await activities.releaseSlot({
      enquiryId: id,
      channelId: 'support',
      number: 1,
      contact: null,
      effect: { do: 'releaseSlot', seq: number + 1, node: null, agent: first.reserved },
    });
  });

  test('reserves the next agent when the first choice is taken between choosing and reserving', async () => {
    const id = await anEnquiry(work, { from: 'race@customers.test' });
    const number = (seq += 1);
    const first = await reserve(id, 'leastLoaded', number);
    if (!('reserved' in first)) throw new Error('Nobody was reserved.');
    await work.store.agents.release(first.reserved, id, new Date());
    await available(first.reserved, 'offline');
    const again = await reserve(id, 'leastLoaded', number);
    expect(again).toMatchObject({ reserved: expect.not.stringMatching(first.reserved) });
    await available(first.reserved, 'available');
    expect(await reserve(id, 'leastLoaded', number)).toEqual(again);
    expect(await work.store.agents.holdersOf(id)).toEqual(['reserved' in again ? again.reserved : '']);
  });

  test('gives back what an earlier doing of the same task had reserved under another number', async () => {
    const id = await anEnquiry(work, { from: 'anew@customers.test' });
    const [earlier, later] = [(seq += 1), (seq += 1)];
    const first = await reserve(id, 'leastLoaded', earlier);
    if (!('reserved' in first)) throw new Error('Nobody was reserved.');
    await available(first.reserved, 'offline');

    const second = await reserve(id, 'leastLoaded', later);

    expect(second).toMatchObject({ reserved: expect.not.stringMatching(first.reserved) });
    expect(await work.store.agents.holdersOf(id)).toEqual(['reserved' in second ? second.reserved : '']);
    await available(first.reserved, 'available');
  });

  test('queues one mail, and counts it once against the sender', async () => {
    const id = await anEnquiry(work, { from: 'once@customers.test' });
    const call = {
      enquiryId: id,
      channelId: 'support',
      number: 1,
      contact: null,
      effect: {
        do: 'queueMail',
        seq: (seq += 1),
        node: 'ack',
        mail: 'auto-reply',
        template: 'support-received',
        messageId: `m-${id}`,
      },
    } as const;
    const first = await activities.queueMail(call);
    await work.store.templates.save('support-received', {
      title: 'x',
      subject: 'Changed',
      preview: '',
      html: '<p>Changed</p>',
      text: '',
    });
    const second = await activities.queueMail(call);
    expect(second).toEqual(first);
    const queued = await work.store.outbox.ofEnquiry(id);
    expect(queued).toHaveLength(1);
    const raw = await work.store.blobs.get(queued[0]?.blob ?? '');
    expect(raw.toString()).not.toContain('Changed');
    expect((await work.store.enquiries.get(id))?.mail.filter((each) => each.direction === 'out')).toHaveLength(1);
  });

  test('shows a mail that waits for a word as held, so that nobody takes it for sent', async () => {
    await work.store.channels.change('support', { holdAutomatic: true });
    const id = await anEnquiry(work, { from: 'held@customers.test' });
    const effect = { do: 'queueMail', seq: (seq += 1), node: 'ack', mail: 'auto-reply', messageId: `m-${id}` } as const;
    const call = { enquiryId: id, channelId: 'support', number: 1, contact: null };
    await activities.queueMail({ ...call, effect: { ...effect, template: 'support-received' } });
    await work.store.channels.change('support', { holdAutomatic: false });
    const [queued] = await work.store.outbox.ofEnquiry(id);
    expect(await work.store.messages.get(queued?.message ?? '')).toMatchObject({ delivery: { state: 'held' } });
  });

  test('a mail that was queued stays queued when auto-replies are switched off before the repeat', async () => {
    const id = await anEnquiry(work, { from: 'switched@customers.test' });
    const effect = automatic(id, 'auto-reply');
    const call = { enquiryId: id, channelId: 'support', number: 1, contact: null, effect };
    const first = await activities.queueMail(call);
    await work.store.channels.change('support', { autoReply: { on: false, template: null } });
    expect(await activities.queueMail(call)).toEqual(first);
    const other = { ...call, effect: automatic(id, 'auto-reply') };
    expect(await activities.queueMail(other)).toEqual({ suppressed: 'auto-replies of this channel are off' });
    await work.store.channels.change('support', { autoReply: { on: true, template: null } });
  });

  test('a sender who was blocked meanwhile gets no close notice', async () => {
    const id = await anEnquiry(work, { from: 'blocked@customers.test' });
    const sender = { sender: 'blocked@customers.test', reason: 'spam', by: 'ann', at: new Date() };
    await work.store.blocklist.add([{ list: 'support', ...sender }]);
    const effect = automatic(id, 'close-notice');
    const answer = await activities.queueMail({
      enquiryId: id,
      channelId: 'support',
      number: 1,
      contact: null,
      effect,
    });
    expect(answer).toEqual({ suppressed: 'the sender is on the blocklist' });
  });

  test.each(['outbox.queue', 'messages.insert', 'enquiries.addMail', 'outboxDue.queue'])(
    'a crash after %s leaves nothing that the repeat does not finish',
    async (point) => {
      const id = await anEnquiry(work, { from: `${point}@customers.test`.toLowerCase() });
      const effect = automatic(id, 'auto-reply');
      const call = { enquiryId: id, channelId: 'support', number: 1, contact: null, effect };
      let crashed = false;
      failAt = (at) => {
        if (at !== point || crashed) return;
        crashed = true;
        throw new Error('killed');
      };
      await expect(activities.queueMail(call)).rejects.toThrow('killed');
      const outboxId = `${id}:${effect.seq}`;
      // Whatever stands there: no sender finds a mail that nobody could see.
      if (point === 'outbox.queue') expect(await dueIds()).not.toContain(outboxId);

      expect(await activities.queueMail(call)).toEqual({ queued: outboxId });
      expect(await dueIds()).toContain(outboxId);
      expect(await work.store.outbox.ofEnquiry(id)).toHaveLength(1);
      const mail = (await work.store.enquiries.get(id))?.mail.filter((each) => each.direction === 'out');
      expect(mail?.map((each) => each.message)).toEqual([outboxId]);
      expect((await work.store.messages.get(outboxId))?.subject).toBeTruthy();
    },
  );

  test('suppresses automatic mail to a sender who has had ten in three hours, and says so', async () => {
    const answers: object[] = [];
    for (let n = 0; n < 11; n += 1) {
      const id = await anEnquiry(work, { from: 'loop@customers.test' });
      const effect = {
        do: 'queueMail',
        seq: (seq += 1),
        node: 'ack',
        mail: 'auto-reply',
        template: 'support-received',
        messageId: `m-${id}`,
      } as const;
      answers.push(
        await activities.queueMail({ enquiryId: id, channelId: 'support', number: 1, contact: null, effect }),
      );
    }
    expect(answers.filter((each) => 'queued' in each)).toHaveLength(10);
    expect(answers.at(-1)).toEqual({ suppressed: 'the sender has had 10 automatic mails in 180 minutes' });
  });

  test('never answers a mail that a machine wrote', async () => {
    const id = await anEnquiry(work, { from: 'robot@customers.test', automatic: true });
    const effect = {
      do: 'queueMail',
      seq: (seq += 1),
      node: 'ack',
      mail: 'auto-reply',
      template: 'support-received',
      messageId: `m-${id}`,
    } as const;
    expect(
      await activities.queueMail({ enquiryId: id, channelId: 'support', number: 1, contact: null, effect }),
    ).toEqual({
      suppressed: 'the mail was written by a machine',
    });
    expect(await work.store.outbox.ofEnquiry(id)).toHaveLength(0);
  });

  test('suppresses an auto-reply to an address that no mail can be sent to, so that the flow goes on', async () => {
    const id = await anEnquiry(work, { from: '"ann b"@customers.test' });
    const effect = {
      do: 'queueMail',
      seq: (seq += 1),
      node: 'ack',
      mail: 'auto-reply',
      template: 'support-received',
      messageId: `m-${id}`,
    } as const;
    expect(
      await activities.queueMail({ enquiryId: id, channelId: 'support', number: 1, contact: null, effect }),
    ).toEqual({ suppressed: 'no mail can be sent to an address like that of the sender' });
    expect(await work.store.outbox.ofEnquiry(id)).toHaveLength(0);
  });

  test('frees a slot once', async () => {
    const id = await anEnquiry(work, { from: 'free@customers.test' });
    const number = (seq += 1);
    const answer = await reserve(id, 'leastLoaded', number);
    if (!('reserved' in answer)) throw new Error('Nobody was reserved.');
    const before = (await work.store.agents.get(answer.reserved))?.load ?? 0;
    const end = {
      enquiryId: id,
      channelId: 'support',
      number: 1,
      contact: null,
      effect: {
        do: 'endOffer' as const,
        seq: number + 1,
        node: 'ring',
        offer: `${id}.${number}`,
        agents: [answer.reserved],
        how: 'missed' as const,
        winner: null,
      },
    };
    await activities.endOffer(end);
    await activities.endOffer(end);
    const after = await work.store.agents.get(answer.reserved);
    expect(before - (after?.load ?? 0)).toBe(1);
    expect(after?.missesInRow).toBe(1);
  });
});
