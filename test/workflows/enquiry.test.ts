import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { enquiryWorkflowId } from '../../workflows/messages';
import { found } from '../support/found';
import { historyText } from '../support/history';
import { anEnquiry, aReplyTo } from '../support/mails-of-work';
import { act, aDesk, aDraft, startWork, type Work } from '../support/work';

describe('an enquiry', () => {
  let work: Work;
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: flow as unknown as Flow, agents: ['ann', 'bob'] });
  });
  afterAll(() => work.stop());

  const enquiryOf = (id: string) => work.store.enquiries.get(id);

  test('goes from the first mail to the close, and tells the customer three times', async () => {
    const id = await anEnquiry(work, { subject: 'Invoice 4711', text: 'It is urgent.' });
    const ringing = await found('a ring', async () => {
      const enquiry = await enquiryOf(id);
      return enquiry?.status === 'ringing' ? enquiry : null;
    });
    expect(ringing.tags.toSorted()).toEqual(['billing', 'urgent']);
    const [agent] = await work.store.agents.holdersOf(id);
    const offer = (await work.store.agents.get(agent ?? ''))?.offers[id];
    expect(offer?.enquiry).toBe(id);

    expect(await act(work, id, 'accept', { agent: agent ?? '', offer: offer?.offer ?? '' })).toEqual({ ok: true });
    expect((await enquiryOf(id))?.assignee).toBe(agent);

    const draft = await aDraft(work, id, agent ?? '', 'Dear Mia, it is on its way.');
    expect(await act(work, id, 'reply', { agent: agent ?? '', ...draft })).toMatchObject({ ok: true });
    await aReplyTo(work, id);
    await found('the turn of the agent', async () => ((await enquiryOf(id))?.awaiting === 'agent' ? true : null));
    expect(await act(work, id, 'close', { agent: agent ?? '', notify: true })).toEqual({ ok: true });

    const mails = await found('three mails', async () => {
      const sent = await work.sent();
      return sent.length >= 3 ? sent : null;
    });
    expect(mails).toHaveLength(3);
    expect(mails.filter((mail) => /^Auto-Submitted: auto-replied/m.test(mail))).toHaveLength(2);
    const result = await work.client.workflow.getHandle(enquiryWorkflowId(id)).result();
    expect(result).toMatchObject({ ending: 'resolved' });
    expect((await work.store.agents.get(agent ?? ''))?.load).toBe(0);
    const history = await work.client.workflow.getHandle(enquiryWorkflowId(id)).fetchHistory();
    const text = historyText(history);
    for (const secret of ['4711', 'urgent.', 'mia@', 'Mia', 'on its way', 'another thing'])
      expect(text).not.toContain(secret);
    // 45 for the whole story, 7 for the customer's answer in between (docs: figures).
    expect(history.events?.length ?? 0).toBeLessThanOrEqual(52);
  });
});
