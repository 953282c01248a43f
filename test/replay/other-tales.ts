/** Runs that are not the first of their enquiry, and the workflows that are no enquiry. */
import {
  CLOCK_WORKFLOW_ID,
  deliveryWorkflowId,
  enquiryWorkflowId,
  lineWorkflowId,
  mailboxWorkflowId,
  workflowTypes,
  type EnquiryInput,
} from '../../workflows/messages';
import type { Flow } from '../../flows/flow';
import { aFlow } from '../support/a-flow';
import { aReplyTo } from '../support/mails-of-work';
import { found } from '../support/found';
import { startOtherSystem } from '../support/other-system';
import type { Stage, Tale } from './stage';

const asking: Flow['nodes'] = {
  ask: {
    type: 'webhook',
    connection: 'crm',
    request: { method: 'GET', path: '/customers', query: { email: '{{ contact.email }}' } },
    timeout: '30s',
    retry: { maxAttempts: 2, interval: '1s' },
    next: 'route',
  },
};

/** The stories by the name of their file. */
export const otherTales: Readonly<Record<string, Tale>> = {
  'lost while it was served, with a mail that came meanwhile': {
    async play(stage) {
      const { id, agent } = await stage.serve();
      await stage.answers(id, agent);
      await stage.rests(id, 'wait', (state) => state.awaiting === 'contact');
      await stage.terminate(id);
      await aReplyTo(stage.work, id);
      await stage.rests(id, 'wait', (state) => state.awaiting === 'agent' && state.messages === 2);
      return enquiryWorkflowId(id);
    },
  },
  'asks another system, which answers at the second attempt': {
    stage: { flow: aFlow({ id: 'tale', before: asking }) },
    async play(stage) {
      const crm = await startOtherSystem();
      crm.does({ status: 503 }, { json: { tier: 'gold' } });
      await stage.work.store.connections.create({
        _id: 'crm',
        title: 'CRM',
        baseUrl: crm.url,
        methods: ['GET'],
        auth: { kind: 'none' },
        secretSince: null,
        allowInternal: true,
        timeoutMs: 30_000,
        ca: null,
        v: 1,
      });
      const id = await stage.open();
      await stage.rings(id);
      await crm.stop();
      return enquiryWorkflowId(id);
    },
  },
  'reset to its beginning, and goes on from the store': {
    async play(stage) {
      const { id, agent } = await stage.serve();
      await stage.answers(id, agent);
      await resetToBeginning(stage, id);
      await stage.does(id, 'close', { agent, notify: false });
      await stage.closed(id);
      return enquiryWorkflowId(id);
    },
  },
  'carried on from a run whose history was full': {
    async play(stage) {
      const { id, agent } = await stage.serve();
      await stage.terminate(id);
      const { state, memory } = (await stage.work.store.enquiries.load(id)) ?? {};
      if (!state || !memory) throw new Error('Nothing was recorded.');
      await startCarried(stage, id, { state, ...memory });
      await stage.does(id, 'close', { agent, notify: false });
      await stage.closed(id);
      return enquiryWorkflowId(id);
    },
  },
  'a line that moves': {
    stage: { capacity: 1 },
    async play(stage) {
      const one = await stage.serve();
      await stage.serve();
      const id = await stage.open();
      await stage.rests(id, 'line');
      await stage.does(one.id, 'close', { agent: one.agent, notify: false });
      await stage.rings(id);
      return lineWorkflowId('group', 'support');
    },
  },
  'a sender at work': {
    stage: { delivery: true },
    async play(stage) {
      const { id, agent } = await stage.serve();
      await stage.answers(id, agent);
      await found('the answer in the sink', async () => ((await stage.work.sent()).length > 0 ? true : null));
      return deliveryWorkflowId('support');
    },
  },
  'a watcher whose mail login is gone': {
    async play({ work }) {
      await work.workflows.startMailbox('login');
      await work.client.workflow.getHandle(mailboxWorkflowId('login')).result();
      return mailboxWorkflowId('login');
    },
  },
  'the clock': {
    async play({ work }) {
      await work.workflows.startClock();
      await found('the clock to be at work', async () => {
        const { raw } = await work.client.workflow.getHandle(CLOCK_WORKFLOW_ID).describe();
        return raw.pendingActivities?.[0]?.lastHeartbeatTime ? true : null;
      });
      return CLOCK_WORKFLOW_ID;
    },
  },
};

async function resetToBeginning({ work: { client } }: Stage, id: string): Promise<void> {
  const handle = client.workflow.getHandle(enquiryWorkflowId(id));
  const { events } = await handle.fetchHistory();
  const firstTask = events?.find((each) => each.workflowTaskCompletedEventAttributes);
  const { runId } = await handle.describe();
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId, runId },
    reason: 'reset, for a tale',
    workflowTaskFinishEventId: firstTask?.eventId ?? null,
    requestId: `reset-${id}`,
  });
}

/** As continue-as-new does, which Temporal suggests after some thousand events only. */
async function startCarried({ work }: Stage, id: string, carried: EnquiryInput['carried']): Promise<void> {
  const handle = work.client.workflow.getHandle(enquiryWorkflowId(id));
  const { events } = await handle.fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const text = Buffer.from(started?.input?.payloads?.[0]?.data ?? new Uint8Array()).toString();
  await work.client.workflow.start(workflowTypes.enquiry, {
    workflowId: handle.workflowId,
    taskQueue: started?.taskQueue?.name ?? '',
    args: [{ ...(JSON.parse(text) as EnquiryInput), carried }],
  });
}
