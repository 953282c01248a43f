import { simulate, type Flow, type FlowNode } from '../../../flows';
import { linkFlow } from '../../../flows/subflows/link';
import { walkFlow } from '../../../flows/walk/walk';
import { aFlow, ends, Play } from '../play';

const greet: FlowNode = { type: 'auto-reply', template: 'support-received', next: 'pass-on' };
const passOn: FlowNode = { type: 'forward', to: ['returns@supplier.example'], next: 'screen' };
/** It answers, passes on, and stops where the blocklist cannot be asked. */
const flow = aFlow({
  look: { type: 'tag', add: ['seen'], next: 'greet' },
  greet,
  'pass-on': passOn,
  screen: { type: 'blocklist', lists: ['x'], next: { blocked: 'hold', clear: 'hold' } },
  hold: { type: 'wait', timeout: '1d', next: { timeout: 'greet' } },
  ...ends,
});

/** Parked at "screen", after both mails have gone out. */
const parked = (autoReplies = 3, which: Flow = flow): Play =>
  new Play(
    which,
    { checkBlocklist: [{ error: 'StoreBroken' }, { blocked: false }], forwardMail: { queued: 'outbox-9' } },
    {},
    { autoReplies },
  ).start();

describe('an enquiry that is parked', () => {
  it('says where and why', () => {
    const { now } = parked();
    expect(now.rest).toEqual({ kind: 'parked', node: 'screen', reason: 'StoreBroken at "screen"' });
    expect(now).toMatchObject({ autoReplies: 1, forwards: 1 });
  });

  it.each<[string, { node: string; mailAgain?: boolean }, number, object, string]>([
    ['where it stopped', { node: 'screen' }, 3, { ok: true }, 'hold'],
    ['at a node that rests before anything is sent', { node: 'hold' }, 3, { ok: true }, 'hold'],
    ['at no node of its revision', { node: 'nowhere' }, 3, { ok: false, code: 'node-unknown' }, 'screen'],
    ['at an inherited name', { node: 'constructor' }, 3, { ok: false, code: 'node-unknown' }, 'screen'],
    ['at an auto-reply that went out', { node: 'greet' }, 3, { ok: false, code: 'would-mail-again' }, 'screen'],
    ['before one', { node: 'look' }, 3, { ok: false, code: 'would-mail-again' }, 'screen'],
    ['before one, and he knows it', { node: 'look', mailAgain: true }, 3, { ok: true }, 'hold'],
    ['at a mail that was passed on', { node: 'pass-on' }, 3, { ok: false, code: 'would-mail-again' }, 'screen'],
    // The cap of one auto-reply holds it back, but what is passed on behind it would go again.
    ['at an auto-reply that is capped', { node: 'greet' }, 1, { ok: false, code: 'would-mail-again' }, 'screen'],
  ])('is let go on %s', (_where, how, cap, outcome, node) => {
    const play = parked(cap).send({ type: 'resume', agent: 'sue', ...how });
    expect(play.outcome).toEqual(outcome);
    expect(play.now.node).toBe(node);
  });

  it('tells who let it go on, where, and what it had stopped for', () => {
    const play = parked().send({ type: 'resume', agent: 'sue', node: 'screen' });
    expect(play.trace).toContainEqual(
      expect.objectContaining({
        kind: 'resume',
        by: 'sue',
        what: 'A supervisor let it go on at "screen".',
        detail: { reason: 'StoreBroken at "screen"' },
      }),
    );
  });

  it('is looked at across the flows it calls', () => {
    const inner: Flow = { ...aFlow({ greet: { ...greet, next: 'end' }, end: ends['idle'] ?? greet }), id: 'inner' };
    const outer = linkFlow(
      aFlow({
        look: { type: 'subflow', flow: 'inner', next: 'screen' },
        screen: { type: 'blocklist', lists: ['x'], next: { blocked: 'hold', clear: 'hold' } },
        hold: { type: 'wait', timeout: '1d', next: { timeout: 'idle' } },
        ...ends,
      }),
      new Map([['inner', { flow: inner, revision: 1 }]]),
    );
    const refused = (node: string) => parked(3, outer).send({ type: 'resume', agent: 'sue', node }).outcome;
    expect(refused('look')).toEqual({ ok: false, code: 'would-mail-again' });
    expect(refused('look/greet')).toEqual({ ok: false, code: 'would-mail-again' });
    expect(refused('look/end')).toEqual({ ok: true });
  });
});

describe('a simulation and a walk', () => {
  const stops = aFlow({
    screen: { type: 'blocklist', lists: ['x'], next: { blocked: 'idle', clear: 'hold' } },
    hold: { type: 'wait', timeout: '1d', next: { timeout: 'idle' } },
    ...ends,
  });

  it('let a supervisor go on with what was parked, where the scenario says so', () => {
    const answers = { screen: [['error', 'supervisor-resumed to hold']], hold: ['timeout'] };
    expect(simulate(stops, { answers })).toMatchObject({ faults: [], path: ['screen', 'hold', 'idle'] });
    expect(simulate(stops, { answers: { screen: ['error'] } })).toMatchObject({ state: { status: 'parked' } });
  });

  it('walk on from where it was parked', () => {
    expect(walkFlow(stops)).toMatchObject({ complete: true, parked: new Map() });
  });
});
