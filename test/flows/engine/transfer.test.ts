import { AS_GROUP, nextDeadline, type Answer, type Flow } from '../../../flows';
import { nobody, Play, reserved, ringFlow, START } from '../play';

/** Ana has the enquiry and it waits at `serve`. */
function withAna(flow: Flow, answers: Answer[]): Play {
  const play = new Play(flow, { reserveAgent: [reserved('ana'), ...answers] }).start();
  play.send({ type: 'accept', agent: 'ana', offer: play.offer });
  play.done();
  return play;
}
const ask = { type: 'transfer', agent: 'ana', to: { group: 'billing' } } as const;

describe('a transfer that the wait names', () => {
  it('rings the destination while the holder keeps the enquiry, and the new agent gets it', () => {
    const play = withAna(ringFlow(), [reserved('ben')]).send({ ...ask, note: 'note-1' });
    expect(play.outcome).toEqual({ ok: true });
    expect(play.all('keepNote')).toMatchObject([{ note: 'note-1', agent: 'ana' }]);
    expect(play.all('reserveAgent')).toMatchObject([
      { node: 'hand-over', target: { group: 'billing' }, asked: ['ana'] },
    ]);
    expect(play.now).toMatchObject({ status: 'ongoing', assignee: 'ana', node: 'hand-over', group: 'desk' });

    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.all('endOffer')).toMatchObject([{ how: 'accepted', winner: 'ben' }]);
    expect(play.all('releaseSlot')).toMatchObject([{ agent: 'ana' }]);
    expect(play.now).toMatchObject({ assignee: 'ben', slot: 'ben', group: 'billing', node: 'serve', requested: null });
  });

  it('that fails leaves it with whoever had it, and holds his slot again', () => {
    const play = withAna(ringFlow(), [reserved('ben'), nobody('asked')])
      .send(ask)
      .timePasses();
    expect(play.now).toMatchObject({ assignee: 'ana', slot: 'ana', group: 'desk', node: 'serve', status: 'ongoing' });
    expect(play.all('holdSlot')).toMatchObject([{ agent: 'ana' }]);
    expect(play.trace.some(({ outcome, node }) => node === 'hand-over' && outcome === 'failed')).toBe(true);
  });

  it('rings without a grudge: who missed it before somebody had it is asked as all others', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ben'), reserved('ana'), reserved('ben')] }).start();
    play.timePasses().send({ type: 'accept', agent: 'ana', offer: play.offer }).send(ask);
    expect(play.all('reserveAgent').map(({ missedBy }) => missedBy)).toEqual([[], ['ben'], []]);
  });

  it('to an agent rings at him alone', () => {
    const play = withAna(ringFlow(), [reserved('zoe')]).send({ ...ask, to: { agent: 'zoe' } });
    expect(play.all('reserveAgent')).toMatchObject([{ target: { agent: 'zoe' } }]);
    play.send({ type: 'accept', agent: 'zoe', offer: play.offer });
    expect(play.now).toMatchObject({ assignee: 'zoe', group: 'desk' });
  });

  it('never rings at the holder, nor takes his slot, whatever it is answered', () => {
    const play = withAna(ringFlow(), [reserved('ana')]).send(ask);
    expect(play.all('endOffer')).toMatchObject([{ agents: ['ana'], how: 'rescinded', winner: 'ana' }]);
    expect(play.now).toMatchObject({ assignee: 'ana', slot: 'ana', node: 'serve' });
  });

  it('to oneself is refused', () => {
    const play = withAna(ringFlow(), []).send({ ...ask, to: { agent: 'ana' } });
    expect(play.outcome).toMatchObject({ ok: false, code: 'already-assigned' });
  });
});

describe('a transfer node', () => {
  const escalate: Flow = ringFlow();
  escalate.nodes['nobody-there'] = {
    type: 'transfer',
    to: { group: 'triage' },
    note: 'Nobody answered in time.',
    next: { accepted: 'serve', failed: 'serve' },
  };

  it('without holder leaves it missed under the group it was sent to', () => {
    const play = new Play(escalate, { reserveAgent: nobody('offline') }).start();
    expect(play.now).toMatchObject({ status: 'missed', assignee: null, group: 'triage', node: 'serve' });
    expect(play.all('keepNote')).toMatchObject([{ agent: null, text: 'Nobody answered in time.' }]);
  });

  it('waits in line as a ring does', () => {
    const play = new Play(escalate, { reserveAgent: [nobody('offline'), nobody('full')] }).start();
    expect(play.now).toMatchObject({ status: 'waiting', rest: { kind: 'line', target: { group: 'triage' } } });
    expect(play.timePasses().now).toMatchObject({ status: 'missed', group: 'triage' });
  });

  it('ends when somebody takes the enquiry meanwhile', () => {
    const play = new Play(escalate, {
      reserveAgent: [nobody('offline'), reserved('ben')],
      reserveFor: reserved('cem'),
    });
    play.start().send({ type: 'take', agent: 'cem' });
    expect(play.now).toMatchObject({ assignee: 'cem', node: 'serve', status: 'ongoing', ringing: null });
  });

  it('to the requested destination fails when nobody asked for one', () => {
    const flow = ringFlow();
    flow.start = 'hand-over';
    expect(new Play(flow).start().now).toMatchObject({ node: 'serve', status: 'missed' });
  });

  it('fails when the channel names no group', () => {
    const flow = ringFlow();
    flow.nodes['hand-over'] = {
      type: 'transfer',
      to: { group: { setting: 'g' } },
      next: { accepted: 'serve', failed: 'close' },
    };
    flow.start = 'hand-over';
    expect(new Play(flow).start().now.status).toBe('closed');
    expect(new Play(flow, {}, { g: 'billing' }).start().now).toMatchObject({ status: 'ringing' });
  });
});

describe('the group’s own way of picking an agent', () => {
  it('is asked for by a ring and by a transfer to a group, and never for one agent', () => {
    const play = withAna(ringFlow(), [reserved('ben')]).send(ask);
    expect(play.all('reserveAgent')).toMatchObject([{ strategy: AS_GROUP, groupTime: true }]);
    const toZoe = withAna(ringFlow(), [reserved('zoe')]).send({ ...ask, to: { agent: 'zoe' } });
    expect(toZoe.all('reserveAgent')).toMatchObject([{ strategy: 'leastLoaded' }]);
    expect(new Play(ringFlow()).start().all('reserveAgent')).toMatchObject([{ strategy: AS_GROUP }]);
    expect(new Play(ringFlow({ strategy: 'roundRobin' })).start().all('reserveAgent')).toMatchObject([
      { strategy: 'roundRobin' },
    ]);
  });

  it('rings at all of them when the group says so, until the time the group says', () => {
    const until = START + 20_000;
    const play = withAna(ringFlow(), [{ ringing: ['ana', 'ben', 'cem'], decision: 'd', until }]).send(ask);
    expect(play.now.rest).toMatchObject({ kind: 'ring', offer: { broadcast: true, agents: ['ben', 'cem'], until } });
    play.answers.reserveFor = reserved('cem');
    play.send({ type: 'accept', agent: 'cem', offer: play.offer });
    expect(play.now).toMatchObject({ assignee: 'cem', group: 'billing', node: 'serve' });
  });

  describe('is a list to take from', () => {
    const listed = (): Play => withAna(ringFlow(), [{ listed: true, decision: 'd' }]).send(ask);

    it('and the transferred enquiry stands on it, still with its holder, until somebody takes it', () => {
      const play = listed();
      expect(play.now).toMatchObject({ assignee: 'ana', group: 'billing', rest: { kind: 'list', group: 'billing' } });
      play.answers.reserveFor = reserved('ben');
      play.done();
      play.send({ type: 'take', agent: 'ben' });
      expect(play.outcome).toEqual({ ok: true });
      expect(play.now).toMatchObject({ assignee: 'ben', slot: 'ben', group: 'billing', node: 'serve', ringing: null });
      expect(play.all('releaseSlot')).toMatchObject([{ agent: 'ana' }]);
    });

    it('and its holder, who takes what he has, changes nothing', () => {
      const play = listed();
      const before = play.now;
      play.send({ type: 'take', agent: 'ana' });
      expect(play.outcome).toMatchObject({ ok: true });
      expect(play.now).toMatchObject({ assignee: 'ana', rest: before.rest, ringing: before.ringing });
    });

    it('and comes back to its holder and his group when nobody takes it in time', () => {
      const play = listed().timePasses();
      expect(play.at).toBe(START + 15 * 60_000);
      expect(play.now).toMatchObject({ assignee: 'ana', slot: 'ana', group: 'desk', node: 'serve' });
    });

    it('and a ring waits there without end, unless the flow names one', () => {
      const endless = new Play(ringFlow(), { reserveAgent: { listed: true, decision: 'd' } }).start();
      expect(endless.now).toMatchObject({ status: 'waiting', rest: { kind: 'list', group: 'desk' } });
      expect(nextDeadline(endless.now)).toBeNull();
      const ended = new Play(ringFlow({ queueTimeout: '2m' }), { reserveAgent: { listed: true, decision: 'd' } });
      expect(ended.start().timePasses().now).toMatchObject({ status: 'missed', node: 'nobody-there' });
    });
  });
});

describe('a transfer that fails', () => {
  it.each<[string, Flow['nodes'][string] | null]>([
    ['by a node', null],
    [
      'at a wait that does not name it',
      { type: 'wait', for: ['agent-closed'], timeout: '3d', next: { 'agent-closed': 'close', timeout: 'idle' } },
    ],
  ])('%s tells its holder in the story: who was asked, and who has it', (_title, node) => {
    const flow = ringFlow();
    if (node) flow.nodes['serve'] = node;
    const play = withAna(flow, [nobody('offline')]).send(ask);
    expect(play.trace.filter(({ kind, outcome }) => kind === 'transfer' && outcome === 'failed')).toMatchObject([
      {
        what: expect.stringContaining('Nobody took the transfer'),
        detail: { to: { group: 'billing' }, holder: 'ana' },
      },
    ]);
    expect(play.now).toMatchObject({ assignee: 'ana', group: 'desk', status: 'ongoing' });
  });
});

describe('a transfer at a wait that does not name it', () => {
  const silent = (): Flow => {
    const flow = ringFlow();
    flow.nodes['serve'] = {
      type: 'wait',
      for: ['customer-replied'],
      timeout: '3d',
      restartOn: ['agent-replied'],
      next: { 'customer-replied': 'missed', timeout: 'idle' },
    };
    return flow;
  };

  it('is carried out by the engine and comes back to the same rest with its remaining time', () => {
    const play = withAna(silent(), [reserved('ben', START + 90_000)]);
    const { rest } = play.now;
    play.send(ask);
    expect(play.now).toMatchObject({ status: 'ongoing', rest: { kind: 'ring', node: 'serve' }, requested: null });
    play.at += 30_000;
    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.now).toMatchObject({ assignee: 'ben', rest, node: 'serve', ringing: null });
  });

  it('comes back when it fails, and when the effect cannot be done', () => {
    const failed = withAna(silent(), [nobody('offline')]).send(ask);
    expect(failed.now).toMatchObject({ assignee: 'ana', slot: 'ana', rest: { kind: 'wait', node: 'serve' } });
    const broken = withAna(silent(), []);
    broken.answers.reserveAgent = { error: 'store-broken' };
    expect(broken.send(ask).now).toMatchObject({ assignee: 'ana', rest: { kind: 'wait' }, status: 'ongoing' });
  });

  it('acts afterwards on what the wait named and happened meanwhile', () => {
    const play = withAna(silent(), [reserved('ben'), nobody('asked')]).send(ask);
    play.send({ type: 'mail', message: { ...play.now.message, id: 'm2' } });
    expect(play.now.rest?.kind).toBe('ring');
    play.timePasses();
    expect(play.now).toMatchObject({ node: 'missed', assignee: 'ana' });
  });

  it('can be sent on to another destination while it rings', () => {
    const play = withAna(silent(), [reserved('ben'), reserved('zoe')]).send(ask);
    play.send({ ...ask, to: { agent: 'zoe' } });
    expect(play.all('endOffer')).toMatchObject([{ agents: ['ben'], how: 'rescinded', winner: 'ana' }]);
    play.send({ type: 'accept', agent: 'zoe', offer: play.offer });
    expect(play.now).toMatchObject({ assignee: 'zoe', rest: { kind: 'wait', node: 'serve' } });
  });

  it('ends when the enquiry is closed meanwhile', () => {
    const play = withAna(silent(), [reserved('ben')]).send(ask);
    play.send({ type: 'close', agent: 'ana', notify: true });
    expect(play.now).toMatchObject({ status: 'closed', ending: 'resolved', slot: null });
    expect(play.all('endOffer')).toMatchObject([{ agents: ['ben'], how: 'rescinded' }]);
  });

  it('of a missed enquiry sends it to the group’s agents, and back to the same rest as missed there', () => {
    const play = new Play(ringFlow(), { reserveAgent: [nobody('offline'), reserved('ben'), nobody('asked')] }).start();
    play.send({ ...ask, agent: 'sue' });
    expect(play.now).toMatchObject({ status: 'ringing', rest: { offer: { agents: ['ben'] } } });
    expect(play.timePasses().now).toMatchObject({ status: 'missed', group: 'billing', node: 'nobody-there' });
  });

  it('and a take meanwhile without onTaken leaves it at that rest', () => {
    const flow = ringFlow();
    delete flow.onTaken;
    const play = new Play(flow, { reserveAgent: [nobody('offline'), reserved('ben')], reserveFor: reserved('cem') });
    play
      .start()
      .send({ ...ask, agent: 'sue' })
      .send({ type: 'take', agent: 'cem' });
    expect(play.now).toMatchObject({ assignee: 'cem', rest: { kind: 'wait', node: 'nobody-there' } });
  });
});

describe('a transfer while it rings', () => {
  it('rings the new destination, and the node’s outcomes stay what they are', () => {
    const play = new Play(ringFlow(), { reserveAgent: [reserved('ana'), reserved('ben'), nobody('asked')] }).start();
    play.send({ ...ask, agent: 'sue' });
    expect(play.all('endOffer')).toMatchObject([{ agents: ['ana'], how: 'rescinded', winner: null }]);
    expect(play.now).toMatchObject({ group: 'billing', routed: { group: 'billing' }, asked: ['ben'] });
    expect(play.timePasses().now.node).toBe('missed');
  });
});
