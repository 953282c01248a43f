import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, simulate, step, type EnquiryState, type Flow, type FlowEvent, type Scenario } from '../../flows';
import { nextDeadline } from '../../flows/rest';

const desk = JSON.parse(readFileSync(join(__dirname, '../../flows/examples/support-desk.json'), 'utf8')) as Flow;
const facts = { 'message.subject': 'Hi', 'message.text': 'Hello', 'engagement.agentAvailable': false };

/** The state of an enquiry that came so far and rests there. */
const resting = (answers: NonNullable<Scenario['answers']>, flow = desk): EnquiryState =>
  simulate(flow, { facts, answers: { screen: ['clear'], ...answers } }).state;
const serving = (): EnquiryState => resting({ ring: ['accepted by ana'] });

const withNodes = (change: (nodes: Flow['nodes']) => Flow['nodes'], more: Partial<Flow> = {}): Flow => ({
  ...desk,
  ...more,
  nodes: change(desk.nodes),
});
const renamed = withNodes(({ serve, ...nodes }) => ({ ...nodes, care: serve as Flow['nodes'][string] }));

describe('a run that is to go on with another revision', () => {
  it.each([
    ['wait', serving()],
    ['ring', resting({ ring: ['nothing by ana'] })],
    ['line', resting({ ring: [['full']] })],
  ])('is taken over at a %s: same rest, same people, same time left', (kind, state) => {
    expect(state.rest?.kind).toBe(kind);
    const taken = migrate({ from: desk, to: { ...desk, title: 'Other' }, state });
    expect(taken).toEqual({ state });
  });

  it('keeps the remaining time and waits for what the new node names', () => {
    const state = serving();
    const to = withNodes((nodes) => ({
      ...nodes,
      serve: {
        ...(nodes['serve'] as Extract<Flow['nodes'][string], { type: 'wait' }>),
        for: ['tag-added'],
        timeout: '99d',
        next: { 'tag-added': 'drop', timeout: 'close-resolved' },
      },
    }));
    const taken = migrate({ from: desk, to, state });
    if ('refusals' in taken) throw new Error(taken.refusals.join(' '));
    expect(nextDeadline(taken.state)).toBe(nextDeadline(state));
    expect(taken.state.rest).toMatchObject({ kind: 'wait', for: ['tag-added'] });
    const at = state.changedAt + 1000;
    const tagged: FlowEvent = { type: 'tag', at, act: 'a-1', agent: 'ana', add: ['done'], remove: [] };
    expect(step(to, {}, taken.state, tagged).state).toMatchObject({ node: 'drop', status: 'closed' });
    expect(step(desk, {}, state, tagged).state.node).toBe('serve');
  });

  it('goes to the node that took its place, with the visits it had', () => {
    const taken = migrate({ from: desk, to: renamed, state: serving(), map: { serve: 'care' } });
    if ('refusals' in taken) throw new Error(taken.refusals.join(' '));
    expect(taken.state).toMatchObject({ node: 'care', rest: { node: 'care' }, visits: { care: 1 }, assignee: 'ana' });
    expect(taken.state.visits['serve']).toBeUndefined();
  });

  it('adds up the visits of nodes that become one, so that no request looks like one that was made before', () => {
    const state = { ...serving(), visits: { serve: 2, care: 3, screen: 1 } };
    const taken = migrate({ from: desk, to: renamed, state, map: { serve: 'care' } });
    expect(taken).toMatchObject({ state: { visits: { care: 5, screen: 1 } } });
  });

  it('takes new variables by their default, keeps those it had, and drops those that are gone', () => {
    const from: Flow = {
      ...desk,
      variables: { old: { type: 'integer', default: 1 }, tier: { type: 'string', default: 'gold' } },
    };
    const to: Flow = {
      ...desk,
      variables: { tier: { type: 'string', default: 'none' }, fresh: { type: 'boolean', default: true } },
    };
    const taken = migrate({ from, to, state: { ...serving(), vars: { old: 7, tier: 'gold' } } });
    expect(taken).toMatchObject({ state: { vars: { tier: 'gold', fresh: true } } });
    expect('state' in taken && 'old' in taken.state.vars).toBe(false);
  });

  const gone = withNodes(({ serve: _serve, ...nodes }) => nodes);
  const other = withNodes((nodes) => ({ ...nodes, serve: nodes['close-resolved'] as Flow['nodes'][string] }));
  it.each<[string, Flow, Partial<EnquiryState>, string]>([
    ['its node is gone', gone, {}, 'has no node "serve"'],
    ['its node is of another kind', other, {}, '"serve" is a close'],
    ['it is closed', desk, { status: 'closed' }, 'It is closed.'],
    ['it is parked', desk, { rest: { kind: 'parked', node: 'serve', reason: 'x' } }, 'It is parked'],
    ['it is in the middle of a step', desk, { rest: null }, 'in the middle of a step'],
    ['it asks something', desk, { asking: { seq: 1, node: 'serve', about: 'queueMail' } }, 'in the middle of a step'],
    ['another engine began it', desk, { engine: 0 }, 'by another engine'],
    [
      'it is being transferred',
      desk,
      { ringing: { purpose: 'handover' } as EnquiryState['ringing'] },
      'being transferred',
    ],
    [
      'a variable does not fit',
      { ...desk, variables: { tier: { type: 'string', enum: ['gold'], default: 'gold' } } },
      { vars: { tier: 'lead' } },
      'holds "lead"',
    ],
    ['the name it is mapped to is inherited', desk, { node: 'constructor' }, 'node of no kind'],
  ])('is refused when %s', (_what, to, change, sentence) => {
    const taken = migrate({ from: desk, to, state: { ...serving(), ...change } });
    expect('refusals' in taken ? taken.refusals.join(' ') : 'taken').toContain(sentence);
  });

  it('tells every reason at once', () => {
    const to: Flow = { ...gone, variables: { tier: { type: 'integer', default: 0 } } };
    const taken = migrate({ from: desk, to, state: { ...serving(), vars: { tier: 'gold' } } });
    expect('refusals' in taken && taken.refusals).toHaveLength(2);
  });
});
