import { randomUUID } from 'node:crypto';
import flow from '../../flows/examples/support-desk.json';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { startDesk, type Ask, type Desk } from './desk';

/** Publishes the desk's flow once more with a ring that rings at everybody; gives the revision. */
async function broadcasting({ work }: Desk): Promise<number> {
  const now = new Date();
  const text = JSON.stringify(flow).replace('"strategy":"leastLoaded"', '"strategy":"ringAll"');
  const published = await work.store.flows.publish('support-desk', { text, by: 'ada', at: now, message: 'ring all' });
  return published?.revision ?? 0;
}

describe('acts on enquiries', () => {
  let desk: Desk;
  let ann: Ask;
  let bob: Ask;
  let sue: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    [ann, bob, sue] = [await desk.as('ann'), await desk.as('bob'), await desk.as('sue')];
    for (const agent of ['ann', 'bob'])
      await desk.work.store.agents.save({ id: agent, name: agent, capacity: 50 }, new Date());
  });
  afterAll(() => desk.stop());

  const offered = async (enquiry: string): Promise<{ offer: string; agent: string; ask: Ask; other: Ask }> =>
    found('an offer', async () => {
      for (const [agent, ask, other] of [
        ['ann', ann, bob],
        ['bob', bob, ann],
      ] as const) {
        const { items } = (await ask('GET', '/v1/offers')).body;
        const offer = items.find((each: { enquiry: string }) => each.enquiry === enquiry);
        if (offer) return { offer: offer.id, agent, ask, other };
      }
      return null;
    });
  const served = async (): Promise<{ id: string; agent: string; ask: Ask; other: Ask }> => {
    // A contact of its own: a known one is bound to whoever served him.
    const id = await anEnquiry(desk.work, { from: `${randomUUID()}@customers.test` });
    const { offer, agent, ask, other } = await offered(id);
    expect((await ask('POST', `/v1/offers/${offer}/accept`)).status).toBe(200);
    return { id, agent, ask, other };
  };

  test('of two agents who accept one broadcast at once one gets it, the other is told who and when', async () => {
    const { store } = desk.work;
    const revision = await broadcasting(desk);
    await store.channels.change('support', { flow: { id: 'support-desk', revision } });
    const id = await anEnquiry(desk.work, { from: `${randomUUID()}@customers.test` });
    const offer = await found('the offer at both', async () => {
      const agents = await store.agents.getMany(['ann', 'bob']);
      return agents.every((agent) => agent.offers[id]) ? (agents[0]?.offers[id]?.offer ?? null) : null;
    });
    const answers = await Promise.all([ann, bob].map((ask) => ask('POST', `/v1/offers/${offer}/accept`)));
    expect(answers.map(({ status }) => status).toSorted((x, y) => x - y)).toEqual([200, 409]);
    const { assignee } = (await sue('GET', `/v1/enquiries/${id}`)).body;
    expect(answers[assignee === 'ann' ? 0 : 1]?.status).toBe(200);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'offer-taken',
      by: assignee,
      at: expect.any(String),
      detail: expect.stringContaining(assignee),
    });
    await store.channels.change('support', { flow: { id: 'support-desk', revision: 1 } });
  });

  test('who takes what somebody serves already is told who and when', async () => {
    const { id, agent, other } = await served();
    const refused = await other('POST', `/v1/enquiries/${id}/take`);
    expect(refused.body).toMatchObject({ code: 'already-assigned', by: agent, at: expect.any(String) });
  });

  test('who takes what he has already is told that it is his', async () => {
    const { id, agent, ask } = await served();
    const taken = await ask('POST', `/v1/enquiries/${id}/take`);
    expect(taken).toMatchObject({ status: 200, body: { outcome: 'done', detail: { already: expect.any(String) } } });
    expect((await ask('GET', `/v1/enquiries/${id}`)).body).toMatchObject({ assignee: agent, status: 'ongoing' });
  });

  test('the same key does the act once, a repeat gets the same answer, even after the close', async () => {
    const { id, ask } = await served();
    const first = await ask('POST', `/v1/enquiries/${id}/replies`, { body: { text: 'Hello.' }, key: 'reply-1' });
    const again = await ask('POST', `/v1/enquiries/${id}/replies`, { body: { text: 'Hello.' }, key: 'reply-1' });
    expect(again.body).toEqual(first.body);
    const { items } = (await ask('GET', `/v1/enquiries/${id}/messages`)).body;
    expect(
      items.filter((each: { author: string | null }) => each.author !== null && each.author !== 'flow'),
    ).toHaveLength(1);
    const closed = await ask('POST', `/v1/enquiries/${id}/close`, { body: { notify: false }, key: 'close-1' });
    expect(closed.status).toBe(200);
    expect((await ask('POST', `/v1/enquiries/${id}/close`, { body: { notify: false }, key: 'close-1' })).body).toEqual(
      closed.body,
    );
    expect(
      (await ask('POST', `/v1/enquiries/${id}/replies`, { body: { text: 'Hello.' }, key: 'reply-1' })).body,
    ).toEqual(first.body);
    expect((await ask('POST', `/v1/enquiries/${id}/close`, { body: { notify: false } })).body.code).toBe(
      'enquiry-closed',
    );
  });

  test('who does not serve it cannot answer, transfer or close it; a supervisor of the group can close it', async () => {
    const { id, agent, other } = await served();
    for (const [path, body] of [
      ['replies', { text: 'Mine!' }],
      ['transfer', { to: { group: 'support' } }],
      ['close', {}],
    ] as const) {
      const refused = await other('POST', `/v1/enquiries/${id}/${path}`, { body });
      expect([path, refused.status, refused.body.code, refused.body.by]).toEqual([path, 409, 'not-assigned', agent]);
    }
    expect((await other('POST', `/v1/enquiries/${id}/notes`, { body: { text: 'Seen.' } })).status).toBe(200);
    expect((await other('POST', `/v1/enquiries/${id}/tags`, { body: { add: ['vip'] } })).status).toBe(200);
    expect((await sue('POST', `/v1/enquiries/${id}/close`, { body: { notify: false } })).status).toBe(200);
  });

  test('a note can be written on a closed enquiry', async () => {
    const { id, ask } = await served();
    await ask('POST', `/v1/enquiries/${id}/close`, { body: { notify: false } });
    expect((await ask('POST', `/v1/enquiries/${id}/notes`, { body: { text: 'Afterwards.' } })).status).toBe(200);
    const { items } = (await ask('GET', `/v1/enquiries/${id}/messages`)).body;
    expect(items.at(-1)).toMatchObject({ direction: 'note', text: 'Afterwards.' });
  });

  test('an answer needs a recipient and words; HTML is sanitised; the draft survives until it is sent', async () => {
    const { id, ask } = await served();
    const empty = await ask('POST', `/v1/enquiries/${id}/replies`, { body: { text: '  ' } });
    expect(empty.body).toMatchObject({ code: 'wrong-body', findings: [{ where: '/text' }] });
    const saved = await ask('PUT', `/v1/enquiries/${id}/draft`, {
      body: { html: '<p onclick="x()">Hi<script>alert(1)</script></p>', cc: ['boss@customers.test'] },
    });
    expect(saved.body.html).toBe('<p>Hi</p>');
    const file = await ask('POST', `/v1/enquiries/${id}/draft/attachments?name=plan.pdf`, {
      body: Buffer.from('%PDF-1.7 plan'),
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(file.body.attachments).toMatchObject([{ number: 0, name: 'plan.pdf', type: 'application/pdf', bytes: 13 }]);
    expect((await ask('GET', file.body.attachments[0].href)).headers['content-disposition']).toContain('plan.pdf');
    expect((await ask('GET', `/v1/enquiries/${id}/draft`)).body).toMatchObject({
      html: '<p>Hi</p>',
      cc: ['boss@customers.test'],
    });
    const unsure = await ask('POST', `/v1/enquiries/${id}/replies`, { body: {} });
    expect(unsure.body).toMatchObject({ code: 'recipients-changed', added: ['boss@customers.test'], removed: [] });
    const confirm = ['recipients-changed'];
    const sent = await ask('POST', `/v1/enquiries/${id}/replies`, { body: { confirm } });
    expect(sent.status).toBe(200);
    const mail = (await ask('GET', `/v1/outbox/${encodeURIComponent(sent.body.detail.outbox)}`)).body;
    expect(mail.to).toHaveLength(2);
    expect(mail.to).toContain('boss@customers.test');
    expect((await ask('GET', `/v1/enquiries/${id}/draft`)).body).toMatchObject({
      html: null,
      text: '',
      attachments: [],
    });
  });

  test('attachments that are too large are refused before they are stored', async () => {
    const { id, ask } = await served();
    const large = await ask('POST', `/v1/enquiries/${id}/draft/attachments?name=a.bin`, {
      body: Buffer.alloc(25 * 2 ** 20 + 1),
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect([large.status, large.body.code]).toEqual([413, 'attachment-too-large']);
  });

  test('transfers to nowhere are refused', async () => {
    const { id, ask } = await served();
    const group = await ask('POST', `/v1/enquiries/${id}/transfer`, { body: { to: { group: 'nowhere' } } });
    expect(group.body).toMatchObject({ code: 'not-found', what: 'group', id: 'nowhere' });
    const agent = await ask('POST', `/v1/enquiries/${id}/transfer`, { body: { to: { agent: 'nobody' } } });
    expect(agent.body).toMatchObject({ code: 'not-found', what: 'agent', id: 'nobody' });
  });

  test('going offline passes what rings on to the next agent', async () => {
    const id = await anEnquiry(desk.work);
    const { offer, ask, other, agent } = await offered(id);
    expect((await ask('PUT', '/v1/presence', { body: { word: 'offline' } })).body.word).toBe('offline');
    await found('the offer at the other', async () => {
      const { items } = (await other('GET', '/v1/offers')).body;
      return items.some((each: { enquiry: string }) => each.enquiry === id) ? true : null;
    });
    expect((await ask('POST', `/v1/offers/${offer}/accept`)).body.code).toBe('offer-over');
    expect((await ask('PUT', '/v1/presence', { body: { word: 'available' } })).body).toMatchObject({
      word: 'available',
      cause: 'agent',
    });
    expect((await desk.work.store.agents.get(agent))?.presence.leaseUntil?.getTime()).toBeGreaterThan(Date.now());
  });

  test('an offer that was never made is unknown', async () => {
    expect((await ann('POST', '/v1/offers/nothing.1/accept')).body).toMatchObject({ code: 'not-found', what: 'offer' });
    expect((await ann('POST', '/v1/offers/x/decline')).status).toBe(404);
  });
});
