import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { enquiryWorkflowId, noteUpdate } from '../../workflows/messages';
import { found } from '../support/found';
import { anEnquiry, aReplyTo } from '../support/mails-of-work';
import { act, aDesk, aDraft, startWork, type Work } from '../support/work';

/** Called after each write of the store; a test sets it to let something happen at that very moment. */
let afterWrite: (point: string) => void | Promise<void> = () => {};

/** RESET_REAPPLY_TYPE_NONE: what was asked of the run is not asked again when it is reset. */
const ASKED_ONCE: object = { resetReapplyType: 2 };

describe('an enquiry whose run is lost or disturbed', () => {
  let work: Work;
  beforeAll(async () => {
    work = await startWork({ failAt: (point) => afterWrite(point) });
    await aDesk(work, { flow: flow as unknown as Flow, agents: ['ann', 'bob'] });
  });
  afterAll(() => work.stop());
  beforeEach(async () => {
    afterWrite = () => {};
    for (const agent of ['ann', 'bob'])
      await work.store.agents.setPresence(agent, 'available', 'agent', new Date(), 3_600_000);
  });

  const enquiryOf = (id: string) => work.store.enquiries.get(id);
  const restingIn = (id: string, status: string) =>
    found(`enquiry to be ${status}`, async () => {
      const enquiry = await enquiryOf(id);
      return enquiry?.status === status && enquiry.seq > 0 ? enquiry : null;
    });
  const ringing = async (id: string) => {
    const { state } = await restingIn(id, 'ringing');
    if (state?.rest?.kind !== 'ring') throw new Error('It does not ring.');
    return { agent: state.rest.offer.agents[0] ?? '', offer: state.rest.offer.id };
  };
  const serving = async (from: string) => {
    const id = await anEnquiry(work, { from });
    const { agent, offer } = await ringing(id);
    await act(work, id, 'accept', { agent, offer });
    return { id, agent };
  };
  const autoRepliesOf = async (id: string) =>
    (await work.store.outbox.ofEnquiry(id)).filter((each) => each.kind === 'auto-reply');
  const lose = async (id: string) => {
    const handle = work.client.workflow.getHandle(enquiryWorkflowId(id));
    await handle.terminate('lost, for a test');
    await work.workflows.startEnquiry(id);
  };

  test('goes on ringing at the same agent when it is lost while it rings', async () => {
    const id = await anEnquiry(work, { from: 'lost-ring@customers.test' });
    const before = await ringing(id);
    await lose(id);
    expect(await act(work, id, 'accept', before)).toEqual({ ok: true });
    expect((await enquiryOf(id))?.assignee).toBe(before.agent);
    expect(await work.store.agents.holdersOf(id)).toEqual([before.agent]);
    expect(await autoRepliesOf(id)).toHaveLength(1);
    await act(work, id, 'close', { agent: before.agent, notify: false });
  });

  test('goes on with its agent when it is lost while he works, and takes the mail that came meanwhile', async () => {
    const { id, agent } = await serving('lost-work@customers.test');
    await act(work, id, 'reply', { agent, ...(await aDraft(work, id, agent, 'One moment.')) });
    await work.client.workflow.getHandle(enquiryWorkflowId(id)).terminate('lost, for a test');
    await aReplyTo(work, id);
    const after = await found('the mail to be taken', async () => {
      const enquiry = await enquiryOf(id);
      return enquiry?.awaiting === 'agent' ? enquiry : null;
    });
    expect(after).toMatchObject({ status: 'ongoing', assignee: agent });
    expect((await work.store.outbox.ofEnquiry(id)).filter((each) => each.kind === 'reply')).toHaveLength(1);
    await act(work, id, 'close', { agent, notify: false });
  });

  test('is still in the list of the missed when it is lost while nobody is there', async () => {
    for (const agent of ['ann', 'bob']) await work.store.agents.setPresence(agent, 'offline', 'agent', new Date());
    const id = await anEnquiry(work, { from: 'lost-missed@customers.test' });
    const before = await restingIn(id, 'missed');
    await lose(id);
    expect(await act(work, id, 'take', { agent: 'ann' })).toEqual({ ok: true });
    const after = await enquiryOf(id);
    expect(after).toMatchObject({ status: 'ongoing', assignee: 'ann', group: before.group });
    await act(work, id, 'close', { agent: 'ann', notify: false });
  });

  test('does nothing when a closed one is started by mistake', async () => {
    const { id, agent } = await serving('closed@customers.test');
    await act(work, id, 'close', { agent, notify: true });
    const before = await restingIn(id, 'closed');
    await work.workflows.startEnquiry(id);
    await work.client.workflow.getHandle(enquiryWorkflowId(id)).result();
    const after = await enquiryOf(id);
    expect(after?.seq).toBe(before.seq);
    expect((await work.store.outbox.ofEnquiry(id)).filter((each) => each.kind === 'close-notice')).toHaveLength(1);
  });

  test('reopens with a mail that comes while the close is being recorded', async () => {
    const { id, agent } = await serving('late@customers.test');
    let sent: Promise<string> | null = null;
    afterWrite = (point) => {
      if (point !== 'enquiries.record' || sent !== null) return;
      sent = aReplyTo(work, id);
    };
    await act(work, id, 'close', { agent, notify: false });
    await found('the late mail', () => sent);
    const reopened = await found('it to be open again', async () => {
      const enquiry = await enquiryOf(id);
      return enquiry?.state?.reopened === 1 ? enquiry : null;
    });
    expect(reopened.mail.filter((each) => each.direction === 'in')).toHaveLength(2);
    expect(reopened.state?.messages).toBe(2);
  });

  test('answers a repeated request with the outcome of the first, also in the next run', async () => {
    const { id, agent } = await serving('twice@customers.test');
    const handle = () => work.client.workflow.getHandle(enquiryWorkflowId(id));
    const draft = await aDraft(work, id, agent, 'Only once, please.');
    const first = await handle().executeUpdate('reply', {
      args: [{ act: 'the-key', agent, ...draft }],
      updateId: 'the-key',
    });
    const note = { args: [{ act: 'the-note', agent, note: 'n-twice' }] as const, updateId: 'the-note' };
    expect(await handle().executeUpdate(noteUpdate, { ...note, args: [...note.args] })).toEqual({ ok: true });
    await lose(id);
    const second = await handle().executeUpdate('reply', {
      args: [{ act: 'the-key', agent, ...draft }],
      updateId: 'the-key',
    });
    expect(second).toEqual(first);
    expect(await handle().executeUpdate(noteUpdate, { ...note, args: [...note.args] })).toEqual({ ok: true });
    const told = (await work.store.enquiries.story(id)).filter((each) => each.kind === 'note');
    expect(told).toHaveLength(1);
    expect((await work.store.outbox.ofEnquiry(id)).filter((each) => each.kind === 'reply')).toHaveLength(1);
    await act(work, id, 'close', { agent, notify: false });
  });

  test('goes on where the store says when its run is reset to an earlier moment', async () => {
    const { id, agent } = await serving('reset@customers.test');
    await act(work, id, 'reply', { agent, ...(await aDraft(work, id, agent, 'Before the reset.')) });
    const handle = work.client.workflow.getHandle(enquiryWorkflowId(id));
    const { events } = await handle.fetchHistory();
    const firstTask = events?.find((each) => each.workflowTaskCompletedEventAttributes);
    const { runId } = await handle.describe();
    await work.client.workflowService.resetWorkflowExecution({
      namespace: work.client.options.namespace,
      workflowExecution: { workflowId: handle.workflowId, runId },
      reason: 'reset, for a test',
      workflowTaskFinishEventId: firstTask?.eventId ?? null,
      requestId: `reset-${id}`,
    });
    expect(await act(work, id, 'close', { agent, notify: false })).toEqual({ ok: true });
    const closed = await restingIn(id, 'closed');
    expect(closed.assignee).toBe(agent);
    const queued = await work.store.outbox.ofEnquiry(id);
    expect(queued.map((each) => each.kind).toSorted()).toEqual(['auto-reply', 'reply']);
    expect((await work.store.agents.get(agent))?.slots[id]).toBeUndefined();
  });

  test('decides anew what was asked of a run that did not know how far the store is', async () => {
    const { id, agent } = await serving('behind@customers.test');
    await act(work, id, 'reply', { agent, ...(await aDraft(work, id, agent, 'Before the reset.')) });
    const handle = work.client.workflow.getHandle(enquiryWorkflowId(id));
    const { events = [] } = await handle.fetchHistory();
    const replied = events?.findLastIndex((each) => each.workflowExecutionUpdateAcceptedEventAttributes) ?? 0;
    const task = events?.slice(0, replied).findLast((each) => each.workflowTaskCompletedEventAttributes);
    await work.client.workflowService.resetWorkflowExecution({
      namespace: work.client.options.namespace,
      workflowExecution: { workflowId: handle.workflowId, runId: (await handle.describe()).runId },
      reason: 'reset, for a test',
      workflowTaskFinishEventId: task?.eventId ?? null,
      requestId: `behind-${id}`,
      ...ASKED_ONCE,
    });
    expect(await act(work, id, 'tag', { agent, add: ['found'], remove: [] })).toEqual({ ok: true });
    expect(await enquiryOf(id)).toMatchObject({ tags: expect.arrayContaining(['found']), awaiting: 'contact' });
    expect((await work.store.outbox.ofEnquiry(id)).filter((each) => each.kind === 'reply')).toHaveLength(1);
    await act(work, id, 'close', { agent, notify: false });
  });
});
