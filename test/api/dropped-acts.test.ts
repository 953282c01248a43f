import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { performAct, type ActPorts } from '../../api/acts';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { closeUpdate, enquiryWorkflowId } from '../../workflows/messages';
import { found } from '../support/found';
import { anEnquiry, aReplyTo } from '../support/mails-of-work';
import { act, aDesk, startWork, type Work } from '../support/work';

/** Called after each write of the store; a test sets it to let something happen at that very moment. */
let afterWrite: (point: string) => void | Promise<void> = () => {};

/**
 * Temporal refuses the end of a run that has a new mail, and drops the task with the acts it carried: whoever acted is
 * told "unexpected workflow task failure".
 */
describe('an act whose task Temporal drops', () => {
  let work: Work;
  let asked: string[];
  let ports: ActPorts;
  beforeAll(async () => {
    work = await startWork({ failAt: (point) => afterWrite(point) });
    await aDesk(work, { flow: flow as unknown as Flow, agents: ['ann'], capacity: 20 });
    const temporal = new Client({
      connection: work.client.connection,
      namespace: work.client.options.namespace,
      interceptors: {
        workflow: [
          {
            startUpdate: (input, next) => {
              asked.push(input.options.updateId ?? '');
              return next(input);
            },
          },
        ],
      },
    });
    ports = {
      temporal,
      startEnquiry: work.workflows.startEnquiry,
      outcomeOf: async (id, name) =>
        (await work.store.enquiries.get(id))?.memory?.acts.find(([known]) => known === name)?.[1] ?? null,
      actWaitMs: 60_000,
    };
  });
  afterAll(() => work.stop());
  beforeEach(() => {
    asked = [];
    afterWrite = () => {};
  });

  const served = async (from: string): Promise<string> => {
    const id = await anEnquiry(work, { from });
    await found('a rest', async () => ((await work.store.enquiries.get(id))?.seq ? true : null));
    expect(await act(work, id, 'take', { agent: 'ann' })).toEqual({ ok: true });
    return id;
  };
  /** Lets a mail come while the close is being recorded, which makes Temporal drop the task of the close. */
  const aMailComesAtTheClose = (id: string, automatic: boolean): void => {
    let come = false;
    afterWrite = async (point) => {
      if (point !== 'enquiries.record' || come) return;
      come = true;
      await aReplyTo(work, id, automatic ? { automatic, kind: 'automatic' } : {});
    };
  };
  const close = (id: string) => performAct(ports, id, closeUpdate, { act: `close-${id}`, agent: 'ann', notify: true });
  const noticesOf = async (id: string) =>
    (await work.store.outbox.ofEnquiry(id)).filter((mail) => mail.kind === 'close-notice');

  test('is asked for again, and he who closed is told that it is closed, not that somebody else did', async () => {
    const id = await served('dropped@customers.test');
    aMailComesAtTheClose(id, true);

    const outcome = await close(id);

    expect(outcome).toEqual({ ok: true });
    expect(asked.length).toBeGreaterThan(1);
    expect(new Set(asked)).toEqual(new Set([`close-${id}`]));
    const enquiry = await work.store.enquiries.get(id);
    expect(enquiry).toMatchObject({ status: 'closed', state: { messages: 2, reopened: 0 } });
    expect(await noticesOf(id)).toHaveLength(1);
  });

  test('is done once although the mail that disturbed it opens the enquiry again', async () => {
    const id = await served('reopened@customers.test');
    aMailComesAtTheClose(id, false);

    expect(await close(id)).toEqual({ ok: true });

    expect(asked.length).toBeGreaterThan(1);
    const enquiry = await found('it to be open again', async () => {
      const now = await work.store.enquiries.get(id);
      return now?.state?.reopened === 1 ? now : null;
    });
    expect(enquiry.state?.messages).toBe(2);
    expect(await noticesOf(id)).toHaveLength(1);
  });

  test('to a run that has ended is answered by what it wrote down, and a new act by the state of the enquiry', async () => {
    const id = await served('ended@customers.test');
    expect(await close(id)).toEqual({ ok: true });
    await work.client.workflow.getHandle(enquiryWorkflowId(id)).result();
    // Retention is over: Temporal knows nothing of the Update any more.
    await work.client.workflowService.deleteWorkflowExecution({
      namespace: work.client.options.namespace,
      workflowExecution: { workflowId: enquiryWorkflowId(id) },
    });
    await found('Temporal to forget it', async () =>
      work.client.workflow
        .getHandle(enquiryWorkflowId(id))
        .describe()
        .then(() => null)
        .catch((error: unknown) => (error instanceof WorkflowNotFoundError ? true : null)),
    );

    expect(await close(id)).toEqual({ ok: true });
    const other = { act: 'late', agent: 'ann', notify: false };
    expect(await performAct(ports, id, closeUpdate, other)).toEqual({ ok: false, code: 'enquiry-closed' });
  });
});
