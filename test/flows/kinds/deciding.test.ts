import type { Expression, Flow, FlowNode } from '../../../flows';
import { aFlow, Play, type Answers } from '../play';

const hold = (name: string): Record<string, FlowNode> => ({
  [name]: { type: 'wait', timeout: '1d', next: { timeout: name } },
});
const places = { ...hold('yes'), ...hold('no'), ...hold('aside') };
const asks: Expression = { contains: [{ var: 'message.subject' }, 'refund'] };
const known = (value: boolean): Expression => ({ '===': [{ var: 'message.automatic' }, !value] });

describe('a switch', () => {
  const flow = (...whens: Expression[]): Flow =>
    aFlow({ look: { type: 'switch', cases: whens.map((when) => ({ when, next: 'yes' })), default: 'no' }, ...places });

  it('decides by itself what the enquiry knows, without any effect', () => {
    const play = new Play(flow(known(false), known(true))).start();
    expect(play.now.node).toBe('yes');
    expect(play.done()).toEqual([]);
    expect(play.trace.find(({ node }) => node === 'look')).toMatchObject({ outcome: 'case 2', next: 'yes' });
  });

  it('has asked next to the store what is personal, and keeps only the outcome', () => {
    const play = new Play(flow(asks), { evaluateConditions: { index: 0 } }).start();
    expect(play.now.node).toBe('yes');
    expect(play.all('evaluateConditions')).toMatchObject([
      { mode: 'first', expressions: [asks], facts: { message: { id: 'message-1' } } },
    ]);
  });

  it('asks nothing when a case before decides', () => {
    const play = new Play(flow(known(true), asks)).start();
    expect(play.done()).toEqual([]);
  });

  it('asks about all cases in their order otherwise', () => {
    const play = new Play(flow(known(false), asks), { evaluateConditions: { index: -1 } }).start();
    expect(play.all('evaluateConditions')).toMatchObject([{ expressions: [known(false), asks] }]);
    expect(play.now.node).toBe('no');
  });

  it('fails when a condition cannot be computed, here or next to the store', () => {
    const faulty = { ...flow({ var: 'vars.gone' }), onError: 'aside' };
    expect(new Play(faulty).start().now.node).toBe('aside');
    const there = { ...flow(asks), onError: 'aside' };
    expect(new Play(there, { evaluateConditions: { error: 'ConditionFault' } }).start().now.node).toBe('aside');
  });
});

describe('a tag node', () => {
  const tagged = (node: Partial<Extract<FlowNode, { type: 'tag' }>>, answers: Answers = {}): Play =>
    new Play(aFlow({ mark: { type: 'tag', next: 'yes', ...node }, ...places }), answers).start();

  it.each<[string, Parameters<typeof tagged>[0], string[]]>([
    ['adds', { add: ['a', 'b'] }, ['a', 'b']],
    ['adds each once', { add: ['a'], rules: [{ when: known(true), add: ['a', 'c'] }] }, ['a', 'c']],
    ['adds nothing by a rule that does not hold', { rules: [{ when: known(false), add: ['c'] }] }, []],
    ['removes what it would add', { add: ['a', 'b'], remove: ['a'] }, ['b']],
  ])('%s', (_title, node, tags) => {
    expect(tagged(node).now.tags).toEqual(tags);
  });

  it('applies rules that were decided next to the store', () => {
    const rules = [
      { when: asks, add: ['refund'] },
      { when: known(true), add: ['person'] },
    ];
    const play = tagged({ rules }, { evaluateConditions: { matches: [true, true] } });
    expect(play.now.tags).toEqual(['refund', 'person']);
    expect(play.all('evaluateConditions')).toMatchObject([{ mode: 'all' }]);
  });
});

describe('a set node', () => {
  const setting = (values: Record<string, Expression>): Play =>
    new Play(
      aFlow(
        { change: { type: 'set', values, next: 'yes' }, ...places },
        {
          onError: 'aside',
          variables: {
            count: { type: 'integer', default: 1 },
            other: { type: 'number', default: 0 },
            tier: { type: 'string', enum: ['standard', 'gold'], default: 'standard' },
            vip: { type: 'boolean', default: false },
          },
        },
      ),
    ).start();

  it('computes all values before the first is changed', () => {
    const play = setting({ count: { '+': [{ var: 'vars.count' }, 1] }, other: { '+': [{ var: 'vars.count' }, 10] } });
    expect(play.now).toMatchObject({ node: 'yes', vars: { count: 2, other: 11, tier: 'standard', vip: false } });
  });

  it.each<[string, Record<string, Expression>]>([
    ['a value outside the enum', { tier: 'platinum' }],
    ['a fraction for an integer', { count: 1.5 }],
    ['text for a number', { other: '1' }],
    ['a number for a condition', { vip: 1 }],
    ['a variable nobody declared', { gone: 1 }],
    ['one wrong value among right ones', { count: 5, tier: 'platinum' }],
  ])('fails and changes nothing for %s', (_title, values) => {
    expect(setting(values).now).toMatchObject({
      node: 'aside',
      vars: { count: 1, other: 0, tier: 'standard', vip: false },
    });
  });
});

describe('a blocklist node', () => {
  const flow = aFlow({
    screen: {
      type: 'blocklist',
      lists: ['global', { setting: 'more' }, { setting: 'none' }],
      next: { blocked: 'no', clear: 'yes' },
    },
    ...places,
  });

  it.each([
    [true, 'no'],
    [false, 'yes'],
  ])('that answers %s leads to %s', (blocked, node) => {
    const play = new Play(
      flow,
      { checkBlocklist: { blocked, entry: 'global|spam@example.org' } },
      { more: 'own' },
    ).start();
    expect(play.now.node).toBe(node);
    expect(play.all('checkBlocklist')).toMatchObject([{ lists: ['global', 'own'], messageId: 'message-1' }]);
  });
});

describe('an engage node', () => {
  const flow = aFlow(
    {
      list: { type: 'ring', to: 'routed-group', next: { accepted: 'bind', timeout: 'bind', unavailable: 'hold' } },
      hold: { type: 'wait', timeout: '1d', next: { timeout: 'bind' } },
      bind: { type: 'engage', expires: { setting: 'for' }, whenUnavailable: 'forward-to-group', next: 'yes' },
      ...places,
    },
    { onTaken: 'bind' },
  );

  it('binds the contact to the agent who has it, for the time the channel says', () => {
    const play = new Play(flow, {}, { for: '7d' }).start().send({ type: 'take', agent: 'ana' });
    expect(play.all('bindEngagement')).toMatchObject([
      { agent: 'ana', expiresMs: 7 * 86_400_000, whenUnavailable: 'forward-to-group' },
    ]);
    expect(play.now.node).toBe('yes');
  });

  it('binds nobody when no agent has it', () => {
    const play = new Play(flow).start().timePasses();
    expect(play.all('bindEngagement')).toEqual([]);
    expect(play.now.node).toBe('yes');
  });
});
