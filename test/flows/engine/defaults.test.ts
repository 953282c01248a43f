import { closedReplyVerdict, type Flow, type FlowDefaults, type FlowNode } from '../../../flows';
import { aFlow, aMessage, ends, nobody, Play, reserved, ringFlow, START } from '../play';

/** Defaults of an installation that has changed every one. */
const own: FlowDefaults = {
  ringTimeoutMs: 1_000,
  queueTimeoutMs: 2_000,
  patienceMs: 3_000,
  engagementMs: 4_000,
  idleCloseMs: 5_000,
  reopenWithinMs: 6_000,
  autoReplies: 2,
};
const engaged = { findEngaged: { engaged: 'ana', available: true } };
const toEngaged = (ring: object = {}): Flow => ringFlow({ to: 'engaged-agent', ...ring });
const ringEngaged = (flow: Flow): Flow => ({ ...flow, start: 'ring' });
const holding = (play: Play): Play => play.start().send({ type: 'accept', agent: 'ana', offer: play.offer });
const transfer = { type: 'transfer', agent: 'ana', to: { group: 'billing' } } as const;
const withNode = (name: string, node: FlowNode, rest: Partial<Flow> = {}): Flow => {
  const flow = ringFlow({}, rest);
  return { ...flow, nodes: { ...flow.nodes, [name]: node } };
};
const until = (play: Play): number => {
  const { rest } = play.now;
  if (rest?.kind === 'ring') return rest.offer.until - START;
  return rest && 'until' in rest ? rest.until - START : NaN;
};
const anEffect = (play: Play): number => (play.all('reserveAgent').at(-1)?.until ?? NaN) - START;

describe('what holds where the flow says nothing', () => {
  it.each<[string, (flow: 'silent' | 'speaking') => number, number, number]>([
    [
      'time of an offer of a ring',
      (flow) => anEffect(new Play(ringFlow(flow === 'speaking' ? { timeout: '30s' } : {}), {}, {}, own).start()),
      own.ringTimeoutMs,
      30_000,
    ],
    [
      'time in line of a ring',
      (flow) =>
        until(
          new Play(
            ringFlow(flow === 'speaking' ? { queueTimeout: '30s' } : {}),
            { reserveAgent: nobody('full') },
            {},
            own,
          ).start(),
        ),
      own.queueTimeoutMs,
      30_000,
    ],
    [
      'patience of a contact with his agent',
      (flow) =>
        until(
          new Play(
            ringEngaged(toEngaged(flow === 'speaking' ? { queueTimeout: '30s' } : {})),
            { ...engaged, reserveAgent: nobody('full') },
            {},
            own,
          ).start(),
        ),
      own.patienceMs,
      30_000,
    ],
    [
      'time of an offer of a transfer',
      (flow) => {
        const node: FlowNode = {
          type: 'transfer',
          to: 'requested-destination',
          ...(flow === 'speaking' ? { timeout: '30s' } : {}),
          next: { accepted: 'serve', failed: 'serve' },
        };
        return anEffect(holding(new Play(withNode('hand-over', node), {}, {}, own)).send(transfer));
      },
      own.ringTimeoutMs,
      30_000,
    ],
    [
      'time of an engagement',
      (flow) => {
        const expires = flow === 'speaking' ? '1d' : { setting: 'nothing' };
        const bind: FlowNode = { type: 'engage', expires, whenUnavailable: 'wait', next: 'serve' };
        const play = new Play(withNode('bind', bind, { onTaken: 'bind' }), { reserveFor: reserved('ben') }, {}, own);
        play.start().send({ type: 'take', agent: 'ben' });
        return play.all('bindEngagement')[0]?.expiresMs ?? NaN;
      },
      own.engagementMs,
      86_400_000,
    ],
    [
      'time of a wait',
      (flow) => {
        const timeout = flow === 'speaking' ? '1d' : { setting: 'nothing' };
        return until(
          new Play(aFlow({ hold: { type: 'wait', timeout, next: { timeout: 'idle' } }, ...ends }), {}, {}, own).start(),
        );
      },
      own.idleCloseMs,
      86_400_000,
    ],
  ])('is the installation’s %s, unless the flow has its own', (_title, measure, silent, speaking) => {
    expect([measure('silent'), measure('speaking')]).toEqual([silent, speaking]);
  });

  it('is the installation’s time to transfer at a wait that does not name it', () => {
    const serve: FlowNode = {
      type: 'wait',
      for: ['agent-closed'],
      timeout: '1d',
      next: { 'agent-closed': 'close', timeout: 'idle' },
    };
    const play = holding(
      new Play(withNode('serve', serve), { reserveAgent: [reserved('ana'), nobody('full')] }, {}, own),
    );
    play.send(transfer);
    expect(anEffect(play)).toBe(own.ringTimeoutMs);
    expect(until(play)).toBe(own.queueTimeoutMs);
  });

  it('is the installation’s time to reopen, unless the flow has its own', () => {
    const verdictAfter = (ms: number, rest: Partial<Flow>): string =>
      closedReplyVerdict(ringFlow({}, rest), {}, START, START + ms, own).verdict;
    expect([verdictAfter(6_000, {}), verdictAfter(6_001, {})]).toEqual(['reopen', 'new']);
    expect(verdictAfter(6_001, { closedReply: { reopenWithin: '7s', at: 'ring' } })).toBe('reopen');
    const play = holding(new Play(ringFlow(), {}, {}, own)).send({ type: 'close', agent: 'ana', notify: false });
    play.at += 6_001;
    play.send({ type: 'mail', message: aMessage({ id: 'late' }) });
    expect(play.now.status).toBe('closed');
  });

  it('is the installation’s number of auto-replies', () => {
    const greet = (next: string): FlowNode => ({ type: 'auto-reply', template: 'support-received', next });
    const flow = aFlow({ one: greet('two'), two: greet('three'), three: greet('serve'), ...ends });
    expect(new Play(flow, {}, {}, own).start().all('queueMail')).toHaveLength(2);
    expect(new Play(flow, {}, {}, { autoReplies: 0 }).start().all('queueMail')).toHaveLength(0);
  });
});
