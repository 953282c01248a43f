import { createApp } from '../../api/app';
import { found } from '../support/found';
import { servedBy, startDesk, type Answer, type Ask, type Desk } from './desk';

/** One agent at two windows, a client that repeats itself, and one that mixes up its keys. */
describe('the same person twice', () => {
  let desk: Desk;
  let ann: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    const { store } = desk.work;
    await store.groups.save('other', { title: 'Other', agents: ['carl'], strategy: 'none', ringTimeoutMs: null });
    await store.agents.save({ id: 'ann', name: 'Ann', capacity: 50 }, new Date());
    await store.agents.setPresence('bob', 'offline', 'agent', new Date());
    ann = await desk.as('ann');
  });
  afterAll(() => desk.stop());

  const served = (): Promise<string> => servedBy(desk, ann);
  const act = (id: string, what: string, body: object, key: string): Promise<Answer> =>
    ann('POST', `/v1/enquiries/${id}/${what}`, { body, key });
  const answersOf = async (id: string): Promise<string[]> => {
    const { items } = (await ann('GET', `/v1/enquiries/${id}/messages`)).body;
    return items
      .filter((each: { author: string | null }) => each.author === 'ann')
      .map((each: { text: string }) => each.text);
  };

  test.each([
    ['notes', { text: 'One.' }, { text: 'Two.' }],
    ['replies', { text: 'One.' }, { text: 'Two.' }],
    ['tags', { add: ['one'] }, { add: ['two'] }],
    ['close', { notify: false }, { notify: false, disposition: 'solved' }],
  ])('a key of %s is refused for another body, and repeated for the same', async (what, body, other) => {
    const id = await served();
    const first = await act(id, what, body, 'k');
    expect(first.status).toBe(200);
    expect((await act(id, what, body, 'k')).body).toEqual(first.body);
    expect((await act(id, what, other, 'k')).body.code).toBe('key-used-otherwise');
    expect((await ann('GET', `/v1/enquiries/${id}`)).body.tags).not.toContain('two');
    expect(await answersOf(id)).not.toContain('Two.');
  });

  test('the order of names in a body does not matter to its key', async () => {
    const id = await served();
    const [cc, confirm] = [['boss@customers.test'], ['recipients-changed']];
    const first = await act(id, 'replies', { text: 'Hello.', cc, confirm }, 'k');
    expect((await act(id, 'replies', { confirm, cc, text: 'Hello.' }, 'k')).body).toEqual(first.body);
    expect(await answersOf(id)).toEqual(['Hello.']);
  });

  test('a reply that leaves while the same is being written down at another window is the same', async () => {
    const id = await served();
    const { drafts } = desk.work.store;
    const reply = (ask: Ask): Promise<Answer> =>
      ask('POST', `/v1/enquiries/${id}/replies`, { body: { text: 'Once.' }, key: 'same' });
    let first: Answer | undefined;
    const late: typeof drafts = {
      ...drafts,
      async save(draft, over) {
        first ??= await reply(ann);
        return drafts.save(draft, over);
      },
    };
    const other = await desk.as('ann', createApp({ ...desk.ports, store: { ...desk.work.store, drafts: late } }));
    const second = await reply(other);
    expect(first?.status).toBe(200);
    expect(second).toMatchObject({ status: 200, body: first?.body });
    expect(await answersOf(id)).toEqual(['Once.']);
  });

  test('the same reply sent from two windows at once leaves once, two replies leave both', async () => {
    const id = await served();
    const twice = await Promise.all([1, 2].map(() => act(id, 'replies', { text: 'Once.' }, 'same')));
    expect(twice.map(({ status }) => status)).toEqual([200, 200]);
    expect(twice[1]?.body).toEqual(twice[0]?.body);
    const both = await Promise.all(['a', 'b'].map((key) => act(id, 'replies', { text: `Window ${key}.` }, key)));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await answersOf(id)).toSorted()).toEqual(['Once.', 'Window a.', 'Window b.']);
  });

  test('what was written in one window is not overwritten from another that has not seen it', async () => {
    const id = await served();
    const draft = `/v1/enquiries/${id}/draft`;
    const empty = (await ann('GET', draft)).body.digest;
    const one = await ann('PUT', draft, { body: { text: 'From one.', expectedDigest: empty } });
    expect(one.status).toBe(200);
    const other = await ann('PUT', draft, { body: { text: 'From the other.', expectedDigest: empty } });
    expect([other.status, other.body.code]).toEqual([409, 'changed-meanwhile']);
    const blind = await act(id, 'replies', { expectedDigest: empty }, 'blind');
    expect([blind.status, blind.body.code]).toEqual([409, 'changed-meanwhile']);
    expect((await ann('GET', draft)).body.text).toBe('From one.');
    expect((await act(id, 'replies', { expectedDigest: one.body.digest }, 'seen')).status).toBe(200);
    expect(await answersOf(id)).toEqual(['From one.']);
    const late = await ann('PUT', draft, { body: { text: 'From one, again.', expectedDigest: one.body.digest } });
    expect(late.body.code).toBe('changed-meanwhile');
  });

  test('a reply that is repeated, or was taken back, leaves what was begun since', async () => {
    const id = await served();
    const draft = `/v1/enquiries/${id}/draft`;
    const later = { sendAfter: new Date(Date.now() + 3_600_000).toISOString() };
    await ann('PUT', draft, { body: { text: 'Sent.' } });
    const first = await act(id, 'replies', later, 'k');
    expect(first.status).toBe(200);
    expect((await ann('GET', draft)).body.text).toBe('');
    await ann('PUT', draft, { body: { text: 'Begun since.' } });
    expect((await act(id, 'replies', later, 'k')).body).toEqual(first.body);
    expect((await ann('GET', draft)).body.text).toBe('Begun since.');
    await ann('DELETE', draft);
    expect((await ann('POST', `/v1/outbox/${first.body.detail.outbox}/undo`)).status).toBe(200);
    expect((await act(id, 'replies', later, 'k')).body).toEqual(first.body);
    expect((await ann('GET', draft)).body.text).toBe('Sent.');
  });

  test('files attached in two windows at the same moment are all there', async () => {
    const id = await served();
    const attach = (name: string) =>
      ann('POST', `/v1/enquiries/${id}/draft/attachments?name=${name}`, {
        body: Buffer.from(name),
        headers: { 'content-type': 'application/octet-stream' },
      });
    await ann('PUT', `/v1/enquiries/${id}/draft`, { body: { text: 'With files.' } });
    const names = ['a.txt', 'b.txt', 'c.txt'];
    expect((await Promise.all(names.map(attach))).map(({ status }) => status)).toEqual([200, 200, 200]);
    const { attachments } = (await ann('GET', `/v1/enquiries/${id}/draft`)).body;
    expect(attachments.map(({ name }: { name: string }) => name).toSorted()).toEqual(names);
  });

  test('a reply while the enquiry closes is refused, and what was written stays', async () => {
    const id = await served();
    await ann('PUT', `/v1/enquiries/${id}/draft`, { body: { text: 'Nearly done.' } });
    expect((await act(id, 'close', { notify: false }, 'close')).status).toBe(200);
    const refused = await act(id, 'replies', {}, 'late');
    expect([refused.status, refused.body.code]).toEqual([409, 'enquiry-closed']);
    expect((await ann('GET', `/v1/enquiries/${id}/draft`)).body.text).toBe('Nearly done.');
  });

  test('who gave an enquiry away, and sees it no more, still hears what became of that', async () => {
    const id = await served();
    const body = { to: { group: 'other' } };
    const given = await act(id, 'transfer', body, 'give');
    expect(given.status).toBe(200);
    const carl = await desk.as('carl');
    await found('it at the other group', async () => {
      const { status } = await carl('POST', `/v1/enquiries/${id}/take`);
      return status === 200 ? true : null;
    });
    expect((await ann('GET', `/v1/enquiries/${id}`)).status).toBe(404);
    expect((await act(id, 'transfer', body, 'give')).body).toEqual(given.body);
    const look = `/v1/enquiries/${id}/acts/${encodeURIComponent(given.body.act)}`;
    expect((await ann('GET', look)).body).toEqual(given.body);
    expect((await act(id, 'transfer', body, 'again')).status).toBe(404);
    const bob = await desk.as('bob');
    expect((await bob('GET', look)).status).toBe(404);
  });
});
