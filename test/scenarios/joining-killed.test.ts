import { aFlow } from '../support/a-flow';
import type { Problem } from '../support/colleague';
import type { DemoDesk } from '../support/demo-desk';
import { startDyingDesk, type DyingDesk } from '../support/dying-desk';
import { acceptRing, enquiryWhen, messagesOf, says } from '../support/desk-work';
import { found } from '../support/found';

jest.setTimeout(600_000);

/** Writes of a merge, and of taking it back, in about their order. */
const WRITES_OF_A_MERGE = ['enquiries.absorb', 'enquiries.link', 'drafts.restore', 'agents.release'];
const WRITES_OF_AN_UNDO = ['enquiries.giveBack', 'agents.hold'];
describe('Ringpost that dies by kill -9 while two enquiries become one', () => {
  let dying: DyingDesk;
  let desk: DemoDesk;
  let to: string;
  beforeAll(async () => {
    dying = await startDyingDesk();
    desk = dying.desk;
    to = await desk.addressOf(aFlow({ id: 'joining', ring: { timeout: '8h' } }));
  });
  afterAll(() => dying?.end());

  /** Starts it so that it dies at the first such write, has something asked, starts it anew, and asks the same again. */
  async function askedTwice(point: string, path: string, body: object) {
    type Done = Problem & { outcome: string; detail: Record<string, string> };
    return dying.askedTwice(point, () => desk.ann.ask<Done>('POST', path, body, point));
  }

  /** Two enquiries of one contact, both served by ann, with a draft in the second. */
  async function both(name: string) {
    const { ann, bob } = desk;
    await says(bob, 'away');
    await says(ann, 'available');
    const from = `Customer <${name.replaceAll('.', '-').toLowerCase()}@customers.example>`;
    const elder = await desk.write({ to, from, text: 'First.' });
    const younger = await desk.write({ to, from, text: 'Second.' });
    for (const { id } of [elder, younger]) await acceptRing(ann, id);
    await ann.put(`/v1/enquiries/${younger.id}/draft`, { text: `Half a sentence of ${name}` });
    return { elder, younger };
  }
  const textsOf = async (id: string) => (await messagesOf(desk.admin, id)).map((each) => each.newText.trim());
  const slots = async () =>
    (await desk.admin.get<{ items: { id: string; load: number }[] }>('/v1/agents')).items.find(({ id }) => id === 'ann')
      ?.load ?? -1;

  test.each(WRITES_OF_A_MERGE)('after %s: the merge is whole all the same, and done once', async (point) => {
    const { elder, younger } = await both(point);
    const before = await slots();
    const answer = await askedTwice(point, `/v1/enquiries/${younger.id}/merge`, { into: elder.id });
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'done', detail: { into: elder.id } } });
    await desk.statusOf(younger.id, 'closed');
    expect(await textsOf(elder.id)).toEqual(['First.', 'Second.']);
    const draft = await desk.ann.get<{ text: string }>(`/v1/enquiries/${elder.id}/draft`);
    expect(draft.text).toBe(`Half a sentence of ${point}`);
    await found('her slot to be free', async () => ((await slots()) === before - 1 ? true : null));
    const told = await desk.admin.get<{ items: { sentence: string }[] }>(`/v1/enquiries/${elder.id}/timeline`);
    expect(told.items.filter(({ sentence }) => sentence.includes('was merged into this one'))).toHaveLength(1);
  });

  test.each(WRITES_OF_AN_UNDO)('after %s: a merge that is taken back is taken back wholly', async (point) => {
    const { elder, younger } = await both(point);
    await desk.ann.post(`/v1/enquiries/${younger.id}/merge`, { into: elder.id });
    const answer = await askedTwice(point, `/v1/enquiries/${younger.id}/merge/undo`, {});
    expect(answer).toMatchObject({ status: 200 });
    await enquiryWhen(desk.admin, younger.id, 'hers', (page) => page.status === 'ongoing' && page.assignee === 'ann');
    expect([await textsOf(elder.id), await textsOf(younger.id)]).toEqual([['First.'], ['Second.']]);
  });
});
