import { found } from '../support/found';
import { servedBy, startDesk, type Ask, type Desk } from './desk';

/** What an agent writes, before and after it is sent. */
describe('writing to a contact', () => {
  let desk: Desk;
  let ann: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    const { store } = desk.work;
    await store.agents.save({ id: 'ann', name: 'Ann', capacity: 50 }, new Date());
    await store.agents.setPresence('bob', 'offline', 'agent', new Date());
    ann = await desk.as('ann');
  });
  afterAll(() => desk.stop());

  /** An enquiry that ann serves. */
  const served = (): Promise<string> => servedBy(desk, ann);

  /** That a planned mail leaves in so many ms. */
  const sendNow = (inMs: number) => {
    const to = new Date(Date.now() + inMs);
    return { by: 'ann', ip: null, what: 'outbox.send-now' as const, to };
  };

  test('pasted pictures become parts of the mail, and one that was taken out again does not leave', async () => {
    const id = await served();
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64');
    const draft = `/v1/enquiries/${id}/draft`;
    const html = `<p>See <img src="data:image/png;base64,${png}" alt="it" /></p>`;
    const { body } = await ann('PUT', draft, { body: { html } });
    const [picture] = body.attachments;
    expect(body.html).toBe(`<p>See <img src="cid:${picture.contentId}" alt="it" /></p>`);
    expect([picture.type, picture.inline, body.text]).toEqual(['image/png', true, 'See']);
    const sent = async (written: object) => {
      const { detail } = (await ann('POST', `/v1/enquiries/${id}/replies`, { body: written })).body;
      return desk.work.store.messages.get(detail.outbox);
    };
    expect((await sent({}))?.attachments).toMatchObject([{ contentId: picture.contentId }]);
    await ann('PUT', draft, { body: { html } });
    expect((await sent({ html: '<p>Without.</p>' }))?.attachments).toEqual([]);
    const missing = await ann('POST', `/v1/enquiries/${id}/replies`, { body: { html: '<img src="cid:gone">' } });
    expect(missing.body).toMatchObject({ code: 'wrong-body', findings: [{ where: '/html' }] });
  });

  test('an answer is refused while there is mail its author has not seen, unless he says that he knows', async () => {
    const id = await served();
    const draft = `/v1/enquiries/${id}/draft`;
    await ann('PUT', draft, { body: { text: 'Tomorrow.' } });
    const { store } = desk.work;
    const first = await store.messages.get(`m-${id}`);
    if (!first) throw new Error('There is no first mail.');
    const came = async (_id: string, changes: object = {}) => {
      await store.messages.insert({ ...first, _id, ...changes });
      await store.enquiries.addMail(id, { message: _id, at: new Date(), direction: 'in' });
    };
    await came(`robot-${id}`, { automatic: true });
    expect((await ann('GET', draft)).body.newer).toEqual([]);
    await came(`newer-${id}`);
    expect((await ann('GET', draft)).body).toMatchObject({ newer: [`newer-${id}`], text: 'Tomorrow.' });
    const blind = await ann('POST', `/v1/enquiries/${id}/replies`, { body: {} });
    expect([blind.status, blind.body.code, blind.body.messages]).toEqual([409, 'newer-message', [`newer-${id}`]]);
    const seen = await ann('POST', `/v1/enquiries/${id}/replies`, { body: { seen: `newer-${id}` } });
    expect(seen.status).toBe(200);
    const knows = { text: 'And more.', seen: null, confirm: ['newer-message'] };
    expect((await ann('POST', `/v1/enquiries/${id}/replies`, { body: knows })).status).toBe(200);
  });

  describe('before it leaves', () => {
    let hasty: Ask;
    const sent = async (id: string, body: object = {}): Promise<string> =>
      (await ann('POST', `/v1/enquiries/${id}/replies`, { body })).body.detail.outbox;
    const mailOf = async (id: string) => (await ann('GET', `/v1/outbox/${encodeURIComponent(id)}`)).body;
    const undo = (mail: string, ask = ann) => ask('POST', `/v1/outbox/${encodeURIComponent(mail)}/undo`);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const awaitingOf = async (id: string) => (await ann('GET', `/v1/enquiries/${id}`)).body.awaiting;
    beforeAll(async () => {
      hasty = await desk.as('bob');
    });

    test('an answer is taken back whole: text, recipients and files are in the draft again, and the turn is the agent’s', async () => {
      const id = await served();
      const draft = `/v1/enquiries/${id}/draft`;
      await ann('PUT', draft, { body: { html: '<p>Too soon.</p>', cc: ['boss@customers.test'] } });
      await ann('POST', `${draft}/attachments?name=plan.txt`, {
        body: Buffer.from('plan'),
        headers: { 'content-type': 'application/octet-stream' },
      });
      const mail = await sent(id, { sendAfter: later, confirm: ['recipients-changed'] });
      expect(await awaitingOf(id)).toBe('contact');
      await ann('PUT', draft, { body: { text: 'Written since.' } });
      expect((await undo(mail, hasty)).body.code).toBe('wrong-role');
      expect((await undo(mail)).status).toBe(200);
      expect((await undo(mail)).status).toBe(200);
      expect(await mailOf(mail)).toMatchObject({ state: 'discarded' });
      expect(await awaitingOf(id)).toBe('agent');
      const { body } = await ann('GET', draft);
      expect(body).toMatchObject({ cc: ['boss@customers.test'], attachments: [{ name: 'plan.txt' }] });
      expect(body.html).toMatch(/^<p>Too soon\.<\/p>\n<p>Written since\.<\/p>$/);
    });

    test('of the sender and an undo at the same moment one wins', async () => {
      const id = await served();
      const { store } = desk.work;
      for (let round = 0; round < 5; round += 1) {
        const mail = await sent(id, { text: `Round ${round}.`, sendAfter: later });
        await store.outbox.move(mail, sendNow(-1), new Date());
        const [taken, undone] = await Promise.all([
          store.outbox.take(mail, 'a-sender', new Date()),
          store.takeBack(mail, 'ann', new Date()),
        ]);
        expect([taken === null, undone]).toEqual([undone, undone]);
      }
    });

    test('an answer that is discarded is taken back too: nobody waits for what does not leave', async () => {
      const id = await served();
      const mail = await sent(id, { text: 'Better not.', sendAfter: later });
      expect(await awaitingOf(id)).toBe('contact');
      const path = `/v1/outbox/${encodeURIComponent(mail)}/discard`;
      const twice = [await ann('POST', path), await ann('POST', path)];
      expect(twice.map(({ status, body }) => [status, body.state])).toEqual([
        [200, 'discarded'],
        [200, 'discarded'],
      ]);
      expect(await awaitingOf(id)).toBe('agent');
      expect((await ann('GET', `/v1/enquiries/${id}/draft`)).body.text).toBe('Better not.');
      expect((await ann('GET', `/v1/enquiries/${id}`)).body.scheduled).toEqual([]);
    });

    test('an answer that has left cannot be taken back', async () => {
      const id = await served();
      const mail = await sent(id, { text: 'Gone.' });
      await found('it to leave', async () => ((await mailOf(mail)).state === 'sent' ? true : null));
      expect((await undo(mail)).body.code).toBe('mail-left');
      expect(await awaitingOf(id)).toBe('contact');
    });

    test('what is to leave later is listed, shown by its enquiry, moved and taken back, on closed enquiries too', async () => {
      const id = await served();
      const past = { text: 'Late.', sendAfter: new Date(0).toISOString() };
      expect((await ann('POST', `/v1/enquiries/${id}/replies`, { body: past })).body.code).toBe('wrong-body');
      const mail = await sent(id, { text: 'On Monday.', sendAfter: later });
      const listed = async (ask: Ask) =>
        (await ask('GET', '/v1/scheduled-mails')).body.items.map((each: { id: string }) => each.id);
      expect(await listed(ann)).toContain(mail);
      expect(await listed(hasty)).not.toContain(mail);
      const next = new Date(Date.now() + 7_200_000).toISOString();
      const path = `/v1/outbox/${encodeURIComponent(mail)}`;
      expect((await ann('POST', `${path}/reschedule`, { body: { sendAfter: next } })).body.sendAfter).toBe(next);
      const scheduled = [{ mail, sendAfter: next, heldBecause: null }];
      expect((await ann('GET', `/v1/enquiries/${id}`)).body.scheduled).toEqual(scheduled);
      const about = { about: mail, who: 'ann', what: 'outbox.reschedule' };
      const said = { ...about, before: { sendAfter: later }, after: { sendAfter: next } };
      const ada = await desk.as('ada');
      const audit = async () => (await ada('GET', `/v1/audit?about=${encodeURIComponent(mail)}`)).body.items;
      expect(await audit()).toMatchObject([said]);
      await ann('POST', `/v1/enquiries/${id}/close`, { body: { notify: false } });
      expect((await undo(mail)).status).toBe(200);
      expect((await ann('GET', `/v1/enquiries/${id}/draft`)).body.text).toBe('On Monday.');
      expect((await ann('GET', `/v1/enquiries/${id}`)).body.scheduled).toEqual([]);
    });

    test('what was to leave later is held when the contact has written since, and leaves when its author says so', async () => {
      const id = await served();
      const mail = await sent(id, { text: 'All is well.', sendAfter: later });
      const { store } = desk.work;
      await store.outbox.move(mail, sendNow(1500), new Date(Date.now() - 1));
      await desk.work.workflows.startDelivery('support');
      store.hints.tell({ about: 'outbox', channel: 'support' });
      const first = await store.messages.get(`m-${id}`);
      if (!first) throw new Error('There is no first mail.');
      await store.messages.insert({ ...first, _id: `since-${id}` });
      await store.enquiries.addMail(id, { message: `since-${id}`, at: new Date(), direction: 'in' });
      await found('it to be held', async () => ((await mailOf(mail)).state === 'held' ? true : null));
      const { items } = (await ann('GET', '/v1/notices')).body;
      expect(items).toContainEqual(expect.objectContaining({ sort: 'mail-held', enquiry: id }));
      const now = await ann('POST', `/v1/outbox/${encodeURIComponent(mail)}/send-now`);
      expect(now.body).toMatchObject({ heldBecause: null });
      await found('it to leave', async () => ((await mailOf(mail)).state === 'sent' ? true : null));
      const left = { mail, before: 'agent', at: expect.any(Number) };
      const replies = await found('the enquiry to hear of it', async () => {
        const { replies: all = [] } = (await store.enquiries.get(id))?.state ?? {};
        return all.some(({ planned }) => planned) ? null : all;
      });
      expect(replies).toEqual([left]);
      const again = await ann('POST', `/v1/outbox/${encodeURIComponent(mail)}/send-now`);
      expect([again.status, again.body.state]).toEqual([200, 'sent']);
    });
  });

  test('answers leave only from addresses that are granted, and a granted other one may be chosen', async () => {
    const { store } = desk.work;
    const support = await store.channels.get('support');
    if (!support) throw new Error('There is no channel.');
    const other = {
      ...support,
      _id: 'sales',
      name: 'Sales',
      address: 'sales@desk.test',
      aliases: [],
      publicAddress: null,
    };
    await store.channels.create({ ...other, grants: { answer: { agents: [], groups: ['support'] } } });
    await store.channels.create({ ...other, _id: 'vip', address: 'vip@desk.test', grants: null });
    const id = await served();
    const from = async (channel: string) =>
      (await ann('POST', `/v1/enquiries/${id}/replies`, { body: { text: 'Hello.', channel } })).body;
    expect(await from('vip')).toMatchObject({
      code: 'address-not-granted',
      from: ['sales@desk.test', 'support@desk.test'],
    });
    const { detail } = await from('sales');
    expect(await store.messages.get(detail.outbox)).toMatchObject({
      from: { address: 'sales@desk.test' },
      channel: 'sales',
    });
    await store.channels.change('support', { grants: { answer: { agents: ['bob'], groups: [] } } });
    const refused = await ann('POST', `/v1/enquiries/${id}/replies`, { body: { text: 'Hello.' } });
    expect([refused.status, refused.body.detail]).toEqual([
      403,
      'Answers from support@desk.test are granted to others. You may answer from sales@desk.test.',
    ]);
    await store.channels.change('support', { grants: null });
  });

  test('who has an enquiry open, and who writes, is seen by the others and by the enquiry itself', async () => {
    const sue = await desk.as('sue');
    const id = await served();
    await ann('PUT', `/v1/enquiries/${id}/watch`, { body: { typing: true } });
    const { watchers } = (await sue('PUT', `/v1/enquiries/${id}/watch`, { body: {} })).body;
    expect(watchers).toMatchObject([{ agent: 'ann', name: 'Ann', typing: true }]);
    expect((await ann('GET', `/v1/enquiries/${id}`)).body.watchers).toMatchObject([{ agent: 'sue', typing: false }]);
    await sue('DELETE', `/v1/enquiries/${id}/watch`);
    expect((await ann('GET', `/v1/enquiries/${id}`)).body.watchers).toEqual([]);
    const later = new Date(Date.now() + 31_000);
    expect(await desk.work.store.watchers.of(id, later)).toEqual([]);
  });

  test('DK2.4 what an agent was writing stays when the enquiry closes, for him and for who leads him', async () => {
    const sue = await desk.as('sue');
    const id = await served();
    await ann('PUT', `/v1/enquiries/${id}/draft`, { body: { text: 'Half a' } });
    const { attachments } = (
      await ann('POST', `/v1/enquiries/${id}/draft/attachments?name=a.txt`, {
        body: Buffer.from('a'),
        headers: { 'content-type': 'application/octet-stream' },
      })
    ).body;
    expect(attachments[0].href).not.toContain('agent=');
    await ann('POST', `/v1/enquiries/${id}/close`, { body: { notify: false } });
    const { items } = (await sue('GET', `/v1/enquiries/${id}/drafts`)).body;
    expect(items).toMatchObject([{ agent: 'ann', draft: { text: 'Half a' } }]);
    expect((await sue('GET', items[0].draft.attachments[0].href)).status).toBe(200);
    expect((await ann('GET', `/v1/enquiries/${id}/drafts`)).body.items).toEqual([]);
    expect((await ann('GET', `/v1/enquiries/${id}/draft/attachments/0?agent=sue`)).body.code).toBe('wrong-role');
  });

  test('what a program drafted is sent once under a key, and stays its draft when it is taken back and sent anew', async () => {
    const id = await served();
    const { store } = desk.work;
    await desk.aUser({ id: 'robot', role: 'agent' });
    await store.users.change('robot', { service: 'draft' });
    const drafted = await ann('PUT', `/v1/enquiries/${id}/draft`, { body: { text: 'As drafted.' } });
    const stored = await store.drafts.get(`${id}:draft:ann`);
    if (!stored) throw new Error('There is no draft.');
    await store.drafts.save({ ...stored, _id: `${id}:draft:robot`, agent: 'robot' });
    await ann('DELETE', `/v1/enquiries/${id}/draft`);
    const { items } = (await ann('GET', `/v1/enquiries/${id}/drafts`)).body;
    expect(items).toMatchObject([{ agent: 'robot', draft: { digest: drafted.body.digest, text: 'As drafted.' } }]);
    const send = (body: object, key: string) => ann('POST', `/v1/enquiries/${id}/replies`, { body, key });
    const later = { draftOf: 'robot', sendAfter: new Date(Date.now() + 3_600_000).toISOString() };
    const first = await send(later, 'k');
    expect(first.status).toBe(200);
    expect((await send(later, 'k')).body).toEqual(first.body);
    expect((await send({}, 'k')).body.code).toBe('key-used-otherwise');
    expect((await send({ draftOf: 'robot' }, 'again')).body.code).toBe('draft-unknown');
    expect((await ann('GET', `/v1/enquiries/${id}/drafts`)).body.items).toEqual([]);
    const { outbox } = first.body.detail;
    expect((await ann('POST', `/v1/outbox/${encodeURIComponent(outbox)}/undo`)).status).toBe(200);
    expect((await send({}, 'anew')).status).toBe(200);
    const own = await send({ text: 'And my own.' }, 'own');
    const messages = (await ann('GET', `/v1/enquiries/${id}/messages`)).body.items;
    const answers = messages.filter(({ author }: { author: string | null }) => author === 'ann');
    const by = (draftedBy: string | null) => ({ kind: 'agent', id: 'ann', draftedBy });
    expect(answers).toMatchObject([
      { id: outbox, text: 'As drafted.', writtenBy: by('robot') },
      { text: 'As drafted.', writtenBy: by('robot') },
      { id: own.body.detail.outbox, text: 'And my own.', writtenBy: by(null) },
    ]);
  });
});
