import { checkFlow, type Flow, type FlowNode, type References } from '../../../flows';
import { aFlow, ends, ringFlow } from '../play';

const found = (flow: Flow, references: References = {}): string[] =>
  checkFlow(JSON.stringify({ onError: 'close', onTaken: 'serve', onClosed: 'close', ...flow }), references).map(
    ({ code, pointer }) => `${code} ${pointer}`,
  );
const quiet: FlowNode = { type: 'close', reason: 'done', notify: false };
const pause = (next: string): FlowNode => ({ type: 'wait', timeout: '1d', next: { timeout: next } });

describe('hours that a schedule leaves open', () => {
  const messages = (...hours: (string | null)[]): string[] => {
    const destinations = hours.map((each) => ({ group: 'desk', ...(each === null ? {} : { hours: each }) }));
    const route: FlowNode = {
      type: 'route',
      rule: 'schedule',
      destinations,
      next: { routed: 'close', unroutable: 'close' },
    };
    return checkFlow(JSON.stringify(aFlow({ route, close: quiet }, { onError: 'close' }))).map(
      ({ message }) => message,
    );
  };

  it.each<[string[], string]>([
    [['mon-fri 09:00-18:00'], 'from mon 18:00 to tue 09:00, and 4 times more in the week'],
    [['daily 08:00-24:00'], 'from mon 00:00 to mon 08:00, and 6 times more in the week'],
    [['sun-fri 00:00-24:00'], 'from sat 00:00 to sun 00:00:'],
    [['mon-sat 00:00-24:00'], 'from sun 00:00 to mon 00:00:'],
    [['daily 06:00-22:00', 'mon-sat 22:00-06:00'], 'from sun 22:00 to mon 06:00:'],
    [['daily 09:00-18:00', 'mon-thu sat sun 18:00-09:00'], 'from fri 18:00 to sat 09:00:'],
  ])('%j: %s', (hours, gap) => {
    expect(messages(...hours)).toEqual([expect.stringContaining(gap)]);
  });

  it.each<[(string | null)[]]>([
    [['mon-fri 09:00-18:00', null]],
    [['daily 00:00-24:00']],
    [['daily 09:00-18:00', 'daily 18:00-09:00']],
    [['mon-fri 00:00-24:00', 'sat sun 00:00-24:00']],
    [['daily 12:00-12:00']],
  ])('%j leaves none', (hours) => {
    expect(messages(...hours)).toEqual([]);
  });
});

describe('a variable', () => {
  const look = (next = 'close'): FlowNode => ({
    type: 'switch',
    cases: [{ when: { '===': [{ var: 'vars.topic' }, 'x'] }, next }],
    default: 'close',
  });
  const set: FlowNode = { type: 'set', values: { topic: 'x' }, next: 'hold' };
  const variables = { topic: { type: 'string' as const, default: '' } };

  it('that is read again after a loop came round may have been set', () => {
    const flow = aFlow({ look: look('set'), set, hold: pause('look'), close: quiet }, { variables, onTaken: 'close' });
    expect(found(flow)).toEqual([]);
  });

  it('that is read behind the way of a taken enquiry may have been set before', () => {
    const flow = aFlow({ set, hold: pause('close'), look: look(), close: quiet }, { variables, onTaken: 'look' });
    expect(found(flow)).toEqual([]);
  });

  it('that is read before the only node that sets it, and never again, has its default', () => {
    const flow = aFlow({ look: look('set'), set, hold: pause('close'), close: quiet }, { variables, onTaken: 'close' });
    expect(found(flow)).toEqual(['W314 /nodes/look/cases/0/when']);
  });

  it('is not read by counting on alone', () => {
    const count: FlowNode = { type: 'set', values: { rounds: { '+': [{ var: 'vars.rounds' }, 1] } }, next: 'close' };
    const rounds = { rounds: { type: 'integer' as const, default: 0 } };
    expect(found(aFlow({ count, close: quiet }, { variables: rounds, onTaken: 'close' }))).toEqual([
      'W313 /variables/rounds',
    ]);
  });
});

describe('a close with a notice', () => {
  const telling: FlowNode = { type: 'close', reason: 'done', notify: 'over' };
  const wait = (next: Record<string, string>): FlowNode => ({
    type: 'wait',
    for: Object.keys(next).filter((name) => name !== 'timeout') as 'agent-replied'[],
    timeout: '3d',
    next,
  });
  const nodes = (serve: FlowNode): Record<string, FlowNode> => ({ ...ringFlow().nodes, serve, over: telling });
  const after = (serve: FlowNode): string[] => {
    const { missed: _missed, idle: _idle, 'hand-over': _over, ...rest } = nodes(serve);
    const ring: FlowNode = {
      type: 'ring',
      to: 'routed-group',
      next: { accepted: 'serve', timeout: 'nobody-there', unavailable: 'nobody-there' },
    };
    const route: FlowNode = {
      type: 'route',
      rule: 'sequence',
      destinations: [{ group: 'desk' }],
      next: { routed: 'ring', unroutable: 'nobody-there' },
    };
    return found({
      ...ringFlow(),
      onError: 'nobody-there',
      nodes: { ...rest, ring, route, 'nobody-there': pause('close'), close: quiet },
    });
  };

  it('is right behind what an agent did', () => {
    expect(after(wait({ 'agent-closed': 'over', timeout: 'close' }))).toEqual([]);
    expect(after(wait({ 'agent-replied': 'over', timeout: 'close' }))).toEqual([]);
  });

  it('is doubtful behind mere time, and behind what the customer did', () => {
    expect(after(wait({ 'agent-closed': 'over', timeout: 'over' }))).toEqual(['W606 /nodes/over']);
    expect(after(wait({ 'customer-replied': 'over', timeout: 'close' }))).toEqual(['W606 /nodes/over']);
  });

  it('is doubtful when an agent only took the enquiry', () => {
    const flow = { ...ringFlow(), onTaken: 'over', onError: 'missed', nodes: { ...ringFlow().nodes, over: telling } };
    expect(found(flow)).toEqual(['W606 /nodes/over']);
  });
});

describe('what is said once', () => {
  it('of an auto-reply in a circle without a pause is the circle', () => {
    const look: FlowNode = {
      type: 'switch',
      cases: [{ when: { var: 'message.automatic' }, next: 'close' }],
      default: 'greet',
    };
    const again: FlowNode = {
      type: 'switch',
      cases: [{ when: { var: 'contact.known' }, next: 'greet' }],
      default: 'close',
    };
    const greet: FlowNode = { type: 'auto-reply', template: 'hello', next: 'again' };
    expect(found(aFlow({ look, greet, again, close: quiet }, { onTaken: 'close' }))).toEqual(['E206 /nodes/greet']);
  });

  it('of a ring that leads back to itself at once is the circle, not that it never ends', () => {
    const again = ringFlow({ next: { accepted: 'serve', timeout: 'ring', unavailable: 'ring' } });
    const { missed: _missed, 'nobody-there': _there, ...nodes } = again.nodes;
    const route: FlowNode = {
      type: 'route',
      rule: 'sequence',
      destinations: [{ group: 'desk' }],
      next: { routed: 'ring', unroutable: 'close' },
    };
    expect(found({ ...again, nodes: { ...nodes, route, close: quiet } })).toEqual(['E206 /nodes/ring']);
  });

  it('of a condition with a fault is the fault, though it holds always as well', () => {
    const look = (when: object): FlowNode => ({
      type: 'switch',
      cases: [{ when: when as never, next: 'close' }],
      default: 'close',
    });
    const flow = (when: object): Flow => aFlow({ look: look(when), close: quiet }, { onTaken: 'close' });
    expect(found(flow({ or: [true, { '==': [1, 1] }] }))).toEqual(['E302 /nodes/look/cases/0/when/or/1']);
    expect(found(flow({ or: [true, { var: 'contact.known' }] }))).toEqual(['W312 /nodes/look/cases/0/when']);
  });

  it('of a variable with a bad name is where it is declared, or that it is not', () => {
    const set: FlowNode = { type: 'set', values: { caseNumber: 'x' }, next: 'ask' };
    const request = { method: 'GET' as const, path: '/cases' };
    const save = { caseNumber: '/number' };
    const ask: FlowNode = { type: 'webhook', connection: 'crm', request, save, next: 'close' };
    const flow = aFlow({ set, ask, close: quiet }, { onTaken: 'close' });
    const variables = { caseNumber: { type: 'string' as const, default: '' } };

    expect(found({ ...flow, variables })).toEqual(['E105 /variables/caseNumber']);
    expect(found(flow)).toEqual(['E303 /nodes/set/values/caseNumber', 'E303 /nodes/ask/save/caseNumber']);
    const nodes = { ...flow.nodes, ask: { ...ask, save: { caseNumber: 7 } } as never };
    expect(found({ ...flow, nodes, variables })).toContain('E110 /nodes/ask/save/caseNumber');
  });

  it('of a ring behind a node that cannot be read is nothing: it may well route', () => {
    const { nodes } = ringFlow();
    const route = { type: 'rout', rule: 'sequence', next: { routed: 'ring', unroutable: 'missed' } };
    const codes = found({ ...ringFlow(), nodes: { ...nodes, route } as never, onError: 'missed' });
    expect(codes).toContain('E106 /nodes/route/type');
    expect(codes.join()).not.toContain('W214');
  });
});

describe('a way that should lead through a group first', () => {
  const told = (code: string, nodes: Record<string, FlowNode>, rest: Partial<Flow> = {}): string[] => {
    const flow = { onError: 'keep', onTaken: 'serve', onClosed: 'close', ...aFlow({ ...nodes, ...ends }, rest) };
    return checkFlow(JSON.stringify(flow)).flatMap((each) => (each.code === code ? [each.message] : []));
  };
  const keep: FlowNode = { type: 'transfer', to: { group: 'desk' }, next: { accepted: 'serve', failed: 'serve' } };
  const route: FlowNode = {
    type: 'route',
    rule: 'sequence',
    destinations: [{ group: 'desk' }],
    next: { routed: 'ring', unroutable: 'tell' },
  };
  const ring: FlowNode = {
    type: 'ring',
    to: 'routed-group',
    next: { accepted: 'serve', timeout: 'keep', unavailable: 'keep' },
  };
  const tell = (next: string): FlowNode => ({ type: 'notify', to: 'supervisors', text: 'Left over.', next });

  it('is told by its nodes and outcomes, and the start goes before a fault', () => {
    const nodes = { route, ring, keep, tell: tell('ring') };
    expect(told('W214', nodes)).toEqual([expect.stringContaining('(start → route (unroutable) → tell → ring)')]);
    expect(told('W214', { ...nodes, tell: tell('keep') }, { onError: 'ring' })).toEqual([
      expect.stringContaining('(onError → ring)'),
    ]);
    const closedReply = { reopenWithin: '1d', at: 'ring' };
    expect(told('W214', { ...nodes, tell: tell('keep') }, { closedReply })).toEqual([
      expect.stringContaining('(closedReply → ring)'),
    ]);
  });

  it('is told by its last steps where it is long', () => {
    const nodes = { first: tell('second'), second: tell('route'), route, ring, keep, tell: tell('serve') };
    expect(told('W212', nodes, { start: 'first' })).toEqual([
      expect.stringContaining('(start → … → second → route (unroutable) → tell → serve)'),
    ]);
  });
});

describe('a template', () => {
  const flow = aFlow(
    {
      ...ends,
      'hand-over': { type: 'transfer', to: { group: 'empty' }, next: { accepted: 'serve', failed: 'serve' } },
    },
    { start: 'hand-over', onError: 'hand-over' },
  );
  const references: References = {
    emptyGroups: ['empty'],
    languages: ['en', 'de'],
    templateLanguages: { 'enquiry-closed': ['en'] },
  };

  it('without a language that is needed, and a group without agents, are told', () => {
    expect(found(flow, references)).toEqual(['W502 /nodes/hand-over/to/group', 'W502 /nodes/close/notify']);
    expect(found(flow, { ...references, languages: ['en'], emptyGroups: [] })).toEqual([]);
  });
});

describe('a flow that is called before a wait', () => {
  const end: Flow['nodes'][string] = { type: 'close', reason: 'done', notify: false };
  const head = { $schema: 'https://ringpost.dev/schema/flow-1.json', title: 'A flow', onError: 'end' };
  const caller: Flow = {
    ...head,
    id: 'caller',
    start: 'call',
    onTaken: 'serve',
    onClosed: 'end',
    nodes: {
      call: { type: 'subflow', flow: 'called', next: 'serve' },
      serve: { type: 'wait', for: ['agent-closed'], timeout: '3d', next: { 'agent-closed': 'end', timeout: 'end' } },
      end,
    },
  };
  const codes = (references: References): string[] =>
    checkFlow(JSON.stringify(caller), references).map(({ code, pointer }) => `${code} ${pointer}`);

  it('is trusted to bring somebody who has the enquiry, as long as nobody knows it', () => {
    expect(codes({})).not.toContain('W212 /nodes/serve');
  });

  it('is looked into when it is known', () => {
    const called: Flow = { ...head, id: 'called', start: 'end', nodes: { end } };
    expect(codes({ published: { called } })).toContain('W212 /nodes/serve');
  });
});
