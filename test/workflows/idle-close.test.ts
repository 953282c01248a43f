import { aFlow } from '../support/a-flow';
import { found } from '../support/found';
import { anEnquiry, aReplyTo } from '../support/mails-of-work';
import { startDeskOverTime, type DeskOverTime } from '../support/time-skipping';
import { act, aDraft, type Work } from '../support/work';

/** The flow's own wait is far longer than the silence that closes. */
function aPatientFlow() {
  const flow = aFlow({ id: 'idle' });
  return { ...flow, nodes: { ...flow.nodes, serve: { ...flow.nodes['serve'], timeout: '100d' } } } as typeof flow;
}

describe('a contact who is silent while it is his turn', () => {
  let desk: DeskOverTime;
  let work: Work;
  beforeAll(async () => {
    desk = await startDeskOverTime({ flow: aPatientFlow(), agents: ['ann'] });
    work = desk.work;
  });
  afterAll(() => desk?.stop());

  const enquiryOf = async (id: string) => {
    const enquiry = await work.store.enquiries.get(id);
    if (!enquiry) throw new Error(`There is no enquiry ${id}.`);
    return enquiry;
  };
  const answer = async (id: string) =>
    expect(await act(work, id, 'reply', { agent: 'ann', ...(await aDraft(work, id, 'ann', 'Tell us more.')) })).toEqual(
      expect.objectContaining({ ok: true }),
    );
  const served = async (from: string): Promise<string> => {
    const id = await anEnquiry(work, { from });
    const offer = await found(
      `a ring of ${id}`,
      async () => (await work.store.agents.get('ann'))?.offers[id]?.offer ?? null,
    );
    expect(await act(work, id, 'accept', { agent: 'ann', offer })).toEqual({ ok: true });
    return id;
  };
  /** Templates of the mails that told him of the silence, oldest first. */
  const toldHim = async (id: string): Promise<string[]> => {
    const { mail } = await enquiryOf(id);
    const kinds: string[] = [];
    for (const message of await work.store.messages.getMany(mail.map((each) => each.message))) {
      const entry = message.outbox === null ? null : await work.store.outbox.get(message.outbox);
      if (entry && entry.kind !== 'reply') kinds.push(entry.kind);
    }
    return kinds;
  };
  const toldOf = (id: string, kinds: string[]) =>
    found(`${kinds.join()} of ${id}`, async () => ((await toldHim(id)).join() === kinds.join() ? true : null));

  test('is warned after five days and closed after seven', async () => {
    const id = await served('silent@customers.test');
    await answer(id);
    await desk.environment.sleep('119h');
    expect(await toldHim(id)).toEqual([]);
    await desk.environment.sleep('2 hours');
    await toldOf(id, ['idle-warning']);
    await desk.environment.sleep('46 hours');
    expect((await enquiryOf(id)).status).toBe('ongoing');
    await desk.environment.sleep('2 hours');
    const closed = await found('the close', async () => {
      const enquiry = await enquiryOf(id);
      return enquiry.status === 'closed' ? enquiry : null;
    });
    expect(closed).toMatchObject({ ending: 'no-reply', assignee: 'ann' });
    expect(await toldHim(id)).toEqual(['idle-warning', 'close-notice']);
  });

  test('who writes after the warning is waited for no more, and the next answer begins his time anew', async () => {
    const id = await served('late@customers.test');
    await answer(id);
    await desk.environment.sleep('121h');
    await toldOf(id, ['idle-warning']);
    await aReplyTo(work, id);
    await found('our turn', async () => ((await enquiryOf(id)).awaiting === 'agent' ? true : null));
    // However long it is our turn, he is not closed for it.
    await desk.environment.sleep('30 days');
    expect(await enquiryOf(id)).toMatchObject({ status: 'ongoing', awaiting: 'agent' });
    expect(await toldHim(id)).toEqual(['idle-warning']);
    await answer(id);
    await desk.environment.sleep('119h');
    expect(await toldHim(id)).toEqual(['idle-warning']);
    await desk.environment.sleep('2 hours');
    await toldOf(id, ['idle-warning', 'idle-warning']);
    await desk.environment.sleep('2 days');
    await found('the close', async () => ((await enquiryOf(id)).status === 'closed' ? true : null));
    expect(await toldHim(id)).toEqual(['idle-warning', 'idle-warning', 'close-notice']);
  });
});
