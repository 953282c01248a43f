import { found } from '../support/found';
import { servedBy, startDesk, type Ask, type Desk } from './desk';
import { anOutboxMail } from './stored';

describe('an enquiry whose mail did not arrive', () => {
  let desk: Desk;
  let ann: Ask;
  let bob: Ask;
  let sue: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    [ann, bob, sue] = [await desk.as('ann'), await desk.as('bob'), await desk.as('sue')];
    await desk.work.store.agents.setPresence('bob', 'offline', 'agent', new Date(), 3_600_000);
  });
  afterAll(() => desk.stop());

  /** One that Ann serves and has answered; the outbox id of her answer. */
  async function answered(): Promise<{ id: string; mail: string }> {
    const id = await servedBy(desk, ann);
    const { body } = await ann('POST', `/v1/enquiries/${id}/replies`, { body: { text: 'Here it is.' } });
    expect((await ann('GET', `/v1/enquiries/${id}`)).body).toMatchObject({ awaiting: 'contact', attention: null });
    return { id, mail: body.detail.outbox };
  }
  async function fails(id: string, mail: string, how: 'bounced' | 'uncertain'): Promise<void> {
    const { workflows, store } = desk.work;
    await workflows.deliveryFailed(id, { outboxId: mail, occasion: `report ${mail}`, how, automatic: false });
    await found('attention', async () => (await store.enquiries.get(id))?.attention ?? null);
  }
  const listed = async (who: Ask, query: string): Promise<string[]> =>
    (await who('GET', `/v1/enquiries?${query}`)).body.items.map((each: { id: string }) => each.id);

  test("is the agent's turn again, in his list and among those that need attention, and its story tells it", async () => {
    const { id, mail } = await answered();
    await fails(id, mail, 'bounced');

    expect((await ann('GET', `/v1/enquiries/${id}`)).body).toMatchObject({
      awaiting: 'agent',
      status: 'ongoing',
      attention: { why: 'bounced', mail, automatic: false, what: expect.stringContaining('did not arrive') },
    });
    expect(await listed(ann, 'mine=true&attention=true')).toEqual([id]);
    expect(await listed(sue, 'attention=true')).toContain(id);
    const { items } = (await ann('GET', `/v1/enquiries/${id}/timeline`)).body;
    expect(items.at(-1).sentence).toContain('it is the turn of the agent who has it');
    const { tales } = (await sue('GET', `/v1/trace?word=${(await ann('GET', `/v1/enquiries/${id}`)).body.number}`))
      .body;
    expect(JSON.stringify(tales)).toContain('It needs attention');

    expect((await bob('POST', `/v1/enquiries/${id}/attended`)).body.code).toBe('not-assigned');
    expect((await ann('POST', `/v1/enquiries/${id}/attended`)).status).toBe(200);
    expect((await ann('GET', `/v1/enquiries/${id}`)).body).toMatchObject({ awaiting: 'contact', attention: null });
    expect(await listed(ann, 'attention=true')).toEqual([]);
  });

  test('and that is closed stays closed and is listed until somebody has looked after it', async () => {
    const { id, mail } = await answered();
    await ann('POST', `/v1/enquiries/${id}/close`, { body: { notify: false } });
    expect(await listed(ann, 'mine=true')).not.toContain(id);
    await fails(id, mail, 'bounced');

    expect(await listed(ann, 'mine=true')).toContain(id);
    expect(await listed(ann, 'attention=true')).toEqual([id]);
    expect(await listed(ann, 'status=closed')).toContain(id);
    expect((await ann('GET', `/v1/enquiries/${id}`)).body).toMatchObject({ status: 'closed', attention: { mail } });

    expect((await bob('POST', `/v1/enquiries/${id}/attended`)).body.code).toBe('not-assigned');
    const done = await ann('POST', `/v1/enquiries/${id}/attended`, { key: 'seen-1' });
    expect(done.status).toBe(200);
    expect((await ann('POST', `/v1/enquiries/${id}/attended`, { key: 'seen-1' })).body).toEqual(done.body);
    expect(await listed(ann, 'mine=true')).not.toContain(id);
    expect((await ann('GET', `/v1/enquiries/${id}`)).body).toMatchObject({ status: 'closed', attention: null });
  });

  test('needs none any more when a person has decided what becomes of the mail', async () => {
    const { id } = await answered();
    const mail = `${id}:uncertain`;
    await anOutboxMail(desk.work.store, { _id: mail, enquiry: id, author: 'ann', message: null });
    const { store } = desk.work;
    const taken = await store.outbox.take(mail, 'a-sender', new Date(Date.now() + 7_200_000));
    await store.outbox.finish(mail, taken?.attempt ?? 0, {
      state: 'uncertain',
      answers: [],
      acceptedRecipients: [],
      now: new Date(),
    });
    await fails(id, mail, 'uncertain');
    expect((await ann('GET', `/v1/enquiries/${id}`)).body).toMatchObject({ awaiting: 'agent', attention: { mail } });

    expect((await ann('POST', `/v1/outbox/${encodeURIComponent(mail)}/leave`)).body).toMatchObject({
      state: 'discarded',
    });
    expect((await ann('GET', `/v1/enquiries/${id}`)).body).toMatchObject({ awaiting: 'contact', attention: null });
  });
});
