import {
  asRecordedMail,
  checkFlow,
  createBacktest,
  linkFlow,
  migrate,
  runAsTest,
  runFlowTests,
  simulate,
  walkFindings,
  type Flow,
  type KeptValues,
  type RecordedRun,
  type Scenario,
} from '../../flows';
import { personalFlow } from './personal-flow';
import { aStory } from './stories-of-tests';

const canaries = ['Mia Miller', '6001', 'knee'];
const given: Scenario = {
  enquiry: 'e-1',
  facts: { 'message.subject': 'An invoice for my knee', 'contact.email': 'mia@example.org' },
  answers: {
    ask: [{ name: 'Mia Miller', income: 6001, tier: 'gold' }],
    missed: ['agent-closed by ana'],
  },
};
const codesIn = (flow: object): string[] =>
  checkFlow(JSON.stringify(flow), { groups: [], connections: ['crm'] }).map(
    ({ code, pointer }) => `${code} ${pointer}`,
  );
const withNode = (name: string, change: object): Flow =>
  ({ ...personalFlow, nodes: { ...personalFlow.nodes, [name]: { ...personalFlow.nodes[name], ...change } } }) as Flow;

describe('personal variables', () => {
  it('pass the linter and its walk', () => {
    const text = JSON.stringify(personalFlow);
    expect(codesIn(personalFlow)).toEqual(['W212 /nodes/missed']);
    expect(walkFindings(text, personalFlow)).toEqual([]);
  });

  it('are set, read and written into texts, and their values stand neither in state nor in story nor in effects', () => {
    const simulation = simulate(personalFlow, given);
    expect(simulation.faults).toEqual([]);
    expect(simulation.path).toEqual(['ask', 'keep', 'decide', 'rich', 'tell', 'missed', 'done']);
    expect(simulation.state.tags).toEqual(['rich']);
    expect(simulation.state.vars).toEqual({ tier: 'gold' });
    expect(simulation.personal).toEqual({
      name: 'Mia Miller',
      income: 6001,
      'first-line': 'Mia Miller: An invoice for my knee',
    });
    const told = JSON.stringify([simulation.state, simulation.trace]);
    for (const canary of canaries) expect(told).not.toContain(canary);
    expect(Object.keys(simulation.state.kept ?? {}).toSorted()).toEqual(['first-line', 'income', 'name']);
    const [ask, keep] = simulation.trace.filter(({ detail }) => detail?.['kept']);
    expect(ask?.detail).toMatchObject({ values: { tier: 'gold' }, kept: { name: expect.any(Number) } });
    expect(keep?.detail).toMatchObject({ values: {}, kept: { 'first-line': simulation.state.kept?.['first-line'] } });
  });

  it('have their default until something sets them, and again where a value was lost', () => {
    const answers = { ask: ['error'], missed: ['agent-closed by ana'] };
    expect(simulate(personalFlow, { ...given, answers }).personal).toEqual({
      name: 'customer',
      income: 0,
      'first-line': '',
    });
  });

  it('take nothing that does not fit, and change nothing then', () => {
    const wrong = {
      ...given,
      answers: { ...given.answers, ask: [{ name: 'Mia Miller', income: 'much', tier: 'gold' }] },
    };
    const refused = simulate(personalFlow, wrong);
    expect(refused.path).toEqual(['ask', 'missed', 'done']);
    expect(refused.state.vars).toEqual({ tier: 'standard' });
    expect(refused.state.kept).toBeUndefined();
    const facts = { ...given.facts, 'message.subject': 'x'.repeat(1001) };
    const long = simulate(personalFlow, { ...given, facts });
    expect(long.path).toEqual(['ask', 'keep', 'missed', 'done']);
    expect(long.personal['first-line']).toBe('');
    expect(long.trace.find(({ node }) => node === 'keep')?.detail).toEqual({
      code: 'value-does-not-fit',
      variable: 'first-line',
    });
  });

  it('guard open variables: what goes into both is refused', () => {
    const { variables, ...rest } = personalFlow;
    const flow = { ...rest, variables: { ...variables, label: { type: 'string' as const, default: '' } } };
    const ask = { ...personalFlow.nodes['ask'], save: { name: '/name', label: '/label' } };
    const played = simulate({ ...flow, nodes: { ...flow.nodes, ask } } as Flow, {
      ...given,
      answers: { ...given.answers, ask: [{ name: 'Mia Miller', label: 'VIP mia miller' }] },
    });
    expect(played.trace.find(({ node }) => node === 'ask')?.detail).toMatchObject({ code: 'value-personal' });
  });

  it('are compared by tests beside the flow', () => {
    const { answers, ...about } = given;
    const test = { title: 'rich', given: about, answers: answers ?? {} };
    const [passed] = runFlowTests(personalFlow, {
      tests: [{ ...test, expect: { variables: { name: 'Mia Miller' } } }],
    });
    expect(passed?.failures).toEqual([]);
    const [failed] = runFlowTests(personalFlow, { tests: [{ ...test, expect: { variables: { name: 'Bo' } } }] });
    expect(failed?.failures).toEqual(['variable "name": expected "Bo", found "Mia Miller"']);
  });

  it.each([
    ['E315 /nodes/keep/values/tier', withNode('keep', { values: { tier: { var: 'vars.name' } } })],
    ['E601 /nodes/ask/request/path', withNode('ask', { request: { method: 'GET', path: '/by/{{ vars.name }}' } })],
    [
      'E306 /nodes/rich/rules/0/when/>/0',
      withNode('rich', { rules: [{ when: { '>': [{ var: 'vars.name' }, 5] }, add: ['x'] }] }),
    ],
  ])('are guarded by the linter: %s', (finding, flow) => {
    expect(codesIn(flow)).toContain(finding);
  });

  it('do not leak into an open number by arithmetic', () => {
    const { variables, ...rest } = withNode('keep', { values: { n: { '+': [{ var: 'vars.income' }, 1] } } });
    const found = codesIn({ ...rest, variables: { ...variables, n: { type: 'number', default: 0 } } });
    expect(found).toContain('E315 /nodes/keep/values/n');
  });

  it('must be personal on both sides of a call', () => {
    const open = { name: { type: 'string' as const, default: '' } };
    const caller = {
      ...personalFlow,
      id: 'caller',
      nodes: { ...personalFlow.nodes, ask: { type: 'subflow', flow: 'other', next: 'keep' } },
    };
    const other = { ...personalFlow, id: 'other', variables: open } as Flow;
    const found = checkFlow(JSON.stringify(caller), { flows: ['other'], published: { other } });
    expect(found.map(({ code }) => code)).toContain('E503');
  });

  it('of a called flow alone begin anew at each call', () => {
    const other: Flow = {
      ...personalFlow,
      id: 'other',
      variables: { secret: { type: 'string', default: 'none', personal: true } },
      start: 'look',
      nodes: {
        look: {
          type: 'switch',
          cases: [{ when: { '===': [{ var: 'vars.secret' }, 'none'] }, next: 'fresh' }],
          default: 'stale',
        },
        fresh: { type: 'tag', add: ['fresh'], next: 'fill' },
        stale: { type: 'tag', add: ['stale'], next: 'fill' },
        fill: { type: 'set', values: { secret: { var: 'message.subject' } }, next: 'end' },
        end: { type: 'close', reason: 'done', notify: false },
      },
    };
    const caller: Flow = {
      ...personalFlow,
      variables: { count: { type: 'integer', default: 0 } },
      start: 'call',
      nodes: {
        call: { type: 'subflow', flow: 'other', next: 'count' },
        count: { type: 'set', values: { count: { '+': [{ var: 'vars.count' }, 1] } }, next: 'again' },
        again: {
          type: 'switch',
          cases: [{ when: { '<': [{ var: 'vars.count' }, 2] }, next: 'call' }],
          default: 'done',
        },
        done: { type: 'close', reason: 'resolved', notify: false },
      },
    };
    const linked = linkFlow(caller, new Map([['other', { flow: other, revision: 1 }]]));
    const played = simulate(linked, { facts: given.facts ?? {} });
    expect(played.faults).toEqual([]);
    expect(played.state.tags).toEqual(['fresh']);
    expect(played.path.filter((node) => node === 'call/fresh')).toHaveLength(2);
    expect(played.personal).toEqual({ 'call/secret': 'An invoice for my knee' });
  });
});

describe('a run with personal variables that goes on with another revision', () => {
  const { state } = simulate(personalFlow, { ...given, answers: { ask: given.answers?.['ask'] ?? [] } });
  const variables = personalFlow.variables ?? {};
  const to = (changed: Flow['variables']): Flow => ({ ...personalFlow, variables: { ...variables, ...changed } });

  it('keeps what they hold, and forgets those the new revision does not have', () => {
    const { name: _, ...others } = variables;
    const taken = migrate({ from: personalFlow, to: { ...personalFlow, variables: others }, state });
    if ('refusals' in taken) throw new Error(taken.refusals.join(' '));
    const { name, ...kept } = state.kept ?? {};
    expect(name).toEqual(expect.any(Number));
    expect(taken.state).toMatchObject({ kept, vars: { tier: 'gold' } });
    expect(Object.keys(taken.state.kept ?? {})).not.toContain('name');
  });

  it.each<[string, Flow['variables']]>([
    ['personal in one of the two', { name: { type: 'string', default: '' } }],
    ['personal in one of the two', { tier: { ...variables['tier'], type: 'string', default: '', personal: true } }],
    ['may not fit', { income: { type: 'integer', default: 0, personal: true } }],
    ['may not fit', { name: { type: 'string', enum: ['Bo'], default: 'Bo', personal: true } }],
  ])('is refused where a variable is %s', (why, changed) => {
    const taken = migrate({ from: personalFlow, to: to(changed), state });
    expect('refusals' in taken ? taken.refusals : []).toEqual([expect.stringContaining(why)]);
  });
});

describe('a recorded run with personal variables', () => {
  /** The run as the store gives it: the story with its steps, the values beside it. */
  function aRun(flow = personalFlow): RecordedRun {
    const { answers = {}, ...about } = given;
    const run = aStory(flow, { title: 'live', given: about, answers, expect: {} });
    const personal: KeptValues = new Map();
    const whole = simulate(flow, given);
    for (const { detail } of whole.trace) {
      for (const [name, seq] of Object.entries((detail?.['kept'] ?? {}) as Record<string, number>)) {
        personal.set(seq, { ...personal.get(seq), [name]: whole.personal[name] ?? '' });
      }
    }
    return { ...run, personal };
  }

  it('becomes a test that goes the same way and holds nothing of the person', () => {
    const { test, trouble, replaced } = runAsTest(aRun(), 'rich');
    expect(trouble).toEqual([]);
    expect(replaced.toSorted()).toEqual(['message.subject', 'vars.income', 'vars.name']);
    const text = JSON.stringify(test);
    for (const canary of canaries) expect(text).not.toContain(canary);
    expect(test.answers?.['ask']).toEqual([{ name: 'Person 1', income: 5001, tier: 'gold' }]);
    expect(test.expect).toMatchObject({
      tags: ['rich'],
      variables: { income: 5001, 'first-line': 'Person 1: … invoice …' },
    });
    expect(runFlowTests(personalFlow, { tests: [test] })).toMatchObject([{ failures: [] }]);
  });

  it('is played again by a backtest with the values it had', () => {
    const draft = withNode('rich', { rules: [{ when: { '>': [{ var: 'vars.income' }, 7000] }, add: ['rich'] }] });
    const assumptions = { people: null, answers: {} };
    const backtest = createBacktest({ live: personalFlow, draft, settings: {}, assumptions });
    backtest.add(asRecordedMail(aRun(), { name: '1' }));
    const report = backtest.report();
    expect(report).toMatchObject({ mails: 1, different: 1, unfinished: [] });
    expect(report.nodes).toMatchObject([
      { node: 'rich', differences: [{ what: 'tags', live: 'rich', draft: 'none' }] },
    ]);
    expect(JSON.stringify(report)).not.toContain('Mia');
  });
});
