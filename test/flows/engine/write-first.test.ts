import { step, servingNode } from '../../../flows';
import type { Flow } from '../../../flows/flow';
import type { FlowEvent } from '../../../flows/state';
import { aFlow } from '../../support/a-flow';

const none = {
  id: 'e:none',
  kind: 'person' as const,
  automatic: false,
  fromDomain: '',
  language: '',
  attachmentCount: 0,
  size: 0,
  spf: 'none' as const,
  dkim: 'none' as const,
  dmarc: 'none' as const,
  participant: false,
};
const start: FlowEvent = {
  type: 'start',
  at: 1,
  enquiryId: 'e',
  channelId: 'support',
  message: none,
  writtenBy: 'ann',
};

test('an agent who writes first has the enquiry at once, and nothing greets or rings anybody', () => {
  const flow = aFlow({ id: 'x', before: { hello: { type: 'auto-reply', template: 'received', next: 'route' } } });
  const { state, effects } = step(flow, {}, null, start);
  expect(state).toMatchObject({ node: 'serve', assignee: 'ann', awaiting: 'agent', status: 'ongoing', messages: 0 });
  expect(effects.map((effect) => effect.do)).toEqual(['holdSlot']);
});

test('his letter makes it the contact’s turn, and the contact’s answer his', () => {
  const flow = aFlow({ id: 'x' });
  const opened = step(flow, {}, null, start);
  const event = { type: 'reply' as const, at: 2, act: 'a', agent: 'ann', draft: 'd', digest: 'x' };
  const asked = step(flow, {}, opened.state, event);
  const seq = asked.effects.find((effect) => effect.do === 'queueReply')?.seq ?? 0;
  const written = step(flow, {}, asked.state, { type: 'answer', at: 3, seq, answer: { queued: 'e:1r' } });
  expect(written.state).toMatchObject({ assignee: 'ann', awaiting: 'contact', slot: null });
  const mail = { ...none, id: 'm', participant: true };
  const answered = step(flow, {}, written.state, { type: 'mail', at: 4, message: mail });
  expect(answered.state).toMatchObject({ assignee: 'ann', awaiting: 'agent', slot: 'ann' });
});

test.each([
  [
    'the node that binds whom he serves',
    { bind: { type: 'engage', expires: '1d', whenUnavailable: 'wait', next: 'serve' } },
    'bind',
  ],
  ['where the flow goes on with who took it', {}, 'serve'],
] as [string, Flow['nodes'], string][])('it begins at %s', (_what, more, node) => {
  const flow = aFlow({ id: 'x' });
  expect(servingNode({ ...flow, nodes: { ...flow.nodes, ...more } })).toBe(node);
});

test('a flow without a place for him is told apart', () => {
  const { onTaken: _, ...flow } = aFlow({ id: 'x' });
  const nodes = { end: { type: 'close', reason: 'done', notify: false } } as Flow['nodes'];
  expect(servingNode({ ...flow, start: 'end', nodes })).toBeNull();
  expect(servingNode(flow)).toBe('serve');
});
