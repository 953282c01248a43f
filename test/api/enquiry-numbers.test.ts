import { startDesk, type Ask, type Desk } from './desk';
import { aStoredEnquiry, anEntry } from './stored';

describe('an enquiry that is named by its number', () => {
  let desk: Desk;
  let ada: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    ada = await desk.as('ada');
    const { store } = desk.work;
    await aStoredEnquiry(store, { _id: 'e-open', number: 4711, group: 'support', assignee: 'ann' });
    await aStoredEnquiry(store, { _id: 'e-closed', number: 4712, group: 'support', status: 'closed' });
    await anEntry(store, { _id: 'smtp:support:1', enquiry: 'e-open' });
  });
  afterAll(() => desk.stop());

  test.each([
    ['open', 'e-open', '4711'],
    ['open', 'e-open', '%234711'],
    ['closed', 'e-closed', '4712'],
  ])('is read under every address that takes an id (%s)', async (_what, id, number) => {
    const paths = Object.entries(desk.document['paths'] as Record<string, object>).flatMap(([path, methods]) =>
      path.startsWith('/v1/enquiries/{id}') && 'get' in methods && !/\{(?!id)/.test(path) ? [path] : [],
    );
    expect(paths.length).toBeGreaterThan(4);
    for (const path of paths) {
      const [byId, byNumber] = [
        await ada('GET', path.replace('{id}', id)),
        await ada('GET', path.replace('{id}', number)),
      ];
      expect({ path, status: byNumber.status, body: { ...byNumber.body, savedAt: null } }).toEqual({
        path,
        status: byId.status,
        // The draft that is only proposed is of this very moment.
        body: { ...byId.body, savedAt: null },
      });
    }
    expect((await ada('GET', `/v1/enquiries/${number}`)).body).toMatchObject({ id });
  });

  test('is written to, watched, listed by its mails, and chosen among many', async () => {
    expect((await ada('PUT', '/v1/enquiries/4711/watch')).status).toBeLessThan(300);
    expect((await ada('GET', '/v1/ledger?enquiry=4711')).body.items).toMatchObject([{ enquiry: 'e-open' }]);
    const asked = { act: 'tag', ids: ['4711', 'e-open', '#4712', '99999'], add: ['outage'] };
    const { body } = await ada('POST', '/v1/bulk/preview', { body: asked });
    expect(body).toMatchObject({
      count: 2,
      refusals: expect.arrayContaining([expect.objectContaining({ enquiry: '99999', code: 'not-found' })]),
    });
  });

  test('and is not there, or may not be seen, is refused in the same words', async () => {
    const carl = await desk.as('carl');
    const unknown = await carl('GET', '/v1/enquiries/99999');
    const unseen = await carl('GET', '/v1/enquiries/4711');
    expect(unseen.status).toBe(404);
    expect(unseen.body.detail).toBe('There is no enquiry "4711", or you may not see it.');
    expect(unknown.body.detail).toBe('There is no enquiry "99999", or you may not see it.');
    expect({ ...unseen.body, detail: '', id: '', instance: '' }).toEqual({
      ...unknown.body,
      detail: '',
      id: '',
      instance: '',
    });
    expect(JSON.stringify(unseen.body)).not.toContain('e-open');
    expect((await carl('POST', '/v1/enquiries/4711/test', { body: { title: 'x' } })).status).toBe(403);
  });
});
