/** What is recorded to be replayed for ever: every way an enquiry rests and ends, and every other workflow. */
import example from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { enquiryWorkflowId } from '../../workflows/messages';
import { aFlow } from '../support/a-flow';
import { found } from '../support/found';
import { aReplyTo } from '../support/mails-of-work';
import { joiningTales } from './joining-tales';
import { otherTales } from './other-tales';
import type { Tale } from './stage';

const told: Flow['nodes'] = {
  tell: { type: 'notify', to: { group: 'support' }, text: 'A mail came.', next: 'pass-on' },
  'pass-on': { type: 'forward', to: ['returns@supplier.test'], next: 'route' },
};

/** The stories by the name of their file. */
export const tales: Readonly<Record<string, Tale>> = {
  'served by two agents and closed with a notice': {
    stage: { flow: example as unknown as Flow },
    async play(stage) {
      const { id, agent } = await stage.serve();
      const other = agent === 'ann' ? 'bob' : 'ann';
      await stage.answers(id, agent);
      await aReplyTo(stage.work, id);
      await stage.rests(id, 'wait', (state) => state.awaiting === 'agent' && state.messages === 2);
      await stage.does(id, 'tag', { agent, add: ['parcel'], remove: [] });
      await stage.does(id, 'transfer', { agent, to: { agent: other } });
      await stage.does(id, 'accept', await stage.rings(id));
      await stage.does(id, 'close', { agent: other, notify: true });
      await stage.closed(id);
      return enquiryWorkflowId(id);
    },
  },
  'rings at one agent': {
    async play(stage) {
      const id = await stage.open();
      await stage.rings(id);
      return enquiryWorkflowId(id);
    },
  },
  'declined, missed and rung again': {
    stage: { flow: aFlow({ id: 'tale', ring: { timeout: '2s' } }) },
    async play(stage) {
      const id = await stage.open();
      const first = await stage.rings(id);
      await stage.does(id, 'decline', first);
      await stage.rings(id, [first.agent]);
      await stage.rests(id, 'wait', (state) => state.node === 'missed');
      await stage.does(id, 'take', { agent: 'ann' });
      await stage.does(id, 'close', { agent: 'ann', notify: false });
      await stage.closed(id);
      return enquiryWorkflowId(id);
    },
  },
  'rings at all, and one is first': {
    stage: { flow: aFlow({ id: 'tale', ring: { strategy: 'ringAll' } }), strategy: 'ringAll' },
    async play(stage) {
      const id = await stage.open();
      const { rest } = await stage.rests(id, 'ring', ({ rest: ring }) => ring?.kind === 'ring' && ring.offer.broadcast);
      const offer = rest?.kind === 'ring' ? rest.offer.id : '';
      await Promise.allSettled([
        stage.does(id, 'accept', { agent: 'ann', offer }),
        stage.does(id, 'accept', { agent: 'bob', offer }),
      ]);
      await stage.rests(id, 'wait', (state) => state.assignee !== null);
      return enquiryWorkflowId(id);
    },
  },
  'waits in line until somebody is free': {
    stage: { capacity: 1 },
    async play(stage) {
      const one = await stage.serve();
      await stage.serve();
      const id = await stage.open();
      await stage.rests(id, 'line');
      await stage.does(one.id, 'close', { agent: one.agent, notify: false });
      await stage.does(id, 'accept', await stage.rings(id));
      return enquiryWorkflowId(id);
    },
  },
  'taken out of the line': {
    stage: { capacity: 1 },
    async play(stage) {
      await stage.serve();
      const one = await stage.serve();
      const id = await stage.open();
      await stage.rests(id, 'line');
      await stage.work.store.agents.save({ id: one.agent, name: 'With room', capacity: 2 }, new Date());
      await stage.does(id, 'take', { agent: one.agent });
      return enquiryWorkflowId(id);
    },
  },
  'rings at the agent its contact is bound to': {
    stage: { flow: example as unknown as Flow },
    async play(stage) {
      const { agent } = await stage.serve();
      const id = await stage.open();
      await stage.rests(id, 'ring', (state) => state.node === 'ring-engaged');
      await stage.does(id, 'accept', await stage.rings(id));
      await stage.does(id, 'note', { agent, note: 'a-note' });
      return enquiryWorkflowId(id);
    },
  },
  'waits in a list until somebody takes it': {
    stage: { strategy: 'none' },
    async play(stage) {
      const id = await stage.open();
      await stage.rests(id, 'list');
      await stage.does(id, 'take', { agent: 'bob' });
      return enquiryWorkflowId(id);
    },
  },
  'closes by itself': {
    stage: { flow: hurried(aFlow({ id: 'tale' })) },
    async play(stage) {
      const id = await stage.open();
      const { agent, offer } = await stage.rings(id);
      await stage.does(id, 'accept', { agent, offer });
      await stage.closed(id);
      return enquiryWorkflowId(id);
    },
  },
  'discarded, because its sender is on the blocklist': {
    stage: { flow: example as unknown as Flow },
    async play(stage) {
      const entry = { list: 'support', sender: '@customers.test', reason: '', by: 'admin', at: new Date() };
      await stage.work.store.blocklist.add([entry]);
      const id = await stage.open();
      await stage.closed(id);
      return enquiryWorkflowId(id);
    },
  },
  'parked by a flow that runs in circles, and sent on': {
    stage: { flow: inCircles() },
    async play(stage) {
      const id = await stage.open();
      await stage.rests(id, 'parked');
      await stage.does(id, 'resume', { agent: 'sue', node: 'route' });
      await stage.rings(id);
      return enquiryWorkflowId(id);
    },
  },
  'tells colleagues and passes the mail on': {
    stage: { flow: aFlow({ id: 'tale', before: told }) },
    async play(stage) {
      const id = await stage.open();
      await stage.rings(id);
      return enquiryWorkflowId(id);
    },
  },
  'opened again by a late mail': {
    stage: { flow: aFlow({ id: 'tale', closedReply: { reopenWithin: '14d', at: 'route' } }) },
    async play(stage) {
      const { id, agent } = await stage.serve();
      await stage.does(id, 'close', { agent, notify: false });
      await stage.closed(id);
      await aReplyTo(stage.work, id);
      await stage.rings(id);
      return enquiryWorkflowId(id);
    },
  },
  'refuses a late mail': {
    stage: { flow: aFlow({ id: 'tale', closedReply: 'refuse' }) },
    async play(stage) {
      const { id, agent } = await stage.serve();
      await stage.does(id, 'close', { agent, notify: false });
      await stage.closed(id);
      await aReplyTo(stage.work, id);
      await found('the refusal', async () =>
        (await stage.work.store.outbox.ofEnquiry(id)).some((each) => each.kind === 'closed-thread-notice')
          ? true
          : null,
      );
      await stage.closed(id);
      return enquiryWorkflowId(id);
    },
  },
  ...joiningTales,
  ...otherTales,
};

/** The agent's turn ends at once. */
function hurried(flow: Flow): Flow {
  const serve = {
    type: 'wait',
    for: ['agent-closed'],
    timeout: '1s',
    next: { 'agent-closed': 'done', timeout: 'done' },
  };
  return { ...flow, nodes: { ...flow.nodes, serve } as Flow['nodes'] };
}

/** Its checker refuses it; an older one may not have. */
function inCircles(): Flow {
  const flow = aFlow({ id: 'tale', before: { here: { type: 'tag', add: ['here'], next: 'there' } } });
  return { ...flow, onError: 'here', nodes: { ...flow.nodes, there: { type: 'tag', add: ['there'], next: 'here' } } };
}
