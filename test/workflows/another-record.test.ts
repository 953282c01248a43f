import { aFlow } from '../support/a-flow';
import { found } from '../support/found';
import { anEnquiry, aReplyTo } from '../support/mails-of-work';
import { act, aDesk, startWork, type Work } from '../support/work';

/** Who died after a burst was recorded, and does it anew with what came meanwhile, finds another record than its own. */
describe('a run that finds another record than its own', () => {
  let work: Work;
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: aFlow({ id: 'another' }), agents: ['ann'], capacity: 20, delivery: false });
  });
  afterAll(() => work.stop());

  /** An enquiry of two mails that ann serves; the second one's id. */
  async function served(from: string) {
    const id = await anEnquiry(work, { from });
    await found('a ring', async () => ((await work.store.enquiries.get(id))?.status === 'ringing' ? true : null));
    expect(await act(work, id, 'take', { agent: 'ann' })).toEqual({ ok: true });
    const message = await aReplyTo(work, id);
    await found('the mail', async () => ((await work.store.enquiries.get(id))?.state?.messages === 2 ? true : null));
    return { id, message };
  }

  /** A burst of the same run that was recorded before somebody died: what it did is known here, and nothing else. */
  async function anotherRecord(id: string): Promise<void> {
    const stands = await work.store.enquiries.get(id);
    if (!stands?.state || !stands.memory) throw new Error('Nothing stands recorded.');
    const { state, memory } = stands;
    const seq = state.seq + 1;
    await work.store.enquiries.record({
      id,
      seq,
      base: state.seq,
      state: { ...state, seq, tags: ['recorded'] },
      memory,
      rest: null,
      timeline: [],
      run: null,
      now: new Date(),
    });
  }

  test('takes an act that the other knows nothing of', async () => {
    const { id } = await served('tagged@customers.test');
    await anotherRecord(id);
    expect(await act(work, id, 'tag', { agent: 'ann', add: ['asked'], remove: [] })).toEqual({ ok: true });
    expect((await work.store.enquiries.get(id))?.tags.toSorted()).toEqual(['asked', 'recorded']);
  });

  test('takes what needs a second burst too, and answers it', async () => {
    const { id, message } = await served('split@customers.test');
    await anotherRecord(id);
    const to = `${id}-split`;
    const outcome = await act(work, id, 'part', { agent: 'ann', message, to, fresh: true });
    expect(outcome).toMatchObject({ ok: true, detail: { to } });
    const { state, tags, moved } = (await work.store.enquiries.get(id)) ?? {};
    expect({ errand: state?.errand, tags, moved }).toMatchObject({ errand: null, tags: ['recorded'], moved: [{ to }] });
  });
});
