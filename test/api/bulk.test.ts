import { carryOutBulk } from '../../activities/upkeep/carry-out-bulk';
import { aStoredEnquiry } from './stored';
import { startDesk, type Ask, type Desk } from './desk';

/** Acts on many enquiries, asked twice and by those who may not. */
describe('an act on many', () => {
  let desk: Desk;
  let ann: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    ann = await desk.as('ann');
    for (const [index, changes] of [
      { assignee: 'ann' },
      { assignee: 'ann' },
      { assignee: 'bob' },
      { group: 'x' },
    ].entries()) {
      await aStoredEnquiry(desk.work.store, { _id: `many-${index}`, number: 500 + index, ...changes });
    }
  });
  afterAll(() => desk.stop());

  const tag = (ids: string[]) => ({ act: 'tag', ids, add: ['x'] });

  test('is one job under a key, and refused when the key comes with something else', async () => {
    const first = await ann('POST', '/v1/bulk', { body: tag(['many-0']), key: 'twice' });
    const again = await ann('POST', '/v1/bulk', { body: tag(['many-0']), key: 'twice' });
    expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id]);
    const other = await ann('POST', '/v1/bulk', { body: tag(['many-1']), key: 'twice' });
    expect([other.status, other.body.code]).toEqual([409, 'key-used-otherwise']);
  });

  test('is nobody else’s, whatever he is called and whatever key he sends', async () => {
    const { body } = await ann('POST', '/v1/bulk', { body: tag(['many-0']), key: 'x-y' });
    await desk.aUser({ id: 'ann-x', role: 'agent' });
    const namesake = await desk.as('ann-x');
    const his = await namesake('POST', '/v1/bulk', { body: tag([]), key: 'y' });
    expect(his.body.id).not.toBe(body.id);
    expect((await namesake('GET', `/v1/bulk/${encodeURIComponent(body.id)}`)).status).toBe(404);
  });

  test('leaves out what is not his and what he may not see, without telling the two apart from nothing', async () => {
    const close = { act: 'close', ids: ['many-0', 'many-2', 'many-3', 'no-such'], notify: false };
    const { count, refusals } = (await ann('POST', '/v1/bulk/preview', { body: close })).body;
    expect(count).toBe(1);
    const codes = refusals.map(({ enquiry, code }: { enquiry: string; code: string }) => [enquiry, code]);
    expect(Object.fromEntries(codes)).toMatchObject({ 'many-3': 'not-found', 'no-such': 'not-found' });
  });

  test('that merges names the eldest, and leaves out what cannot be one with it', async () => {
    const { store } = desk.work;
    for (const [id, number, changes] of [
      ['eldest', 601, { contact: 'c-1', assignee: 'ann' }],
      ['mine', 602, { contact: 'c-1', assignee: 'ann' }],
      ['bobs', 603, { contact: 'c-1', assignee: 'bob' }],
      ['strange', 604, { contact: 'c-2', assignee: 'ann' }],
      ['elsewhere', 605, { contact: 'c-1', assignee: 'ann', channel: 'sales' }],
    ] as const) {
      await aStoredEnquiry(store, { _id: `join-${id}`, number, ...changes });
    }
    const ada = await desk.as('ada');
    const ids = ['strange', 'mine', 'elsewhere', 'bobs', 'eldest'].map((id) => `join-${id}`);
    const preview = async (ask: Ask, more: object = {}) => {
      const { status, body } = await ask('POST', '/v1/bulk/preview', { body: { act: 'merge', ids, ...more } });
      const codes = body.refusals?.map(({ enquiry, code }: { enquiry: string; code: string }) => [enquiry, code]);
      return { status, into: body.into, count: body.count, codes: Object.fromEntries(codes ?? []) };
    };
    expect(await preview(ada)).toEqual({
      status: 200,
      into: 'join-eldest',
      count: 2,
      codes: { 'join-strange': 'other-contact', 'join-elsewhere': 'other-channel' },
    });
    expect(await preview(ada, { confirm: true })).toMatchObject({ count: 3 });
    expect(await preview(ann)).toMatchObject({ count: 1, codes: { 'join-bobs': expect.any(String) } });
    const alone = await ada('POST', '/v1/bulk/preview', { body: { act: 'merge', ids: ['join-mine'] } });
    expect([alone.status, alone.body.findings?.[0].where]).toEqual([400, '/ids']);
  });

  test('lays nothing aside until a time that is over, or beyond a year', async () => {
    for (const days of [-1, 400]) {
      const until = new Date(Date.now() + days * 86_400_000).toISOString();
      const { body } = await ann('POST', '/v1/bulk/preview', { body: { act: 'snooze', ids: ['many-0'], until } });
      expect(body).toMatchObject({ code: 'wrong-body', findings: [{ where: '/until' }] });
    }
  });

  describe('carried out later', () => {
    // Jobs of the tests above name enquiries that no run has begun.
    beforeAll(async () => {
      const { jobs } = desk.work.store;
      for (const { _id } of await jobs.standing('bulk')) {
        await jobs.end(_id, { state: 'cancelled', done: 0, result: null }, new Date());
      }
    });
    const carriedOut = async (id: string) => {
      const { store, workflows } = desk.work;
      const ports = { store, workflows, now: () => new Date(), log: () => undefined };
      await carryOutBulk(ports, new AbortController().signal);
      return store.jobs.get(id, new Date());
    };
    const given = (id: string, number: number) =>
      aStoredEnquiry(desk.work.store, { _id: id, number, assignee: 'ann', group: 'elsewhere', channel: 'other' });
    const auditOf = (about: string) => desk.work.store.audit.list({ about });

    test('leaves what she who asked may see no more, and all of it when she may not sign in any more', async () => {
      const { store } = desk.work;
      await given('lost-sight', 510);
      const { body } = await ann('POST', '/v1/bulk', { body: tag(['lost-sight']), key: 'sight' });
      expect(body).toMatchObject({ total: 1 });
      const state = { ...(await store.enquiries.get('lost-sight'))?.state, assignee: 'bob' };
      const record = { id: 'lost-sight', seq: 2, state: state as never, memory: { acts: [], seen: [] }, rest: null };
      await store.enquiries.record({ ...record, timeline: [], run: null, now: new Date() });
      expect(await store.enquiries.get('lost-sight')).toMatchObject({ assignee: 'bob' });
      const refused = { state: 'done', done: 1, result: { refusals: [{ enquiry: 'lost-sight', code: 'not-found' }] } };
      expect(await carriedOut(body.id)).toMatchObject(refused);

      await given('gone-agent', 511);
      const next = await ann('POST', '/v1/bulk', { body: tag(['gone-agent']), key: 'suspended' });
      await store.users.change('ann', { suspended: true });
      const after = await carriedOut(next.body.id);
      await store.users.change('ann', { suspended: false });
      expect(after?.result).toMatchObject({ refusals: [{ enquiry: 'gone-agent', code: 'not-found' }] });
    });

    test('is in the audit log once, also where the request was cut off before it could say so', async () => {
      const { store } = desk.work;
      const { body } = await ann('POST', '/v1/bulk', { body: tag(['no-such']), key: 'said' });
      const said = { who: 'ann', what: 'enquiry.bulk', after: { act: 'tag', count: 0, input: { add: ['x'] } } };
      await carriedOut(body.id);
      expect(await auditOf(body.id)).toMatchObject([said]);
      const job = await store.jobs.get(body.id, new Date());
      if (!job) throw new Error('There is no job.');
      await store.jobs.start({ ...job, _id: 'b:ann:cut-off', state: 'running', endedAt: null });
      expect(await auditOf('b:ann:cut-off')).toEqual([]);
      await carriedOut('b:ann:cut-off');
      expect(await auditOf('b:ann:cut-off')).toMatchObject([said]);
    });
  });
});
