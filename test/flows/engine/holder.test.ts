import { nextDeadline, type Answer, type Flow } from '../../../flows';
import { aMessage, nobody, Play, reserved, ringFlow, START } from '../play';

const MINUTE = 60_000;
/** Ana accepts and the contact is bound to her; then she answers. */
function bound(holder: Answer, flow: Flow = binding()): Play {
  const play = new Play(flow, { reserveAgent: [reserved('ana'), reserved('ben')], holdSlot: holder }).start();
  play.send({ type: 'accept', agent: 'ana', offer: play.offer });
  play.send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
  play.done();
  return play;
}
function binding(serve: object = {}): Flow {
  const flow = ringFlow({ next: { accepted: 'bind', timeout: 'missed', unavailable: 'nobody-there' } });
  flow.nodes['bind'] = { type: 'engage', expires: '30d', whenUnavailable: 'forward-to-group', next: 'serve' };
  flow.nodes['serve'] = { ...flow.nodes['serve'], ...serve } as Flow['nodes'][string];
  return flow;
}
const answer = { type: 'mail' as const, message: aMessage({ id: 'message-2' }) };
const gone: Answer = { holder: 'gone', forwardTo: 'desk' };
const occupied: Answer = { holder: 'occupied', forwardTo: 'desk' };
const free: Answer = { holder: 'free', forwardTo: 'desk' };

describe('an answer of a contact who is bound to the agent who has the enquiry', () => {
  it('goes straight to him when he is there, at no more cost than his slot', () => {
    const play = bound(free).send(answer);
    expect(play.effects).toMatchObject([{ do: 'holdSlot', agent: 'ana', bound: true }]);
    expect(play.now).toMatchObject({
      assignee: 'ana',
      slot: 'ana',
      awaiting: 'agent',
      node: 'serve',
      lookAgainAt: null,
    });
  });

  it('rings the group when he is gone; another serves, and nothing binds the contact anew', () => {
    const play = bound(gone).send(answer);
    expect(play.all('reserveAgent')).toMatchObject([{ target: { group: 'desk' }, asked: ['ana'] }]);
    expect(play.now).toMatchObject({ status: 'ongoing', assignee: 'ana', rest: { kind: 'ring' } });
    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.now).toMatchObject({ assignee: 'ben', node: 'serve', rest: { kind: 'wait' } });
    expect(play.all('bindEngagement')).toEqual([]);
    expect(play.trace.some(({ kind }) => kind === 'engagement')).toBe(true);
  });

  it('stays with him when nobody of the group takes it', () => {
    const play = bound(gone);
    play.answers.reserveAgent = nobody('offline');
    play.send(answer);
    expect(play.now).toMatchObject({ assignee: 'ana', awaiting: 'agent', node: 'serve', rest: { kind: 'wait' } });
  });

  it('waits for him when the engagement says so', () => {
    const play = bound({ holder: 'gone', forwardTo: null }).send(answer);
    expect(play.all('reserveAgent')).toEqual([]);
    expect(play.now).toMatchObject({ assignee: 'ana', rest: { kind: 'wait' }, lookAgainAt: null });
  });

  it.each<[string, Answer, string]>([
    ['rings the group when he is still busy after the contact’s patience', occupied, 'ring'],
    ['rings the group when he went away meanwhile', gone, 'ring'],
    ['stays with him when he has become free', free, 'wait'],
  ])('%s', (_title, later, rest) => {
    const play = bound(occupied).send(answer);
    expect(play.now.rest?.kind).toBe('wait');
    expect(nextDeadline(play.now)).toBe(START + 10 * MINUTE);
    play.answers.holdSlot = later;
    play.timePasses();
    expect(play.now.rest?.kind).toBe(rest);
    expect(play.now.lookAgainAt).toBeNull();
  });

  it.each<[string, (play: Play) => Play]>([
    ['he answers', (play) => play.send({ type: 'reply', agent: 'ana', draft: 'e', digest: 'y' })],
    ['the enquiry is closed', (play) => play.send({ type: 'close', agent: 'ana', notify: false })],
  ])('is not looked at again when %s in time', (_title, act) => {
    const play = act(bound(occupied).send(answer));
    expect(play.now.lookAgainAt).toBeNull();
    expect(nextDeadline(play.now) ?? Infinity).toBeGreaterThan(START + 10 * MINUTE);
  });

  it('ends the wait in time although it was to be looked at later', () => {
    const play = bound(occupied, binding({ timeout: '5m' })).send(answer);
    expect(nextDeadline(play.now)).toBe(START + 5 * MINUTE);
    expect(play.timePasses().now).toMatchObject({ status: 'closed', ending: 'no-reply' });
  });

  it('follows the flow first, where a wait names it', () => {
    const flow = binding({
      for: ['customer-replied'],
      next: { 'customer-replied': 'missed', timeout: 'idle' },
    });
    expect(bound(gone, flow).send(answer).now).toMatchObject({ node: 'missed', assignee: 'ana' });
  });

  it('asks nothing of an enquiry whose contact was never bound', () => {
    const play = new Play(ringFlow()).start();
    play.send({ type: 'accept', agent: 'ana', offer: play.offer });
    play.send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' }).done();
    play.send(answer);
    expect(play.effects).toEqual([expect.not.objectContaining({ bound: true })]);
  });
});

describe('a first mail of a contact who is bound to an agent', () => {
  const first = (found: object, answers: object = {}): Play =>
    new Play(
      { ...ringFlow({ to: 'engaged-agent' }), start: 'ring' },
      { findEngaged: { engaged: 'ana', available: true, ...found }, ...answers },
    ).start();

  it('rings at him', () => {
    expect(first({}).all('reserveAgent')).toMatchObject([{ target: { agent: 'ana' }, bound: true }]);
  });

  it('goes on to the group at once when he is gone', () => {
    const play = first({ available: false, gone: true, waits: false });
    expect(play.all('reserveAgent')).toEqual([]);
    expect(play.now.node).toBe('nobody-there');
  });

  it('waits in his line when he is full or busy, and goes on to the group after the contact’s patience', () => {
    const play = first({}, { reserveAgent: nobody('full') });
    expect(play.now.rest).toMatchObject({ kind: 'line', target: { agent: 'ana' }, until: START + 10 * MINUTE });
    expect(play.timePasses().now.node).toBe('nobody-there');
  });

  it('waits for him without end when the engagement says so, be he gone', () => {
    const play = first({ available: false, gone: true, waits: true }, { reserveAgent: nobody('offline') });
    expect(play.now.rest).toMatchObject({ kind: 'line', target: { agent: 'ana' } });
    expect(nextDeadline(play.now)).toBeNull();
    play.send({ type: 'matched', agent: 'ana', offer: 'enquiry-1.9l', until: START + 90_000, decision: 'd' });
    expect(play.now).toMatchObject({ status: 'ringing', rest: { offer: { agents: ['ana'] } } });
  });

  it('waits on when he goes away while it rings', () => {
    const play = first({ waits: true }, { reserveAgent: [reserved('ana'), nobody('offline')] });
    play.send({ type: 'agent-gone', agent: 'ana', cause: 'lease-ended' });
    expect(play.now).toMatchObject({ rest: { kind: 'line', target: { agent: 'ana' } }, asked: [] });
  });
});
