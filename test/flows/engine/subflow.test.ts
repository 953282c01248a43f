import { nextDeadline, simulate, type Flow, type FlowNode, type VariableDeclaration } from '../../../flows';
import { linkFlow } from '../../../flows/subflows/link';
import { aFlow, ends, Play, type Answers } from '../play';

const hold: FlowNode = { type: 'wait', timeout: '1d', next: { timeout: 'idle' } };
const failed: FlowNode = { type: 'wait', timeout: '2d', next: { timeout: 'idle' } };
const tier: VariableDeclaration = { type: 'string', enum: ['standard', 'gold'], default: 'standard' };
const count: VariableDeclaration = { type: 'integer', default: 0 };
const end: FlowNode = { type: 'close', reason: 'tagged', notify: 'enquiry-closed' };

/** A flow of these nodes under an id. */
const named = (id: string, nodes: Record<string, FlowNode>, rest: Partial<Flow> = {}): Flow => ({
  ...aFlow(nodes, rest),
  id,
});

/** Calls "inner" and rests at "hold", or at "failed" when the node's own "error" is taken. */
const outer = (inner: Flow, rest: Partial<Flow> = {}, error = true): Flow =>
  linkFlow(
    named(
      'outer',
      {
        call: {
          type: 'subflow',
          flow: 'inner',
          next: error ? { done: 'hold', error: 'failed' } : { done: 'hold' },
        },
        hold,
        failed,
        ...ends,
      },
      rest,
    ),
    new Map([['inner', { flow: inner, revision: 4 }]]),
  );

const play = (flow: Flow, answers: Answers = {}): Play => new Play(flow, answers).start();
const path = ({ trace }: Play): (string | undefined)[] => trace.flatMap(({ next }) => (next ? [next] : []));

describe('a flow that another calls', () => {
  it('runs inside of it under names that say where, and its close leads on instead of closing', () => {
    const inner = named('inner', { mark: { type: 'tag', add: ['seen'], next: 'end' }, end });
    const run = play(outer(inner));
    expect(path(run)).toEqual(['call', 'call/mark', 'call/end', 'hold']);
    expect(run.now).toMatchObject({ node: 'hold', tags: ['seen'], status: 'missed' });
    expect(run.all('queueMail')).toEqual([]);
    expect(run.trace).toContainEqual(
      expect.objectContaining({
        node: 'call',
        kind: 'subflow',
        outcome: 'done',
        next: 'hold',
        detail: { reason: 'tagged' },
      }),
    );
    expect(run.trace).toContainEqual(
      expect.objectContaining({ node: 'call', next: 'call/mark', detail: { flow: 'inner', revision: 4 } }),
    );
  });

  it('may rest there, be answered there, and be left by the act of an agent at the entry of the flow that runs', () => {
    const inner = named(
      'inner',
      { pause: { type: 'wait', timeout: '15m', next: { timeout: 'end' } }, end },
      { onTaken: 'end', onClosed: 'end' },
    );
    const run = play(outer(inner, { onTaken: 'serve', onClosed: 'close' }));
    expect(run.now.rest).toMatchObject({ kind: 'wait', node: 'call/pause' });
    expect(nextDeadline(run.now)).toBe(run.at + 15 * 60_000);
    run.send({ type: 'take', agent: 'ana' });
    expect(run.now).toMatchObject({ node: 'serve', assignee: 'ana' });
  });

  it('shares the variables that both declare, and begins its own anew at each call', () => {
    const inner = named(
      'inner',
      {
        set: {
          type: 'set',
          values: { tier: 'gold', seen: { '+': [{ var: 'vars.seen' }, 1] } },
          next: 'note',
        },
        note: { type: 'note', text: '{{ vars.tier }} {{ vars.seen }}', next: 'end' },
        end,
      },
      { variables: { tier: { ...tier, default: 'standard' }, seen: count } },
    );
    const twice = linkFlow(
      named(
        'outer',
        {
          call: { type: 'subflow', flow: 'inner', next: 'count' },
          count: { type: 'set', values: { rounds: { '+': [{ var: 'vars.rounds' }, 1] } }, next: 'again' },
          again: {
            type: 'switch',
            cases: [{ when: { '<': [{ var: 'vars.rounds' }, 2] }, next: 'call' }],
            default: 'hold',
          },
          hold,
          ...ends,
        },
        { variables: { tier, rounds: count } },
      ),
      new Map([['inner', { flow: inner, revision: 1 }]]),
    );
    const run = play(twice);
    expect(run.now.vars).toEqual({ tier: 'gold', rounds: 2, 'call/seen': 1 });
    expect(run.all('keepNote').map(({ text }) => text)).toEqual(
      Array.from({ length: 2 }, () => '{{ vars.tier }} {{ vars.call/seen }}'),
    );
  });

  it('reads the settings of the channel under the same name, and its own defaults for the rest', () => {
    const inner = named(
      'inner',
      {
        pause: { type: 'wait', timeout: { setting: 'patience' }, next: { timeout: 'answer' } },
        answer: { type: 'auto-reply', template: { setting: 'words' }, next: 'end' },
        end,
      },
      {
        settings: {
          patience: { type: 'duration', title: 'Wait for', default: '5m' },
          words: { type: 'template', title: 'Answer', default: 'support-received' },
        },
      },
    );
    const flow = outer(inner, {
      settings: { patience: { type: 'duration', title: 'Patience', default: '1h' } },
    });
    const run = new Play(flow, {}, { patience: '2h' }).start();
    expect(nextDeadline(run.now)).toBe(run.at + 2 * 3_600_000);
    run.timePasses();
    expect(run.all('queueMail')).toMatchObject([{ template: 'support-received', node: 'call/answer' }]);
  });

  it('keeps its own time zone, and takes that of its caller when it names none', () => {
    const look: Record<string, FlowNode> = {
      look: { type: 'set', values: { hour: { var: 'time.hour' } }, next: 'end' },
      end,
    };
    const hour = { variables: { hour: count } };
    const flow = (timezone: Partial<Flow>): Flow =>
      outer(named('inner', look, { ...hour, ...timezone }), { ...hour, timezone: 'Asia/Tokyo' });
    expect(play(flow({})).now.vars).toEqual({ hour: 17 });
    expect(play(flow({ timezone: 'America/New_York' })).now.vars).toEqual({ hour: 4 });
  });

  it('may call a third; the names say the whole way', () => {
    const third = named('third', { mark: { type: 'tag', add: ['deep'], next: 'end' }, end });
    const inner = linkFlow(
      named('inner', { more: { type: 'subflow', flow: 'third', next: 'end' }, end }),
      new Map([['third', { flow: third, revision: 2 }]]),
    );
    const run = play(outer(inner));
    expect(path(run)).toEqual(['call', 'call/more', 'call/more/mark', 'call/more/end', 'call/end', 'hold']);
    expect(run.now.tags).toEqual(['deep']);
  });
});

describe('a fault inside a called flow', () => {
  const breaks: FlowNode = { type: 'blocklist', lists: ['x'], next: { blocked: 'end', clear: 'end' } };
  const fault: Answers = { checkBlocklist: { error: 'StoreBroken' } };

  it.each<[string, Partial<Flow>, Flow, string]>([
    [
      'by the onError of the flow it stands in',
      {},
      named('inner', { breaks, other: hold, end }, { onError: 'other' }),
      'call/other',
    ],
    ['by the "error" of the calling node', { onError: 'serve' }, named('inner', { breaks, end }), 'failed'],
  ])('leads on %s', (_how, rest, inner, node) => {
    expect(play(outer({ ...inner, nodes: { ...inner.nodes, idle: end } }, rest), fault).now.node).toBe(node);
  });

  it('leads on by the onError of the caller when the calling node names no "error"', () => {
    const inner = named('inner', { breaks, end });
    expect(play(outer(inner, { onError: 'failed' }, false), fault).now.node).toBe('failed');
  });

  it('parks the enquiry and says where, when nothing is named', () => {
    const run = play(outer(named('inner', { breaks, end }), {}, false), fault);
    expect(run.now.rest).toEqual({ kind: 'parked', node: 'call/breaks', reason: 'StoreBroken at "call/breaks"' });
  });

  it('in what its onError leads to goes to the calling node: no onError is taken twice without a rest', () => {
    const inner = named('inner', { breaks, again: breaks, end }, { onError: 'again' });
    expect(play(outer(inner), fault).now.node).toBe('failed');
  });
});

describe('the guards', () => {
  it('count the steps of all levels as one burst', () => {
    const inner = named('inner', { mark: { type: 'tag', add: ['seen'], next: 'end' }, end });
    const round = linkFlow(
      named('outer', { call: { type: 'subflow', flow: 'inner', next: 'call' }, ...ends }),
      new Map([['inner', { flow: inner, revision: 1 }]]),
    );
    expect(play(round).now.rest).toMatchObject({
      kind: 'parked',
      reason: expect.stringMatching(/^100 steps without a pause, last at "call/),
    });
  });
});

describe('a simulation', () => {
  it('answers the nodes of the called flow under their whole names', () => {
    const inner = named('inner', {
      screen: { type: 'blocklist', lists: ['x'], next: { blocked: 'end', clear: 'pause' } },
      pause: { type: 'wait', timeout: '1h', next: { timeout: 'end' } },
      end,
    });
    const result = simulate(outer(inner), {
      answers: { 'call/screen': ['clear'], 'call/pause': ['timeout'], hold: ['timeout'] },
    });
    expect(result).toMatchObject({
      faults: [],
      path: ['call', 'call/screen', 'call/pause', 'call/end', 'hold', 'idle'],
      elapsedMs: 25 * 3_600_000,
    });
  });
});
