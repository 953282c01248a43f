import { AS_GROUP } from '../../../flows';
import { aFlow, ends, nobody, Play, reserved, ringFlow, START } from '../play';

describe('a ring', () => {
  it('offers to one candidate after the other and ends with accepted', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), reserved('ben', START + 120_000)] }).start();
    expect(play.now).toMatchObject({ status: 'ringing', asked: ['ana'], group: 'desk', rest: { kind: 'ring' } });

    play.timePasses();
    expect(play.all('endOffer')).toMatchObject([{ agents: ['ana'], how: 'missed', winner: null }]);
    expect(play.all('reserveAgent')[1]).toMatchObject({ asked: ['ana'], missedBy: ['ana'] });

    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.outcome).toEqual({ ok: true });
    expect(play.all('endOffer')[1]).toMatchObject({ agents: ['ben'], how: 'accepted', winner: 'ben' });
    expect(play.now).toMatchObject({
      status: 'ongoing',
      assignee: 'ben',
      slot: 'ben',
      awaiting: 'agent',
      node: 'serve',
    });
  });

  it('ends with timeout when everybody who could be asked was asked', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), nobody('asked')] }).start().timePasses();
    expect(play.now).toMatchObject({ node: 'missed', status: 'missed', ringing: null, missedBy: ['ana'] });
  });

  it('ends with timeout when those asked have gone offline since', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), nobody('offline')] }).start().timePasses();
    expect(play.now.node).toBe('missed');
  });

  it.each(['offline', 'unknown'] as const)('ends with unavailable at once when the group is %s', (why) => {
    const play = new Play(ringFlow(), { reserveAgent: nobody(why) }).start();
    expect(play.now).toMatchObject({ node: 'nobody-there', status: 'missed' });
  });

  it('never rings twice at the same agent in one visit, whatever it is answered', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), reserved('ana')] }).start().timePasses();
    expect(play.now.node).toBe('missed');
    expect(play.all('endOffer').at(-1)).toMatchObject({ agents: ['ana'], how: 'rescinded' });
  });

  it('counts a decline as a miss and asks the next at once', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), reserved('ben')] }).start();
    play.send({ type: 'decline', agent: 'ana', offer: play.offer });
    expect(play.outcome).toEqual({ ok: true });
    expect(play.now).toMatchObject({ missedBy: ['ana'], rest: { kind: 'ring', offer: { agents: ['ben'] } } });
    expect(play.all('endOffer')).toMatchObject([{ how: 'declined', agents: ['ana'] }]);
  });

  it('goes to the next at once when the agent is gone, and does not count that as a miss', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), reserved('ben')] }).start();
    play.send({ type: 'agent-gone', agent: 'ana', cause: 'lease ended' });
    expect(play.now).toMatchObject({ missedBy: [], asked: ['ana', 'ben'], rest: { kind: 'ring' } });
    play.send({ type: 'agent-gone', agent: 'zoe', cause: 'lease ended' });
    expect(play.now.rest).toMatchObject({ offer: { agents: ['ben'] } });
  });

  it('tells who loses by whom and when it was taken', () => {
    const play = new Play(ringFlow()).start();
    const { offer } = play;
    play.send({ type: 'accept', agent: 'ana', offer, at: START + 5 });
    play.send({ type: 'accept', agent: 'ben', offer, at: START + 9 });
    expect(play.outcome).toEqual({ ok: false, code: 'offer-taken', by: 'ana', at: START + 5 });
    play.send({ type: 'accept', agent: 'ana', offer });
    expect(play.outcome).toEqual({ ok: true });
    expect(play.now.assignee).toBe('ana');
  });

  it('tells that an offer is over when nobody has taken it', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), reserved('ben')] }).start();
    const { offer } = play;
    play.timePasses();
    play.send({ type: 'accept', agent: 'ana', offer });
    expect(play.outcome).toEqual({ ok: false, code: 'offer-over' });
    play.send({ type: 'decline', agent: 'ana', offer });
    expect(play.outcome).toEqual({ ok: false, code: 'offer-over' });
    play.send({ type: 'accept', agent: 'ana', offer: play.offer });
    expect(play.outcome).toEqual({ ok: false, code: 'offer-over' });
    play.send({ type: 'accept', agent: 'ben', offer });
    expect(play.outcome).toEqual({ ok: false, code: 'offer-over' });
  });

  it('is not offered where an agent has the enquiry already', () => {
    const flow = ringFlow({}, { onTaken: 'ring' });
    const play = new Play(flow, { reserveAgent: nobody('offline') }).start();
    play.done();
    play.send({ type: 'take', agent: 'ana' });
    expect(play.done()).toEqual(['reserveFor']);
    expect(play.now).toMatchObject({ node: 'serve', assignee: 'ana' });
  });

  it('goes on by unavailable when no route came before', () => {
    const flow = aFlow({
      ring: { type: 'ring', to: 'routed-group', next: { accepted: 'serve', timeout: 'idle', unavailable: 'serve' } },
      ...ends,
    });
    expect(new Play(flow).start().now).toMatchObject({ node: 'serve', status: 'missed' });
  });

  it('uses the times the node names', () => {
    const play = new Play(ringFlow({ timeout: '20s', queueTimeout: '2m' }), { reserveAgent: nobody('full') }).start();
    const [asked] = play.all('reserveAgent');
    expect(asked).toMatchObject({ until: START + 20_000, strategy: AS_GROUP });
    expect(asked).not.toHaveProperty('groupTime');
    expect(play.all('enterLine')).toMatchObject([{ ringTimeoutMs: 20_000 }]);
    expect(play.now.rest).toMatchObject({ kind: 'line', until: START + 120_000 });
  });

  it('rings the agent the contact is engaged with', () => {
    const flow = ringFlow({ to: 'engaged-agent' });
    const play = new Play(flow, { findEngaged: { engaged: 'ben', available: true } }).start();
    expect(play.all('reserveAgent')).toMatchObject([{ target: { agent: 'ben' } }]);
    expect(new Play(flow).start().now.node).toBe('nobody-there');
  });
});

describe('waiting in line', () => {
  const full = { reserveAgent: [nobody('full'), nobody('asked')] };

  it('begins when agents are online but full, and ends when the line finds one', () => {
    const play = new Play(ringFlow(), full).start();
    expect(play.now).toMatchObject({ status: 'waiting', rest: { kind: 'line', until: START + 15 * 60_000 } });
    play.send({ type: 'matched', agent: 'ben', offer: 'line-1', until: START + 99_000, decision: 'd-2' });
    expect(play.now).toMatchObject({
      status: 'ringing',
      asked: ['ben'],
      rest: { offer: { id: 'line-1', agents: ['ben'] } },
    });
    play.send({ type: 'accept', agent: 'ben', offer: 'line-1' });
    expect(play.now).toMatchObject({ assignee: 'ben', node: 'serve' });
  });

  it('ends with unavailable after queueTimeout', () => {
    const play = new Play(ringFlow(), full).start().timePasses();
    expect(play.all('leaveLine')).toHaveLength(1);
    expect(play.now.node).toBe('nobody-there');
  });

  it('has one queueTimeout in a visit, however often the line is entered', () => {
    const play = new Play(ringFlow(), { reserveAgent: nobody('full') }).start();
    play.at += 10 * 60_000;
    play.send({ type: 'matched', agent: 'ben', offer: 'line-1', until: play.at + 60_000, decision: 'd' });
    play.timePasses();
    expect(play.now.rest).toMatchObject({ kind: 'line', until: START + 15 * 60_000 });
    play.send({ type: 'matched', agent: 'cem', offer: 'line-2', until: play.at + 600_000, decision: 'd' });
    play.timePasses();
    expect(play.now).toMatchObject({ node: 'missed', missedBy: ['ben', 'cem'] });
  });

  it('gives an offer of the line back that comes too late, and keeps the slot of him who has it', () => {
    const play = new Play(ringFlow(), full).start();
    play.send({ type: 'take', agent: 'ana' });
    play.done();
    play.send({ type: 'matched', agent: 'ben', offer: 'line-1', until: START, decision: 'd' });
    expect(play.all('endOffer')).toMatchObject([{ offer: 'line-1', agents: ['ben'], how: 'rescinded', winner: 'ana' }]);
    expect(play.now.assignee).toBe('ana');
  });

  it('gives an offer back that the line made for a place of a former visit, and keeps the place of now', () => {
    const play = new Play(ringFlow(), { ...full, reserveFor: reserved('ana') }).start();
    const former = play.all('enterLine')[0]?.seq ?? 0;
    play.send({ type: 'take', agent: 'ana' });
    play.answers.reserveAgent = nobody('full');
    play.send({ type: 'transfer', agent: 'ana', to: { group: 'other-desk' } });
    const now = play.all('enterLine').at(-1)?.seq ?? 0;
    expect(play.now.rest).toMatchObject({ kind: 'line', target: { group: 'other-desk' } });
    play.done();

    const told = { type: 'matched', agent: 'ben', until: START + 60_000, decision: 'd' } as const;
    play.send({ ...told, offer: `enquiry-1.${former}l` });
    expect(play.effects).toMatchObject([{ do: 'endOffer', agents: ['ben'], how: 'rescinded' }]);
    expect(play.now.rest).toMatchObject({ kind: 'line', target: { group: 'other-desk' } });
    play.send({ ...told, offer: `enquiry-1.${now}l` });
    expect(play.now.rest).toMatchObject({ kind: 'ring', offer: { agents: ['ben'] } });
  });

  it('goes on ringing when the line tells of its offer twice', () => {
    const play = new Play(ringFlow(), full).start();
    const told = { type: 'matched', agent: 'ben', offer: 'line-1', until: START + 60_000, decision: 'd' } as const;
    play.send(told);
    play.done();
    play.send(told);
    expect(play.effects).toEqual([]);
    expect(play.now.rest).toMatchObject({ kind: 'ring', offer: { id: 'line-1', agents: ['ben'] } });
  });

  it('keeps its place when the line offers to somebody who was asked before', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), nobody('full')] }).start().timePasses();
    play.done();
    play.send({ type: 'matched', agent: 'ana', offer: 'line-1', until: START, decision: 'd' });
    expect(play.effects.map((effect) => effect.do)).toEqual(['endOffer', 'enterLine']);
    // By how long the contact has waited, not by when it came into the line.
    expect(play.all('enterLine')).toMatchObject([{ since: START }]);
    expect(play.now.rest?.kind).toBe('line');
  });
});

describe('ringAll', () => {
  const all = { offerToAll: [{ ringing: ['ana', 'ben', 'cem'], decision: 'd' }, nobody('asked')] };

  it('rings at all, the first to accept gets a slot and the others are rescinded', () => {
    const play = new Play(ringFlow({ strategy: 'ringAll' }), { ...all, reserveFor: reserved('ben') }).start();
    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.all('reserveFor')).toMatchObject([{ agent: 'ben', force: false }]);
    expect(play.all('endOffer')).toMatchObject([{ agents: ['ana', 'ben', 'cem'], how: 'accepted', winner: 'ben' }]);
    expect(play.now).toMatchObject({ assignee: 'ben', slot: 'ben' });
  });

  it('rings on when the slot of him who accepts has gone', () => {
    const play = new Play(ringFlow({ strategy: 'ringAll' }), { ...all, reserveFor: nobody('full') }).start();
    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.outcome).toEqual({ ok: false, code: 'agent-full' });
    expect(play.now).toMatchObject({ status: 'ringing', assignee: null });
  });

  it('answers an accept once, when its question is answered, and refuses what comes meanwhile', () => {
    const play = new Play(ringFlow({ strategy: 'ringAll' }), all).start();
    const { offer } = play;
    play.feed({ type: 'accept', at: START, act: 'one', agent: 'ben', offer });
    expect(play.acts).toEqual([]);
    play.feed({ type: 'accept', at: START, act: 'two', agent: 'cem', offer });
    expect(play.acts).toEqual([{ act: 'two', outcome: { ok: false, code: 'not-possible-now' } }]);
    play.answer(reserved('ben'));
    expect(play.acts[1]).toEqual({ act: 'one', outcome: { ok: true } });
  });

  it('rings on with the others when one declines, and ends when all have', () => {
    const play = new Play(ringFlow({ strategy: 'ringAll' }), all).start();
    for (const agent of ['ana', 'ben']) play.send({ type: 'decline', agent, offer: play.offer });
    expect(play.now.rest).toMatchObject({ kind: 'ring', offer: { agents: ['cem'] } });
    play.send({ type: 'decline', agent: 'cem', offer: play.offer });
    expect(play.now).toMatchObject({ node: 'missed', missedBy: ['ana', 'ben', 'cem'] });
  });

  it('counts a miss of everybody when the time is over', () => {
    const play = new Play(ringFlow({ strategy: 'ringAll' }), all).start().timePasses();
    expect(play.now).toMatchObject({ node: 'missed', missedBy: ['ana', 'ben', 'cem'] });
  });
});

describe("a group's list", () => {
  it('holds the enquiry without end until an agent takes it', () => {
    const play = new Play(ringFlow({ strategy: 'none' }), { reserveFor: reserved('ben') }).start();
    expect(play.now).toMatchObject({ status: 'waiting', rest: { kind: 'list', group: 'desk' } });
    expect(() => play.timePasses()).toThrow('no end');
    play.send({ type: 'take', agent: 'ben' });
    expect(play.now).toMatchObject({ assignee: 'ben', node: 'serve', status: 'ongoing' });
  });

  it('ends with unavailable after a queueTimeout that the node names', () => {
    const play = new Play(ringFlow({ strategy: 'none', queueTimeout: '1h' })).start().timePasses();
    expect(play.now.node).toBe('nobody-there');
    expect(play.all('leaveLine')).toEqual([]);
  });
});
