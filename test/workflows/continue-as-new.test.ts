import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { performAct } from '../../api/acts';
import type { ActOutcome } from '../../flows';
import { enquiryWorkflowId, noteUpdate, tagUpdate } from '../../workflows/messages';
import { aFlow } from '../support/a-flow';
import { found } from '../support/found';
import { anEnquiry, aReplyTo } from '../support/mails-of-work';
import { startShortHistories } from '../support/short-histories';
import { act, aDesk, startWork, type Work } from '../support/work';

/** Called after each write of the store; a test sets it to let something happen at that very moment. */
let afterWrite: (point: string) => void | Promise<void> = () => {};

describe('an enquiry whose history has become long', () => {
  let environment: TestWorkflowEnvironment;
  let work: Work;
  beforeAll(async () => {
    environment = await startShortHistories(8);
    work = await startWork({
      connection: environment.nativeConnection,
      namespace: 'default',
      failAt: (point) => afterWrite(point),
    });
    await aDesk(work, { flow: aFlow({ id: 'long' }), agents: ['ann'], delivery: false });
  });
  afterAll(async () => {
    await work.stop();
    await environment.teardown();
  });

  const perform = (id: string, tag: string) =>
    performAct(
      {
        temporal: work.client,
        startEnquiry: work.workflows.startEnquiry,
        outcomeOf: async () => null,
        actWaitMs: 30_000,
      },
      id,
      tagUpdate,
      { act: tag, agent: 'ann', add: [tag], remove: [] },
    );
  /** The runs of the enquiry, newest first, and how each ended. */
  async function runsOf(id: string): Promise<string[]> {
    const all: string[] = [];
    for await (const run of work.client.workflow.list({ query: `WorkflowId = "${enquiryWorkflowId(id)}"` }))
      all.push(run.status.name);
    return all;
  }

  test('loses and refuses nothing that comes at the very moment when it continues as a new run', async () => {
    const rounds = 6;
    const id = await anEnquiry(work);
    const { state } = await found('a ring', async () => {
      const enquiry = await work.store.enquiries.get(id);
      return enquiry?.status === 'ringing' ? enquiry : null;
    });
    const offer = state?.rest?.kind === 'ring' ? state.rest.offer.id : '';
    expect(await act(work, id, 'accept', { agent: 'ann', offer })).toEqual({ ok: true });

    const outcomes: Promise<ActOutcome | 'pending'>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // `record` is the last that a run does before it looks whether it may end.
      afterWrite = async (point) => {
        if (point !== 'enquiries.record') return;
        afterWrite = () => {};
        outcomes.push(perform(id, `during-${round}`));
        await aReplyTo(work, id);
      };
      outcomes.push(perform(id, `before-${round}`));
      await Promise.all(outcomes);
      await found(`mail ${round}`, async () =>
        (await work.store.enquiries.get(id))?.state?.messages === round + 2 ? true : null,
      );
    }

    expect(await Promise.all(outcomes)).toEqual(outcomes.map(() => ({ ok: true })));
    const enquiry = await work.store.enquiries.get(id);
    const names = Array.from({ length: rounds }, (_, n) => [`before-${n}`, `during-${n}`]).flat();
    expect(enquiry?.tags.toSorted()).toEqual(names.toSorted());
    expect(enquiry).toMatchObject({ status: 'ongoing', assignee: 'ann', state: { messages: rounds + 1 } });
    const statuses = await found('the runs that went before', async () => {
      const all = await runsOf(id);
      return all.filter((status) => status === 'CONTINUED_AS_NEW').length >= rounds ? all : null;
    });
    expect(statuses.filter((status) => status === 'RUNNING')).toHaveLength(1);
  });

  test('keeps its acts, its timer and what ops see of it over its runs', async () => {
    const id = await anEnquiry(work, { from: 'kept@customers.test' });
    const before = await found('a ring', async () => {
      const enquiry = await work.store.enquiries.get(id);
      return enquiry?.status === 'ringing' ? enquiry : null;
    });
    const until = before.rest?.until;
    const handle = () => work.client.workflow.getHandle(enquiryWorkflowId(id));
    const args = [{ act: 'the-note', agent: 'ann', note: 'n-1' }] as const;
    await handle().executeUpdate(noteUpdate, { args: [...args], updateId: 'the-note' });
    await found('a new run', async () => ((await runsOf(id)).includes('CONTINUED_AS_NEW') ? true : null));

    const again = await handle().executeUpdate(noteUpdate, { args: [...args], updateId: 'the-note' });

    expect(again).toEqual({ ok: true });
    const after = await work.store.enquiries.get(id);
    expect(after?.mail.filter((mail) => mail.message === 'n-1')).toHaveLength(1);
    expect(after?.rest?.until).toEqual(until);
    const { typedSearchAttributes } = await handle().describe();
    const { currentDetails } = await handle().query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toMatch(/support #1, from customers\.test$/);
    expect(Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]))).toMatchObject(
      {
        RingpostChannel: 'support',
        RingpostFlow: 'long',
      },
    );
  });
});
