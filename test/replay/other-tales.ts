/** Runs that are not the first of their enquiry, and the workflows that are no enquiry. */
import {
  CLOCK_WORKFLOW_ID,
  deliveryWorkflowId,
  enquiryWorkflowId,
  eventWebhookWorkflowId,
  lineWorkflowId,
  mailboxWorkflowId,
  migrateUpdate,
  workflowTypes,
  type EnquiryInput,
} from '../../workflows/messages';
import { canonical } from '../../flows';
import type { Flow, FlowNode } from '../../flows/flow';
import type { Connection } from '../../store/connections';
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

const personal: Flow['variables'] = {
  name: { type: 'string', default: '', personal: true },
  age: { type: 'integer', default: 0, personal: true },
  greeting: { type: 'string', default: '', personal: true },
};
const keeping: Flow['nodes'] = {
  ask: { ...asking['ask'], type: 'webhook', save: { name: '/name', age: '/age' }, next: 'greet' } as FlowNode,
  greet: { type: 'set', values: { greeting: { cat: ['Dear ', { var: 'vars.name' }] } }, next: 'mark' },
  mark: { type: 'tag', rules: [{ when: { '>': [{ var: 'vars.age' }, 70] }, add: ['elderly'] }], next: 'tell' },
  tell: { type: 'note', text: '{{ vars.greeting }} ({{ vars.age }})', next: 'route' },
};

const crmAt = (baseUrl: string): Connection => ({
  _id: 'crm',
  title: 'CRM',
  baseUrl,
  methods: ['GET'],
  auth: { kind: 'none' },
  secretSince: null,
  allowInternal: true,
  timeoutMs: 30_000,
  ca: null,
  v: 1,
});

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
      await stage.work.store.connections.create(crmAt(crm.url));
      const id = await stage.open();
      await stage.rings(id);
      await crm.stop();
      return enquiryWorkflowId(id);
    },
  },
  'keeps what another system says of the person in personal variables': {
    stage: { flow: { ...aFlow({ id: 'tale', before: keeping }), variables: personal } },
    async play(stage) {
      const crm = await startOtherSystem();
      crm.does({ json: { name: 'Canary Carla', age: 77 } });
      await stage.work.store.connections.create(crmAt(crm.url));
      const id = await stage.open();
      const { kept = {}, tags } = await stage.rests(id, 'ring');
      if (tags.join() !== 'elderly' || Object.keys(kept).length !== 3) throw new Error('Nothing was kept.');
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
  'taken over to another revision': {
    async play(stage) {
      const { id, agent, runId } = await takenOver(stage);
      await stage.does(id, 'close', { agent, notify: false });
      await stage.closed(id);
      return { workflowId: enquiryWorkflowId(id), runId };
    },
  },
  'goes on with another revision': {
    async play(stage) {
      const { id, agent } = await takenOver(stage);
      await aReplyTo(stage.work, id);
      await stage.rests(id, 'wait', (state) => state.awaiting === 'agent' && state.messages === 2);
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
  'rings where a calendar is open': {
    stage: {
      flow: aFlow({ id: 'tale', rule: 'schedule', destinations: [{ group: 'support', calendar: 'office' }] }),
    },
    async play({ work, open, rings }) {
      const office = { title: 'Office', timezone: 'UTC', hours: 'daily 00:00-24:00', holidays: [] };
      await work.store.calendars.save('office', office);
      const id = await open();
      await rings(id);
      return enquiryWorkflowId(id);
    },
  },
  'a watcher whose mail login is gone': {
    async play({ work }) {
      await work.workflows.startMailbox('login');
      await work.client.workflow.getHandle(mailboxWorkflowId('login')).result();
      return mailboxWorkflowId('login');
    },
  },
  'an answer is taken back before it leaves': {
    async play(stage) {
      const { id, agent } = await stage.serve();
      await stage.answers(id, agent);
      const { replies = [] } = await stage.rests(id, 'wait', (state) => state.awaiting === 'contact');
      await stage.does(id, 'unsend', { agent, mail: replies.at(-1)?.mail ?? '' });
      await stage.rests(id, 'wait', (state) => state.awaiting === 'agent');
      return enquiryWorkflowId(id);
    },
  },
  'a close is taken back before its notice leaves': {
    async play(stage) {
      const { id, agent } = await stage.serve();
      await stage.does(id, 'close', { agent, notify: true });
      await stage.closed(id);
      const undo = { act: 'undo', agent, withinMs: 600_000 };
      await stage.work.workflows.actWithStart(id, 'undoClose', undo);
      await stage.rests(id, 'wait', (state) => state.assignee === agent);
      return enquiryWorkflowId(id);
    },
  },
  'an event webhook that is gone': {
    async play({ work }) {
      await work.workflows.startEventWebhook('gone');
      await work.client.workflow.getHandle(eventWebhookWorkflowId('gone')).result();
      return eventWebhookWorkflowId('gone');
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

/** An enquiry that an agent has, and that goes on with revision 2; gives the run that it left. */
async function takenOver(stage: Stage): Promise<{ id: string; agent: string; runId: string }> {
  const { id, agent } = await stage.serve();
  const { client, store } = stage.work;
  const flow = aFlow({ id: 'tale', ring: { timeout: '90s' } });
  const publication = { text: canonical(flow), by: 'admin', at: new Date(), message: 'for a tale' };
  const published = await store.flows.publish('tale', publication);
  if (!published) throw new Error('Nothing was published.');
  const handle = client.workflow.getHandle(enquiryWorkflowId(id));
  const { runId } = await handle.describe();
  const revision = { flow: 'tale', number: published.revision, sha256: published.sha256 };
  const wanted = { act: 'migrate', agent: 'admin', flow, revision, settings: {}, map: {} };
  const outcome = await handle.executeUpdate(migrateUpdate, { args: [wanted] });
  if ('refusals' in outcome) throw new Error(outcome.refusals.join(' '));
  await found('the next run', async () => ((await handle.describe()).runId === runId ? null : true));
  return { id, agent, runId };
}

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
