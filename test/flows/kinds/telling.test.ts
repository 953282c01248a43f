import { simulate, type FlowNode, type Scenario } from '../../../flows';
import { aFlow, ends, Play, type Answers } from '../play';
import { unchecked } from '../unchecked';

const hold: FlowNode = { type: 'wait', timeout: '1d', next: { timeout: 'idle' } };
const failed: FlowNode = { type: 'wait', timeout: '2d', next: { timeout: 'idle' } };
const variables = {
  tier: { type: 'string' as const, enum: ['standard', 'gold'], default: 'standard' },
  orders: { type: 'integer' as const, default: 0 },
};

/** A flow that does one thing and then rests at "hold", or at "failed" when it cannot be done. */
function doing(node: FlowNode, answers: Answers = {}): Play {
  const flow = aFlow(
    { it: { ...node, next: { done: 'hold', error: 'failed' } } as FlowNode, hold, failed, ...ends },
    { variables },
  );
  return new Play(flow, answers).start();
}

describe('a note', () => {
  it('is left in the enquiry with its text, and carries no facts when it reads none', () => {
    const play = doing({ type: 'note', text: 'Came at night.' });
    expect(play.now.node).toBe('hold');
    expect(play.all('keepNote')).toEqual([
      {
        do: 'keepNote',
        seq: expect.any(Number),
        node: 'it',
        note: expect.any(String),
        agent: null,
        text: 'Came at night.',
      },
    ]);
  });

  it('with places brings the facts that are not personal, and leaves the places to be filled next to the store', () => {
    const [note] = doing({ type: 'note', text: 'VIP: {{ contact.name }}, {{ vars.tier }}.' }).all('keepNote');
    expect(note?.text).toBe('VIP: {{ contact.name }}, {{ vars.tier }}.');
    expect(note?.facts).toMatchObject({ vars: { tier: 'standard' }, channelId: 'support' });
  });

  it('has an id of its own at each visit', () => {
    const flow = aFlow({
      first: { type: 'note', text: 'One.', next: 'second' },
      second: { type: 'note', text: 'Two.', next: 'hold' },
      hold,
      ...ends,
    });
    const ids = new Play(flow)
      .start()
      .all('keepNote')
      .map(({ note }) => note);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a priority', () => {
  it('is kept with the enquiry, read by conditions, and taken along into a line', () => {
    const flow = aFlow(
      {
        raise: { type: 'priority', to: 5, next: 'look' },
        look: {
          type: 'switch',
          cases: [{ when: { '>': [{ var: 'enquiry.priority' }, 4] }, next: 'route' }],
          default: 'idle',
        },
        route: {
          type: 'route',
          rule: 'sequence',
          destinations: [{ group: 'desk' }],
          next: { routed: 'ring', unroutable: 'idle' },
        },
        ring: { type: 'ring', to: 'routed-group', next: { accepted: 'serve', timeout: 'idle', unavailable: 'idle' } },
        ...ends,
      },
      { onTaken: 'serve', onClosed: 'close' },
    );
    const play = new Play(flow, { reserveAgent: { nobody: 'full', decision: 'd' } }).start();
    expect(play.now.priority).toBe(5);
    expect(play.all('enterLine')).toMatchObject([{ priority: 5 }]);
  });

  it.each([
    [5, 'The priority was changed.'],
    [0, 'The priority stays.'],
  ])('to %i says so in the story', (to, what) => {
    expect(doing({ type: 'priority', to }).trace).toContainEqual(expect.objectContaining({ node: 'it', what }));
  });
});

describe('a webhook', () => {
  const asks: FlowNode = {
    type: 'webhook',
    connection: 'crm',
    request: { method: 'GET', path: '/customers', query: { email: '{{contact.email}}' } },
    timeout: '5s',
    retry: { maxAttempts: 3, interval: '2s', backoffRate: 2 },
    save: { tier: '/tier', orders: '/orders/open' },
  };

  it('asks its connection with places that are still open, so that nothing personal enters history', () => {
    const [call] = doing(asks, { callWebhook: { saved: { tier: 'gold', orders: 2 } } }).all('callWebhook');
    expect(call).toMatchObject({
      connection: 'crm',
      request: { method: 'GET', path: '/customers', query: { email: '{{contact.email}}' } },
      timeoutMs: 5000,
      retry: { maxAttempts: 3, intervalMs: 2000, backoffRate: 2 },
      visit: 1,
      save: {
        tier: { pointer: '/tier', type: 'string', enum: ['standard', 'gold'] },
        orders: { pointer: '/orders/open', type: 'integer' },
      },
    });
  });

  it('says that the enquiry was opened again, as its visits are counted anew', () => {
    const flow = aFlow({ it: { ...asks, next: { done: 'idle', error: 'idle' } }, ...ends }, { variables });
    const play = new Play(flow, { callWebhook: { saved: { tier: 'gold', orders: 2 } } }).start();
    const [before, after] = play.start({ id: 'message-2' }).all('callWebhook');
    expect(before).not.toHaveProperty('reopened');
    expect(after).toMatchObject({ visit: 1, reopened: 1 });
  });

  it('keeps what was answered in its variables', () => {
    const play = doing(asks, { callWebhook: { saved: { tier: 'gold', orders: 2 } } });
    expect(play.now).toMatchObject({ node: 'hold', vars: { tier: 'gold', orders: 2 } });
  });

  it.each<[string, Answers]>([
    ['a value is missing', { callWebhook: { saved: { tier: 'gold' } } }],
    ['a value is outside its list', { callWebhook: { saved: { tier: 'platinum', orders: 2 } } }],
    ['a value is of another type', { callWebhook: { saved: { tier: 'gold', orders: '2' } } }],
    ['the answer is none', { callWebhook: { done: true } }],
    ['the other system is away', { callWebhook: { failed: { code: 'status', status: 503, attempts: 3 } } }],
    ['the call is broken', { callWebhook: { error: 'ActivityFailed' } }],
    ['what failed cannot be told', { callWebhook: { failed: unchecked('?') } }],
  ])('goes by error and changes no variable when %s', (_why, answers) => {
    expect(doing(asks, answers).now).toMatchObject({ node: 'failed', vars: { tier: 'standard', orders: 0 } });
  });

  it.each([
    [
      { code: 'status', status: 503, attempts: 3 },
      'The connection "crm" could not be used: it refused (status 503, after 3 attempts).',
    ],
    [{ code: 'timed-out', attempts: 1 }, 'The connection "crm" could not be used: it did not answer in time.'],
    [
      { code: 'value-does-not-fit', variable: 'tier' },
      'The connection "crm" could not be used: its answer has a value that the variable cannot hold (variable "tier").',
    ],
  ] as const)('tells why it failed: %o', (failed, what) => {
    const { trace } = doing(asks, { callWebhook: { failed } });
    expect(trace).toContainEqual(expect.objectContaining({ node: 'it', outcome: 'error', what }));
  });

  it('never takes longer, or pauses longer, than a course may stand still', () => {
    const patient: FlowNode = { ...asks, timeout: '1h', retry: { maxAttempts: 2, interval: '1h' } };
    const [call] = doing(patient, { callWebhook: { saved: {} } }).all('callWebhook');
    expect(call).toMatchObject({ timeoutMs: 60_000, retry: { intervalMs: 300_000 } });
  });

  it('tries once, for ten seconds, where nothing is said', () => {
    const plain: FlowNode = { type: 'webhook', connection: 'crm', request: { method: 'POST', path: '/' } };
    const play = doing(plain, { callWebhook: { saved: {} } });
    expect(play.all('callWebhook')).toMatchObject([{ timeoutMs: 10_000, retry: { maxAttempts: 1 }, save: {} }]);
    expect(play.now.node).toBe('hold');
  });

  it('without a connection that the channel names is an error', () => {
    expect(doing({ ...asks, connection: { setting: 'crm' } }).now.node).toBe('failed');
  });
});

describe('forward, notify and subflow', () => {
  it('send the mail on, to the addresses that are named', () => {
    const play = doing({ type: 'forward', to: ['returns@supplier.example', { setting: 'none' }] });
    expect(play.all('forwardMail')).toMatchObject([{ to: ['returns@supplier.example'], messageId: 'message-1' }]);
    expect(play.now.node).toBe('hold');
    expect(doing({ type: 'forward', to: [{ setting: 'none' }] }).all('forwardMail')).toEqual([]);
  });

  it('send nothing on that a machine wrote, nor without end, and say why nothing went', () => {
    const node: FlowNode = { type: 'forward', to: ['a@b.example'], next: 'hold' };
    const flow = aFlow({ it: node, hold: { type: 'wait', timeout: '1m', next: { timeout: 'it' } }, ...ends });
    const automatic = new Play(flow).start({ automatic: true, kind: 'automatic' });
    expect(automatic.all('forwardMail')).toEqual([]);
    expect(automatic.trace).toContainEqual(
      expect.objectContaining({ node: 'it', what: 'Nothing was sent on: the mail is automatic.' }),
    );
    const often = new Play(flow).start();
    for (let round = 0; round < 12; round += 1) often.timePasses();
    expect(often.all('forwardMail')).toHaveLength(10);
    const [sent] = doing(
      { type: 'forward', to: ['a@b.example'] },
      { forwardMail: { suppressed: 'it is ours' } },
    ).trace.filter(({ kind }) => kind === 'forward');
    expect(sent).toMatchObject({ outcome: 'done', what: 'Nothing was sent on: it is ours.' });
  });

  it('tell whoever has the enquiry, by his id, and say who was told', () => {
    const flow = aFlow(
      {
        hold: { type: 'wait', timeout: '1d', next: { timeout: 'it' } },
        it: { type: 'notify', to: 'assignee', text: 'Look.', next: 'hold' },
        ...ends,
      },
      { onTaken: 'it' },
    );
    const play = new Play(flow).start().send({ type: 'take', agent: 'ana' });
    expect(play.all('notifyStaff')).toMatchObject([{ to: { agent: 'ana' }, sort: 'flow' }]);
    expect(play.trace).toContainEqual(
      expect.objectContaining({ what: 'Colleagues were told.', detail: { agents: ['ana'] } }),
    );
  });

  it('tell colleagues, and nobody where nobody has the enquiry', () => {
    const told = doing({ type: 'notify', to: { group: 'support' }, text: 'Look at {{ enquiry.number }}.' });
    expect(told.all('notifyStaff')).toMatchObject([
      { to: { group: 'support' }, text: 'Look at {{ enquiry.number }}.' },
    ]);
    const alone = doing({ type: 'notify', to: 'assignee', text: 'Look.' });
    expect(alone.all('notifyStaff')).toEqual([]);
    expect(alone.now.node).toBe('hold');
  });

  it('run another flow and go on behind it, or by error', () => {
    expect(doing({ type: 'subflow', flow: 'tag-intent' }).now.node).toBe('hold');
    expect(doing({ type: 'subflow', flow: 'tag-intent' }, { runSubflow: { error: 'unknown' } }).now.node).toBe(
      'failed',
    );
  });
});

describe('a simulation of these', () => {
  const flow = aFlow(
    {
      ask: {
        type: 'webhook',
        connection: 'crm',
        request: { method: 'GET', path: '/' },
        save: { tier: '/customer/tiers/0' },
        next: { done: 'send', error: 'close' },
      },
      send: { type: 'forward', to: ['a@b.example'], next: { done: 'idle', error: 'close' } },
      ...ends,
    },
    { variables },
  );
  const gold = { customer: { tiers: ['gold'] } };
  const run = (answers: Scenario['answers']) => simulate(flow, { answers: answers ?? {} });

  it('takes the answer of a webhook from the scenario as the other system gives it, and its error', () => {
    expect(run({ ask: [{ customer: { name: 'Mia', tiers: ['gold', 'standard'] } }] })).toMatchObject({
      faults: [],
      path: ['ask', 'send', 'idle'],
      state: { vars: { tier: 'gold' } },
    });
    expect(run({ ask: [{ customer: { tiers: [] } }] })).toMatchObject({ faults: [], path: ['ask', 'close'] });
    expect(run({ ask: ['error'] })).toMatchObject({ faults: [], path: ['ask', 'close'] });
  });

  it('lets any node fail that the scenario says fails', () => {
    expect(run({ ask: [gold], send: ['error'] })).toMatchObject({
      faults: [],
      path: ['ask', 'send', 'close'],
    });
  });

  it('makes no answer up', () => {
    expect(run({}).faults).toEqual([
      'no answer is given for "ask" (visit 1); it may be what the other system answers, such as { "tier": "gold" } or error',
    ]);
    expect(run({ ask: [gold, gold] }).faults).toEqual([
      'nothing asked for "{"customer":{"tiers":["gold"]}}" at "ask" (visit 2)',
    ]);
  });
});
