import { describeRest, nextDeadline, step, type Flow, type FlowEvent, type FlowNode } from '../../../flows';
import { aFlow, aMessage, ends, nobody, Play, ringFlow, START } from '../play';
import { unchecked } from '../unchecked';

describe('the guards of a run', () => {
  it('park a loop without a pause after 100 steps', () => {
    const flow = aFlow({ a: { type: 'tag', add: ['x'], next: 'b' }, b: { type: 'tag', add: ['y'], next: 'a' } });
    const play = new Play(flow).start();
    expect(play.now).toMatchObject({ status: 'parked', rest: { kind: 'parked' }, steps: 100 });
    expect(describeRest(play.now)).toBe('Parked for a supervisor: 100 steps without a pause, last at "a".');
  });

  it('park an enquiry after 1,000 steps, and a supervisor gives it as many again', () => {
    const flow = aFlow({ a: { type: 'wait', timeout: '10s', next: { timeout: 'a' } } });
    const play = new Play(flow).start();
    for (let index = 0; index < 1000; index++) play.timePasses();
    expect(play.now.status).toBe('parked');
    play.send({ type: 'resume', agent: 'sue', node: 'a' });
    expect(play.now).toMatchObject({ status: 'missed', steps: 1 });
  });

  it('do not count a loop that rests between', () => {
    const flow = aFlow({ a: { type: 'wait', timeout: '10s', next: { timeout: 'b' } }, b: { type: 'tag', next: 'a' } });
    const play = new Play(flow).start();
    for (let index = 0; index < 200; index++) play.timePasses();
    expect(play.now).toMatchObject({ status: 'missed', burst: 0 });
  });
});

describe('a node that cannot do its work', () => {
  const tagged: FlowNode = { type: 'wait', timeout: '1d', next: { timeout: 'idle' } };
  const flow = (next: FlowNode['type'] extends never ? never : Record<string, string>, onError?: string): Flow =>
    aFlow(
      { greet: { type: 'auto-reply', template: 't', next }, aside: tagged, own: tagged, ...ends },
      onError ? { onError } : {},
    );

  it.each<[string, Flow, object]>([
    ['goes where its own error outcome leads', flow({ done: 'close', error: 'own' }, 'aside'), { node: 'own' }],
    ['else where onError leads', flow({ done: 'close' }, 'aside'), { node: 'aside', status: 'missed' }],
    ['else is parked', flow({ done: 'close' }), { status: 'parked', node: 'greet' }],
    ['is parked when onError fails too', flow({ done: 'close' }, 'greet'), { status: 'parked' }],
  ])('%s', (_title, flow, state) => {
    expect(new Play(flow, { queueMail: { error: 'no-template' } }).start().now).toMatchObject(state);
  });

  it('fails once by onError and not round and round', () => {
    const play = new Play(flow({ done: 'close' }, 'greet'), { queueMail: { error: 'no-template' } }).start();
    expect(play.all('queueMail')).toHaveLength(2);
    expect(describeRest(play.now)).toBe('Parked for a supervisor: no-template at "greet".');
  });

  it('may fail again after the course has rested', () => {
    const again = flow({ done: 'close' }, 'aside');
    again.nodes['aside'] = { type: 'wait', timeout: '1d', next: { timeout: 'greet' } };
    const play = new Play(again, { queueMail: { error: 'no-template' } }).start().timePasses();
    expect(play.now).toMatchObject({ node: 'aside', status: 'missed' });
  });

  it('is told from an answer of the wrong shape', () => {
    const play = new Play(flow({ done: 'close' }), { queueMail: { blocked: true } }).start();
    expect(describeRest(play.now)).toContain('unexpected-answer at "greet"');
  });

  it('takes back an offer that may have been half made', () => {
    const play = new Play(ringFlow(), { reserveAgent: { error: 'store-broken' } }).start();
    expect(play.all('endOffer')).toMatchObject([{ agents: [], how: 'rescinded', winner: null }]);
    expect(play.now).toMatchObject({ status: 'parked', ringing: null });
  });
});

describe('step, whatever it is given', () => {
  const play = new Play(ringFlow()).start();

  it.each<[string, FlowEvent]>([
    ['an answer to a question nobody asked', { type: 'answer', at: START, seq: 99_999, answer: { done: true } }],
    ['an error of an effect nobody waits for', { type: 'error', at: START, seq: 1, code: 'x' }],
    ['a clock before its time', { type: 'clock', at: START + 1 }],
    ['a second start', { type: 'start', at: START, enquiryId: 'e', channelId: 'c', message: aMessage() }],
  ])('gives the same state back for %s', (_title, event) => {
    const result = step(play.flow, {}, play.now, event);
    expect(result).toEqual({ state: play.now, effects: [], trace: [], acts: [] });
    expect(result.state).toBe(play.now);
  });

  it('takes no answer to another question than the open one', () => {
    const asking = new Play(ringFlow());
    asking.feed({ type: 'start', at: START, enquiryId: 'e', channelId: 'c', message: aMessage() });
    const { state } = asking;
    const seq = (state?.asking?.seq ?? 0) - 1;
    asking.feed({ type: 'answer', at: START, seq, answer: { nobody: 'offline', decision: 'd' } });
    asking.feed({ type: 'error', at: START, seq, code: 'x' });
    expect(asking.state).toBe(state);
  });

  it('changes nothing in place', () => {
    const before = JSON.stringify(play.now);
    step(play.flow, {}, play.now, { type: 'clock', at: START + 60_000 });
    step(play.flow, {}, play.now, { type: 'tag', at: START, act: 'x', agent: 'a', add: ['t'], remove: [] });
    step(play.flow, {}, play.now, { type: 'close', at: START, act: 'x', agent: 'a', notify: true });
    expect(JSON.stringify(play.now)).toBe(before);
  });

  it('parks what was never started, and answers whoever acted', () => {
    const result = step(play.flow, {}, null, { type: 'take', at: START, act: 'x', agent: 'ana' });
    expect(result.state.status).toBe('parked');
    expect(result.acts).toEqual([{ act: 'x', outcome: { ok: false, code: 'not-possible-now' } }]);
  });

  it.each<[string, unknown]>([
    ['no flow at all', null],
    ['a flow without nodes', { start: 'a' }],
    ['a node of an unknown kind', aFlow({ a: unchecked({ type: 'webhook' }) })],
    ['an inherited node name', aFlow({ a: { type: 'tag', next: 'constructor' } })],
    ['a start that is missing', aFlow({}, { start: 'nowhere' })],
    ['a switch without cases', aFlow({ a: unchecked({ type: 'switch' }) })],
  ])('parks an enquiry with %s', (_title, flow) => {
    const start: FlowEvent = { type: 'start', at: START, enquiryId: 'e', channelId: 'c', message: aMessage() };
    expect(step(unchecked(flow), {}, null, start).state.status).toBe('parked');
  });

  it('knows no deadline while it asks, is parked or closed', () => {
    const parked = new Play(ringFlow(), { reserveAgent: { error: 'x' } }).start().now;
    expect(nextDeadline(parked)).toBeNull();
    expect(nextDeadline({ ...play.now, asking: { seq: 1, node: null, about: 'reserveAgent' } })).toBeNull();
    expect(nextDeadline(new Play(ringFlow(), { reserveAgent: nobody('offline') }).start().now)).toBe(
      START + 86_400_000,
    );
  });
});
