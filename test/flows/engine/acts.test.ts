import { nobody, Play, reserved, ringFlow, START, type LooseEvent } from '../play';
import { unchecked } from '../unchecked';

/** Plays up to each status an act may meet. */
const at: Record<string, () => Play> = {
  ringing: () => new Play(ringFlow(), { reserveFor: reserved('ben') }).start(),
  'in line': () => new Play(ringFlow(), { reserveAgent: nobody('full'), reserveFor: reserved('ben') }).start(),
  'on a list': () => new Play(ringFlow({ strategy: 'none' }), { reserveFor: reserved('ben') }).start(),
  missed: () => new Play(ringFlow(), { reserveAgent: nobody('offline'), reserveFor: reserved('ben') }).start(),
  ongoing: () => {
    const play = new Play(ringFlow()).start();
    return play.send({ type: 'accept', agent: 'ana', offer: play.offer });
  },
  'being transferred': () => at['ongoing']!().send({ type: 'transfer', agent: 'ana', to: { group: 'billing' } }),
  'being transferred in line': () => {
    const play = at['ongoing']!();
    play.answers.reserveAgent = nobody('full');
    return play.send({ type: 'transfer', agent: 'ana', to: { group: 'billing' } });
  },
  parked: () => new Play(ringFlow(), { reserveAgent: { error: 'store-broken' }, reserveFor: reserved('ben') }).start(),
  closed: () => at['ongoing']!().send({ type: 'close', agent: 'ana', notify: true }),
};

const take: LooseEvent = { type: 'take', agent: 'ben' };
const reply: LooseEvent = { type: 'reply', agent: 'ana', draft: 'draft-1', digest: 'x' };
const close: LooseEvent = { type: 'close', agent: 'ana', notify: true, disposition: 'solved' };
const note: LooseEvent = { type: 'note', agent: 'zoe', note: 'note-1' };
const tag: LooseEvent = { type: 'tag', agent: 'zoe', add: ['vip'], remove: [] };
const transfer: LooseEvent = { type: 'transfer', agent: 'ana', to: { agent: 'zoe' } };
const resume: LooseEvent = { type: 'resume', agent: 'sue', node: 'missed' };
const accept: LooseEvent = { type: 'accept', agent: 'zoe', offer: 'some-other' };
const decline: LooseEvent = { type: 'decline', agent: 'zoe', offer: 'some-other' };

describe('an act of a person, wherever the enquiry rests', () => {
  it.each<[LooseEvent['type'], keyof typeof at, LooseEvent, string, object]>([
    ['take', 'ringing', take, 'ok', { assignee: 'ben', node: 'serve', status: 'ongoing' }],
    ['take', 'in line', take, 'ok', { assignee: 'ben', node: 'serve' }],
    ['take', 'on a list', take, 'ok', { assignee: 'ben', node: 'serve' }],
    ['take', 'missed', take, 'ok', { assignee: 'ben', node: 'serve', slot: 'ben' }],
    ['take', 'ongoing', take, 'already-assigned', { assignee: 'ana' }],
    ['take', 'being transferred', take, 'already-assigned', { assignee: 'ana' }],
    ['take', 'being transferred in line', take, 'already-assigned', { assignee: 'ana', rest: { kind: 'line' } }],
    ['take', 'parked', take, 'ok', { assignee: 'ben', status: 'parked' }],
    ['take', 'closed', take, 'enquiry-closed', { status: 'closed' }],
    ['reply', 'ongoing', reply, 'ok', { awaiting: 'contact', slot: null }],
    ['reply', 'missed', reply, 'not-assigned', { awaiting: 'agent' }],
    ['reply', 'closed', reply, 'enquiry-closed', {}],
    ['close', 'ringing', close, 'ok', { status: 'closed', ending: 'resolved', slot: null, disposition: 'solved' }],
    ['close', 'in line', close, 'ok', { status: 'closed', ending: 'resolved' }],
    ['close', 'on a list', close, 'ok', { status: 'closed', ending: 'resolved' }],
    ['close', 'missed', close, 'ok', { status: 'closed', ending: 'resolved' }],
    ['close', 'ongoing', close, 'ok', { status: 'closed', slot: null, assignee: 'ana' }],
    ['close', 'being transferred', close, 'ok', { status: 'closed', ending: 'resolved', slot: null, ringing: null }],
    ['close', 'being transferred in line', close, 'ok', { status: 'closed', ending: 'resolved', slot: null }],
    ['reply', 'being transferred', reply, 'ok', { awaiting: 'contact', assignee: 'ana' }],
    ['close', 'parked', close, 'ok', { status: 'closed', ending: 'agent-closed' }],
    ['close', 'closed', close, 'enquiry-closed', { ending: 'resolved' }],
    ['note', 'ringing', note, 'ok', { status: 'ringing' }],
    ['note', 'parked', note, 'ok', { status: 'parked' }],
    ['note', 'closed', note, 'ok', { status: 'closed' }],
    ['tag', 'missed', tag, 'ok', { tags: ['vip'], status: 'missed' }],
    ['tag', 'closed', tag, 'ok', { tags: ['vip'], status: 'closed' }],
    ['transfer', 'ringing', transfer, 'ok', { status: 'ringing', routed: { agent: 'zoe' } }],
    ['transfer', 'in line', transfer, 'ok', { routed: { agent: 'zoe' } }],
    ['transfer', 'on a list', transfer, 'ok', { status: 'ringing', routed: { agent: 'zoe' } }],
    ['transfer', 'missed', transfer, 'ok', { status: 'ringing', ringing: { target: { agent: 'zoe' } } }],
    ['transfer', 'ongoing', transfer, 'ok', { status: 'ongoing', ringing: { target: { agent: 'zoe' } } }],
    ['transfer', 'being transferred', transfer, 'ok', { assignee: 'ana', ringing: { target: { agent: 'zoe' } } }],
    ['transfer', 'being transferred in line', transfer, 'ok', { ringing: { target: { agent: 'zoe' } } }],
    ['transfer', 'parked', transfer, 'enquiry-parked', {}],
    ['transfer', 'closed', transfer, 'enquiry-closed', {}],
    ['resume', 'parked', resume, 'ok', { node: 'missed', status: 'missed', steps: 1 }],
    ['resume', 'ongoing', resume, 'not-possible-now', { node: 'serve' }],
    ['resume', 'closed', resume, 'enquiry-closed', {}],
    ['accept', 'missed', accept, 'offer-over', {}],
    ['accept', 'ongoing', accept, 'offer-taken', { assignee: 'ana' }],
    ['accept', 'closed', accept, 'enquiry-closed', {}],
    ['decline', 'ongoing', decline, 'offer-taken', {}],
    ['decline', 'parked', decline, 'offer-over', {}],
  ])('%s when it is %s', (_type, where, event, outcome, state) => {
    const play = at[where]!();
    const before = play.acts.length;
    if (event.type === 'transfer') play.answers.reserveAgent = reserved('zoe');
    play.send(event);
    expect(play.acts).toHaveLength(before + 1);
    expect(play.outcome).toMatchObject(outcome === 'ok' ? { ok: true } : { ok: false, code: outcome });
    expect(play.now).toMatchObject(state);
  });
});

describe('take', () => {
  it('ends the ring of others and gives the slot of the ringing agent back', () => {
    const play = at['ringing']!();
    play.done();
    play.send(take);
    expect(play.all('endOffer')).toMatchObject([{ agents: ['ana'], how: 'rescinded', winner: 'ben' }]);
  });

  it('leaves the line', () => {
    const play = at['in line']!().send(take);
    expect(play.all('leaveLine')).toHaveLength(1);
  });

  it('changes nothing when the agent has no free slot', () => {
    const play = new Play(ringFlow(), { reserveFor: nobody('full') }).start().send(take);
    expect(play.outcome).toEqual({ ok: false, code: 'agent-full' });
    expect(play.now).toMatchObject({ status: 'ringing', rest: { offer: { agents: ['ana'] } } });
    expect(play.all('endOffer')).toEqual([]);
  });

  it('by the agent it rings at is as good as an accept', () => {
    const play = at['ringing']!().send({ type: 'take', agent: 'ana' });
    expect(play.all('reserveFor')).toEqual([]);
    expect(play.now).toMatchObject({ assignee: 'ana', node: 'serve' });
  });

  it('in a flow without onTaken leaves a ring by accepted and any other rest as it is', () => {
    const flow = ringFlow();
    delete flow.onTaken;
    expect(new Play(flow, { reserveFor: reserved('ben') }).start().send(take).now).toMatchObject({ node: 'serve' });
    const missed = new Play(flow, { reserveAgent: nobody('offline'), reserveFor: reserved('ben') }).start().send(take);
    expect(missed.now).toMatchObject({ node: 'nobody-there', assignee: 'ben', status: 'ongoing' });
  });
});

describe('reply', () => {
  it('is refused when the draft is not known, and the turn stays the agent’s', () => {
    const play = at['ongoing']!();
    play.answers.queueReply = { error: 'draft-unknown' };
    play.send(reply);
    expect(play.outcome).toEqual({ ok: false, code: 'draft-unknown' });
    expect(play.now).toMatchObject({ awaiting: 'agent', slot: 'ana' });
  });

  it('gives the slot free, and the next mail of the contact takes it again', () => {
    const play = at['ongoing']!();
    play.done();
    play.send(reply);
    expect(play.done()).toEqual(['queueReply', 'releaseSlot']);
    play.send(reply);
    expect(play.done()).toEqual(['queueReply']);
    play.send({ type: 'mail', message: { ...play.now.message, id: 'message-2' } });
    expect(play.done()).toEqual(['holdSlot']);
    expect(play.now).toMatchObject({ awaiting: 'agent', slot: 'ana', answerTo: 'message-2', messages: 2 });
  });

  it('is possible while the enquiry is being transferred, and the wait behind it starts again', () => {
    const flow = ringFlow();
    flow.nodes['serve'] = unchecked({ ...flow.nodes['serve'], for: ['agent-closed'] });
    const play = new Play(flow).start();
    play.send({ type: 'accept', agent: 'ana', offer: play.offer });
    play.answers.reserveAgent = reserved('zoe', START + 60_000);
    play.send(transfer);
    play.at += 1000;
    play.send(reply);
    expect(play.outcome).toMatchObject({ ok: true });
    expect(play.now.rest?.kind).toBe('ring');
    expect(play.now.ringing?.back?.since).toBe(START + 1000);
  });
});

describe('close', () => {
  it('by the agent without a notice sends none', () => {
    const play = at['ongoing']!().send({ type: 'close', agent: 'ana', notify: false });
    expect(play.all('queueMail')).toEqual([]);
    expect(play.now.status).toBe('closed');
  });

  it('tells the contact once, in answer to his newest mail', () => {
    const play = at['ongoing']!();
    play.send({ type: 'mail', message: { ...play.now.message, id: 'message-2' } });
    play.send({ type: 'mail', message: { ...play.now.message, id: 'vacation', automatic: true } });
    play.send(close);
    expect(play.all('queueMail')).toMatchObject([
      { mail: 'close-notice', template: 'enquiry-closed', messageId: 'message-2' },
    ]);
    expect(play.all('releaseSlot')).toMatchObject([{ agent: 'ana' }]);
  });

  it('closes although the notice cannot be written', () => {
    const play = at['ongoing']!();
    play.answers.queueMail = { error: 'no-template' };
    expect(play.send(close).now).toMatchObject({ status: 'closed', ending: 'resolved' });
  });

  it('sends no notice to automatic mail', () => {
    const play = new Play(ringFlow()).start({ automatic: true, kind: 'automatic' }).send(close);
    expect(play.all('queueMail')).toEqual([]);
    expect(play.now.status).toBe('closed');
  });

  it('ends what rings', () => {
    const play = at['ringing']!();
    play.done();
    play.send(close);
    expect(play.all('endOffer')).toMatchObject([{ agents: ['ana'], how: 'rescinded', winner: null }]);
    expect(play.now.ringing).toBeNull();
  });
});
