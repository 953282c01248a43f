import { randomUUID } from 'node:crypto';
import { anEnquiry } from '../support/mails-of-work';
import { offerTo, startDesk, type Ask, type Desk } from './desk';

/** What comes too late, or where it cannot be done, is told so that one knows what to do. */
describe('what an enquiry is not ready for', () => {
  let desk: Desk;
  let ann: Ask;
  let bob: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    [ann, bob] = [await desk.as('ann'), await desk.as('bob')];
    await desk.work.store.agents.setPresence('bob', 'offline', 'agent', new Date());
  });
  afterAll(() => desk.stop());

  test('is told to who has the enquiry, has closed it, or gave it away, and to who asks what cannot be', async () => {
    const id = await anEnquiry(desk.work, { from: `${randomUUID()}@customers.test` });
    const offer = await offerTo(ann, id);
    const answers = async () => {
      const asked = ['accept', 'decline'].map((each) => ann('POST', `/v1/offers/${offer}/${each}`, { body: {} }));
      return (await Promise.all(asked)).map(({ body }) => body.outcome ?? body.code);
    };
    expect((await ann('POST', `/v1/offers/${offer}/accept`)).status).toBe(200);
    expect(await answers()).toEqual(['done', 'offer-over']);
    expect((await ann('POST', `/v1/enquiries/${id}/close`, { body: { notify: false } })).status).toBe(200);
    expect(await answers()).toEqual(['enquiry-closed', 'offer-over']);
    expect((await ann('POST', `/v1/enquiries/${id}/tags`, { body: { add: ['after-all'] } })).status).toBe(200);
    const page = (await ann('GET', `/v1/enquiries/${id}`)).body;
    expect(page).toMatchObject({ status: 'closed', tags: expect.arrayContaining(['after-all']) });
    expect((await bob('POST', `/v1/enquiries/${id}/reopen`)).status).toBe(200);
    expect(await answers()).toEqual(['offer-taken', 'offer-taken']);

    const bobs = async (what: string) => (await bob('POST', `/v1/enquiries/${id}/${what}`)).body;
    const impossible = { code: 'not-possible-now' };
    expect(await bobs('reopen')).toMatchObject({ ...impossible, detail: expect.stringContaining('open already') });
    expect(await bobs('not-spam')).toMatchObject({ ...impossible, detail: 'It is not marked as spam.' });
    const unmerged = { ...impossible, detail: expect.stringContaining('not merged into another') };
    expect(await bobs('merge/undo')).toMatchObject(unmerged);
  });
});
