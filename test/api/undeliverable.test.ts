import { randomUUID } from 'node:crypto';
import { servedBy, startDesk, type Ask, type Desk } from './desk';

describe('an address that mail came back from', () => {
  let desk: Desk;
  let ann: Ask;
  let sue: Ask;
  let ada: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    [ann, sue, ada] = [await desk.as('ann'), await desk.as('sue'), await desk.as('ada')];
    await desk.work.store.agents.setPresence('bob', 'offline', 'agent', new Date(), 3_600_000);
    await desk.work.store.agents.save({ id: 'ann', name: 'ann', capacity: 50 }, new Date());
  });
  afterAll(() => desk.stop());

  const served = (from: string): Promise<string> => servedBy(desk, ann, from);
  const comesBack = (address: string, enquiry: string | null): Promise<void> =>
    desk.work.store.undeliverable.remember(address, {
      why: 'bounced',
      status: '5.1.1',
      text: '550 5.1.1 no such user',
      outbox: 'o-1',
      enquiry,
      channel: 'support',
      at: new Date(),
      expiresAt: new Date(Date.now() + 30 * 86_400_000),
      now: new Date(),
    });
  const automatic = async (enquiry: string): Promise<string[]> => {
    const { items } = (await ann('GET', `/v1/enquiries/${enquiry}/messages`)).body;
    return items.flatMap((each: { author: string | null }) => (each.author === 'flow' ? [each.author] : []));
  };
  const story = async (enquiry: string): Promise<string> =>
    JSON.stringify((await ann('GET', `/v1/enquiries/${enquiry}/timeline`)).body.items);

  test('gets no automatic mail, and the story says why; lifted, it gets it again', async () => {
    const from = `${randomUUID()}@customers.test`;
    await comesBack(from, null);
    const first = await served(from);
    expect(await automatic(first)).toEqual([]);
    expect(await story(first)).toMatch(/No auto-reply: the address gets no automatic mail until .* \(5\.1\.1\)/);
    await ann('POST', `/v1/enquiries/${first}/close`, { body: { notify: true } });
    expect(await story(first)).toContain('Closed without a notice: the address gets no automatic mail');
    expect(await automatic(first)).toEqual([]);

    expect((await ann('DELETE', `/v1/undeliverable-addresses/${from.toUpperCase()}`)).status).toBe(204);
    expect((await ann('DELETE', `/v1/undeliverable-addresses/${from}`)).status).toBe(404);
    const second = await served(from);
    await ann('POST', `/v1/enquiries/${second}/close`, { body: { notify: true } });
    expect(await story(second)).toContain('The notice is on its way');
    expect(await automatic(second)).toEqual(['flow']);
    const { items } = (await ada('GET', '/v1/audit?what=undeliverable-address.lift')).body;
    expect(items[0]).toMatchObject({ who: 'ann', about: from, before: { status: '5.1.1' }, after: null });
  });

  test('may be answered by an agent, who is warned before and after', async () => {
    const from = `${randomUUID()}@customers.test`;
    const id = await served(from);
    expect((await ann('GET', `/v1/enquiries/${id}/draft`)).body.warnings).toEqual([]);
    await comesBack(from, id);
    const warning = expect.stringMatching(new RegExp(`^Mail to ${from} came back on .* \\(5\\.1\\.1\\)`));
    expect((await ann('GET', `/v1/enquiries/${id}/draft`)).body.warnings).toEqual([warning]);
    const saved = await ann('PUT', `/v1/enquiries/${id}/draft`, { body: { to: ['other@customers.test'] } });
    expect(saved.body.warnings).not.toContain(warning);

    const sent = await ann('POST', `/v1/enquiries/${id}/replies`, { body: { text: 'Here.', to: [from] } });
    expect(sent.status).toBe(200);
    expect(sent.body).toMatchObject({ detail: { outbox: expect.any(String) }, warnings: [warning] });
    expect(await desk.work.store.outbox.get(sent.body.detail.outbox)).toMatchObject({ envelope: { to: [from] } });
  });

  test('is listed and lifted by those who may see an enquiry of it, and by nobody else', async () => {
    const from = `${randomUUID()}@customers.test`;
    const id = await served(from);
    await comesBack(from, id);
    const listed = async (who: Ask): Promise<string[]> =>
      (await who('GET', '/v1/undeliverable-addresses')).body.items.map((each: { address: string }) => each.address);
    expect(await listed(ann)).toContain(from);
    expect(await listed(sue)).toContain(from);
    const carl = await desk.as('carl');
    expect(await listed(carl)).toEqual([]);
    expect((await carl('DELETE', `/v1/undeliverable-addresses/${from}`)).status).toBe(404);
    expect((await sue('DELETE', `/v1/undeliverable-addresses/${from}`)).status).toBe(204);
    expect(await listed(ada)).not.toContain(from);
  });
});
