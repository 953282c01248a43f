import { found } from '../support/found';
import { startDesk, type Ask, type Desk } from './desk';

describe('notices', () => {
  let desk: Desk;
  let ann: Ask;
  let bob: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    [ann, bob] = [await desk.as('ann'), await desk.as('bob')];
  });
  afterAll(() => desk.stop());

  const tell = (id: string, users: string[], at = new Date()) =>
    desk.work.store.notices.tell(users, {
      id,
      at,
      sort: 'flow',
      text: `Look at ${id}.`,
      enquiry: 'e1',
      channel: 'support',
    });
  const list = async (who: Ask) => (await who('GET', '/v1/notices')).body;

  test('nobody has any at first', async () => {
    expect(await list(ann)).toEqual({ items: [], unread: 0 });
  });

  test('are told once to each, newest first, with the number of those that are not read', async () => {
    expect(await tell('n1', ['ann', 'bob'])).toEqual(['ann', 'bob']);
    expect(await tell('n2', ['ann'])).toEqual(['ann']);
    expect(await tell('n1', ['ann', 'bob'])).toEqual([]);
    expect(await list(ann)).toMatchObject({
      items: [
        { id: 'n2', sort: 'flow', text: 'Look at n2.', enquiry: 'e1', channel: 'support', readAt: null },
        { id: 'n1' },
      ],
      unread: 2,
    });
    expect((await list(bob)).items).toHaveLength(1);
  });

  test('are read one by one, or all that were told until now, each person his own', async () => {
    const { body } = await ann('POST', '/v1/notices/read', { body: { notice: 'n1' } });
    expect(body.unread).toBe(1);
    expect(body.items.find(({ id }: { id: string }) => id === 'n1').readAt).toEqual(expect.any(String));
    expect((await bob('POST', '/v1/notices/read', { body: { notice: 'n2' } })).status).toBe(404);
    expect((await ann('POST', '/v1/notices/read', { body: {} })).body.unread).toBe(0);
    expect((await list(bob)).unread).toBe(1);
    await tell('n3', ['ann'], new Date(Date.now() + 1000));
    expect((await list(ann)).unread).toBe(1);
  });

  test('are kept for 30 days and 200 at most', async () => {
    const old = new Date(Date.now() - 31 * 86_400_000);
    await tell('old', ['sue'], old);
    const sue = await desk.as('sue');
    expect(await list(sue)).toEqual({ items: [], unread: 0 });
    for (let number = 0; number < 203; number += 1) await tell(`many-${number}`, ['sue']);
    const { items, unread } = await list(sue);
    expect([items.length, items[0].id, unread]).toEqual([200, 'many-202', 200]);
  });

  test('are the business of nobody who is not signed in', async () => {
    expect((await desk.nobody('GET', '/v1/notices')).status).toBe(401);
  });

  test('say so to whoever listens, and to other processes by when a list changed', async () => {
    const before = (await desk.work.store.notices.changes()).get('bob');
    const told: string[] = [];
    const stop = desk.work.store.hints.listen((hint) => void (hint.about === 'notices' && told.push(hint.agent)));
    await bob('POST', '/v1/notices/read', { body: {} });
    await found('the hint', () => (told.length > 0 ? true : null));
    stop();
    expect(told).toEqual(['bob']);
    expect((await desk.work.store.notices.changes()).get('bob')).toBeGreaterThan(before ?? 0);
  });
});
