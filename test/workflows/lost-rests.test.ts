import type { Flow } from '../../flows/flow';
import { enquiryWorkflowId } from '../../workflows/messages';
import { aFlow } from '../support/a-flow';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { act, aDesk, startWork, type Work } from '../support/work';

/** Wherever an enquiry rests, its run may be terminated, reset, or forgotten with Temporal's file. */
describe('an enquiry whose run is lost while it rests', () => {
  let work: Work;
  let contacts = 0;
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: aFlow({ id: 'rests' }), agents: ['ann'], capacity: 1, delivery: false });
  });
  afterAll(() => work.stop());

  const enquiryOf = async (id: string) => {
    const enquiry = await work.store.enquiries.get(id);
    if (!enquiry) throw new Error(`no enquiry ${id}`);
    return enquiry;
  };
  const handleOf = (id: string) => work.client.workflow.getHandle(enquiryWorkflowId(id));
  const openedBy = async (flow: Flow) => {
    const text = JSON.stringify(flow);
    const revision = await work.store.flows.publish('rests', { text, by: 'ada', at: new Date(), message: 'a rest' });
    await work.store.channels.change('support', { flow: { id: 'rests', revision: revision?.revision ?? 0 } });
    return anEnquiry(work, { from: `rest${(contacts += 1)}@customers.test` });
  };
  const resting = (id: string, kind: string) =>
    found(`${id} to rest in ${kind}`, async () => ((await enquiryOf(id)).state?.rest?.kind === kind ? true : null));
  const taken = async (id: string) => {
    await resting(id, 'ring');
    expect(await act(work, id, 'take', { agent: 'ann' })).toEqual({ ok: true });
  };
  const close = (id: string) => act(work, id, 'close', { agent: 'ann', notify: false });

  /** A variable that takes no such value: the flow, which has no `onError`, is parked. */
  const faulty = (): Flow => {
    const { onError: _, ...flow } = aFlow({
      id: 'rests',
      before: { fault: { type: 'set', values: { whole: 1.5 }, next: 'route' } },
    });
    return { ...flow, variables: { whole: { type: 'integer', default: 0 } } };
  };
  /** Brings an enquiry to a rest; what else must be closed afterwards. */
  const rests: Record<string, () => Promise<{ id: string; kind: string; others: string[] }>> = {
    'a ring': async () => {
      const id = await openedBy(aFlow({ id: 'rests' }));
      return { id, kind: 'ring', others: [] };
    },
    'the line': async () => {
      const before = await openedBy(aFlow({ id: 'rests' }));
      await taken(before);
      return { id: await openedBy(aFlow({ id: 'rests' })), kind: 'line', others: [before] };
    },
    'a list': async () => {
      const id = await openedBy(aFlow({ id: 'rests', ring: { strategy: 'none' } }));
      return { id, kind: 'list', others: [] };
    },
    'a wait with its agent': async () => {
      const id = await openedBy(aFlow({ id: 'rests' }));
      await taken(id);
      return { id, kind: 'wait', others: [] };
    },
    'the lot of the parked': async () => ({ id: await openedBy(faulty()), kind: 'parked', others: [] }),
  };

  const losses: Record<string, (id: string) => Promise<void>> = {
    terminated: async (id) => {
      await handleOf(id).terminate('lost, for a test');
      await work.workflows.startEnquiry(id);
    },
    'forgotten by Temporal': async (id) => {
      const execution = { workflowId: enquiryWorkflowId(id) };
      const { namespace } = work.client.options;
      await work.client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: execution });
      await found('Temporal to forget it', async () => ((await work.workflows.isRunning(id)) ? null : true));
      await work.workflows.startEnquiry(id);
    },
    'reset to its first task': async (id) => {
      const first = await found('a completed task', async () => {
        const { events } = await handleOf(id).fetchHistory();
        return events?.find((each) => each.workflowTaskCompletedEventAttributes) ?? null;
      });
      const { runId } = await handleOf(id).describe();
      await work.client.workflowService.resetWorkflowExecution({
        namespace: work.client.options.namespace,
        workflowExecution: { workflowId: enquiryWorkflowId(id), runId },
        reason: 'reset, for a test',
        workflowTaskFinishEventId: first.eventId ?? null,
        requestId: `reset-${id}`,
      });
    },
  };

  const cases = Object.keys(losses).flatMap((loss) => Object.keys(rests).map((rest) => ({ loss, rest })));
  test.each(cases)('in $rest, and is $loss, rests there still and can be closed', async ({ loss, rest }) => {
    const { id, kind, others } = (await rests[rest]?.()) ?? { id: '', kind: '', others: [] };
    await resting(id, kind);
    const before = await enquiryOf(id);

    await losses[loss]?.(id);

    // An act shows that a run is there again, and that it stands where the lost one stood.
    expect(await act(work, id, 'tag', { agent: 'ann', add: ['found'], remove: [] })).toEqual({ ok: true });
    const after = await enquiryOf(id);
    expect(after).toMatchObject({ status: before.status, assignee: before.assignee, group: before.group });
    expect(after.state?.rest).toEqual(before.state?.rest);
    expect(after.timeline.slice(0, before.timeline.length)).toEqual(before.timeline);
    expect(await work.store.agents.holdersOf(id)).toEqual(kind === 'ring' || kind === 'wait' ? ['ann'] : []);
    for (const each of [id, ...others]) expect(await close(each)).toEqual({ ok: true });
    expect(await work.store.agents.get('ann')).toMatchObject({ load: 0, slots: {}, offers: {} });
    expect(await work.store.lines.get(id)).toBeNull();
  });
});
