import type { Answer } from '../../../flows';
import { aMessage, nobody, Play, reserved, ringFlow } from '../play';

const held = (answers = {}): Play => {
  const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), reserved('ben')], ...answers }).start();
  play.send({ type: 'accept', agent: 'ana', offer: play.offer });
  play.done();
  return play;
};
const mail = { type: 'mail' as const, message: aMessage({ id: 'message-2' }) };
const gone = { type: 'agent-gone' as const, agent: 'ana', cause: 'suspended' };
const reply = { type: 'reply' as const, agent: 'ana', draft: 'd', digest: 'x' };

describe('an enquiry whose agent is gone', () => {
  it('goes back to its group, which is rung, and its slot is free', () => {
    const play = held().send({ ...gone, handOver: { to: null } });
    expect(play.done()).toEqual(['releaseSlot', 'reserveAgent']);
    expect(play.now).toMatchObject({
      assignee: null,
      slot: null,
      status: 'ringing',
      rest: { offer: { agents: ['ben'] } },
    });
    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.now).toMatchObject({ assignee: 'ben', status: 'ongoing', node: 'serve', rest: { kind: 'wait' } });
  });

  it('rings whom it is handed over to, and is missed in the list when nobody takes it', () => {
    const play = held();
    play.answers.reserveAgent = nobody('offline');
    play.send({ ...gone, handOver: { to: { group: 'other' }, by: 'sue', note: 'n-1' } });
    expect(play.all('keepNote')).toMatchObject([{ note: 'n-1', agent: 'sue' }]);
    expect(play.now).toMatchObject({ assignee: null, status: 'missed', group: 'other', rest: { kind: 'wait' } });
    expect(play.trace.filter(({ kind }) => kind === 'hand-over' || kind === 'missed')).toMatchObject([
      { by: 'sue', detail: { agent: 'ana', to: { group: 'other' } } },
      { what: 'Nobody took it: it is missed, and stands in the list until somebody does.' },
    ]);
  });

  it('is told once: what he has no more is left alone', () => {
    const play = held().send({ ...gone, handOver: { to: null } });
    play.done();
    play.send({ ...gone, handOver: { to: null } });
    expect(play.done()).toEqual([]);
    expect(play.now.rest).toMatchObject({ offer: { agents: ['ben'] } });
  });

  it('rings nobody while it is the turn of the contact, and its group when he writes', () => {
    const play = held().send(reply);
    play.done();
    play.send({ ...gone, handOver: { to: { group: 'other' } } });
    expect(play.done()).toEqual([]);
    expect(play.now).toMatchObject({ assignee: null, status: 'waiting', group: 'other', awaiting: 'contact' });
    play.send(mail);
    expect(play.all('reserveAgent')).toMatchObject([{ target: { group: 'other' } }]);
    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.now).toMatchObject({ assignee: 'ben', awaiting: 'agent', onReply: null });
  });

  it('is given to the named agent at once while it is the turn of the contact', () => {
    const play = held().send(reply);
    play.send({ ...gone, handOver: { to: { agent: 'ben' } } });
    expect(play.now).toMatchObject({ assignee: 'ben', status: 'ongoing', awaiting: 'contact', slot: null });
  });

  it('waits for nobody who serves nobody any more', () => {
    const play = new Play(ringFlow(), {
      reserveAgent: [nobody('full')],
      findEngaged: { engaged: 'ana', available: true, gone: false, waits: true },
    });
    play.flow.nodes['ring'] = { ...play.flow.nodes['ring'], to: 'engaged-agent' } as never;
    play.start();
    expect(play.now.rest).toMatchObject({ kind: 'line', target: { agent: 'ana' } });
    play.send(gone);
    expect(play.now.rest).toMatchObject({ kind: 'line' });
    play.send({ ...gone, left: true });
    expect(play.now).toMatchObject({ node: 'nobody-there', status: 'missed' });
    expect(play.all('leaveLine')).toHaveLength(1);
  });
});

describe('an enquiry whose agent is absent', () => {
  const cover: Answer = { holder: 'gone', forwardTo: null, cover: { agent: 'ben' } };

  it.each<[string, (play: Play) => Play]>([
    [
      'it awaits him when the absence begins',
      (play) => play.send({ ...gone, handOver: { to: { agent: 'ben' }, keeps: true } }),
    ],
    ['the contact writes', (play) => play.send(reply).send(mail)],
  ])('rings who covers for him when %s, and he keeps it until then', (_when, happens) => {
    const play = happens(held({ holdSlot: cover }));
    expect(play.all('reserveAgent')).toMatchObject([{ target: { agent: 'ben' }, asked: ['ana'], bound: true }]);
    expect(play.now).toMatchObject({ assignee: 'ana', status: 'ongoing', rest: { kind: 'ring' } });
    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.now).toMatchObject({ assignee: 'ben', rest: { kind: 'wait' } });
  });

  it('waits for the cover who is not there yet, and asks the group when he declines', () => {
    const play = held();
    play.answers.reserveAgent = nobody('offline');
    play.send({ ...gone, handOver: { to: { agent: 'ben' }, keeps: true } });
    expect(play.now.rest).toMatchObject({ kind: 'line', target: { agent: 'ben' } });
    play.answers.reserveAgent = nobody('asked');
    play.send({ type: 'matched', agent: 'ben', offer: 'line-offer', until: play.at + 60_000, decision: 'd' });
    play.send({ type: 'decline', agent: 'ben', offer: 'line-offer' });
    expect(play.all('reserveAgent').at(-1)).toMatchObject({ target: { group: 'desk' } });
  });

  it('rings the cover for a contact who is bound to him', () => {
    const play = new Play(ringFlow(), {
      reserveAgent: reserved('ben'),
      findEngaged: { engaged: 'ana', available: false, gone: true, waits: true, cover: { agent: 'ben' } },
    });
    play.flow.nodes['ring'] = { ...play.flow.nodes['ring'], to: 'engaged-agent' } as never;
    play.start();
    expect(play.all('reserveAgent')).toMatchObject([{ target: { agent: 'ben' } }]);
  });
});

describe('an enquiry that nobody takes in time', () => {
  it('is missed once, whatever rings later, until somebody follows it up', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), nobody('asked')] }).start().timePasses();
    expect(play.now.missed).toMatchObject({ followedUp: null });
    play.send(mail);
    play.answers.reserveFor = reserved('ben');
    play.send({ type: 'take', agent: 'ben' });
    expect(play.now.missed).toMatchObject({ followedUp: { by: 'ben' } });
    expect(play.trace.filter(({ kind }) => kind === 'missed' || kind === 'followed-up')).toMatchObject([
      { kind: 'missed' },
      { kind: 'followed-up', by: 'ben' },
    ]);
  });

  it('keeps why an agent declined, by the id of his note', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), reserved('ben')] }).start();
    play.send({ type: 'decline', agent: 'ana', offer: play.offer, reason: 'note-1' });
    expect(play.trace.find(({ kind }) => kind === 'decline')).toMatchObject({ detail: { reason: 'note-1' } });
  });
});
