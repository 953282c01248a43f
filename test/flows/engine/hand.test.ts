import { nobody, Play, reserved, ringFlow, START, aFlow, ends, aMessage } from '../play';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Ana has it, at the wait "serve" that ends after three days. */
const served = (answers: ConstructorParameters<typeof Play>[1] = {}): Play => {
  const play = new Play(ringFlow(), answers).start();
  return play.send({ type: 'accept', agent: 'ana', offer: play.offer });
};
const snoozed = (play = served()): Play => play.send({ type: 'snooze', agent: 'ana', until: START + 5 * DAY });

describe('a snooze', () => {
  it('frees the slot and returns to its agent when its time is over, while the time of the wait stands still', () => {
    const play = snoozed();
    expect(play.outcome).toEqual({ ok: true });
    expect(play.now).toMatchObject({ status: 'snoozed', assignee: 'ana', slot: null });
    play.timePasses();
    expect(play.at).toBe(START + 5 * DAY);
    expect(play.now).toMatchObject({
      status: 'ongoing',
      assignee: 'ana',
      slot: 'ana',
      awaiting: 'agent',
      snooze: null,
    });
    expect(play.now.rest).toMatchObject({ kind: 'wait', node: 'serve', until: START + 8 * DAY });
  });

  it('ends at once when the contact writes, and not for a machine or a stranger', () => {
    const play = snoozed();
    play.send({ type: 'mail', message: aMessage({ id: 'm-2', automatic: true }) });
    play.send({ type: 'mail', message: aMessage({ id: 'm-3', participant: false }) });
    expect(play.now.status).toBe('snoozed');
    play.send({ type: 'mail', message: aMessage({ id: 'm-4' }) });
    expect(play.now).toMatchObject({ status: 'ongoing', slot: 'ana', awaiting: 'agent' });
  });

  it('stays through an answer, and brings the enquiry back as the agent’s turn', () => {
    const play = snoozed().send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
    expect(play.now).toMatchObject({ status: 'snoozed', awaiting: 'contact' });
    play.timePasses();
    expect(play.now).toMatchObject({ status: 'ongoing', awaiting: 'agent', slot: 'ana' });
  });

  it('goes to the head of the group’s line when its agent is not there', () => {
    const play = snoozed(served({ holdSlot: { holder: 'gone', forwardTo: null } }));
    play.answers.reserveAgent = nobody('full');
    play.timePasses();
    expect(play.now).toMatchObject({ status: 'waiting', assignee: null, slot: null, group: 'desk' });
    expect(play.all('enterLine').at(-1)).toMatchObject({ target: { group: 'desk' }, priority: 1000, asked: ['ana'] });
    play.timePasses();
    expect(play.now).toMatchObject({ status: 'missed', group: 'desk', rest: { kind: 'wait', node: 'serve' } });
    expect(play.trace.at(-2)?.what).toBe('Nobody took it: it waits in the list of its group.');
  });

  it('leads a wait on that names "snooze-ended"', () => {
    const flow = aFlow({
      desk: { type: 'wait', for: ['snooze-ended'], timeout: '3d', next: { 'snooze-ended': 'back', timeout: 'close' } },
      back: { type: 'tag', add: ['back'], next: 'close' },
      ...ends,
    });
    const play = new Play(flow, { reserveFor: reserved('ana') }).start().send({ type: 'take', agent: 'ana' });
    play.send({ type: 'snooze', agent: 'ana', until: START + HOUR }).timePasses();
    expect(play.now).toMatchObject({ status: 'closed', tags: ['back'] });
  });

  it.each([
    ['by hand of its agent, without asking whether he is there', { type: 'unsnooze', agent: 'ana' }, 'ongoing'],
    ['when it is closed', { type: 'close', agent: 'ana', notify: false }, 'closed'],
    ['when it is transferred', { type: 'transfer', agent: 'ana', to: { group: 'other' } }, 'ongoing'],
    ['when a mail of ours did not arrive', { type: 'delivery-failed', outboxId: 'o' }, 'ongoing'],
    ['when somebody takes it over', { type: 'take', agent: 'ben', over: true }, 'ongoing'],
  ] as const)('ends %s', (_how, event, status) => {
    const play = snoozed(served({ holdSlot: { holder: 'gone', forwardTo: null }, reserveFor: reserved('ben') }));
    play.send(event);
    expect(play.outcome ?? { ok: true }).toEqual({ ok: true });
    expect(play.now).toMatchObject({ status, snooze: null });
  });

  it('is refused where nobody has it, for the past, and outside a wait', () => {
    const past = served().send({ type: 'snooze', agent: 'ana', until: START });
    expect(past.outcome).toEqual({ ok: false, code: 'not-possible-now' });
    const ringing = new Play(ringFlow()).start().send({ type: 'snooze', agent: 'ana', until: START + DAY });
    expect(ringing.outcome).toEqual({ ok: false, code: 'not-assigned' });
  });
});

describe('hands that change', () => {
  it('who gives it up is not rung, his slot is free, and his group is', () => {
    const play = served();
    play.answers.reserveAgent = reserved('ben');
    play.send({ type: 'release', agent: 'ana', note: 'why' });
    expect(play.now).toMatchObject({
      assignee: null,
      slot: null,
      status: 'ringing',
      rest: { offer: { agents: ['ben'] } },
    });
    expect(play.all('keepNote')).toMatchObject([{ note: 'why', agent: 'ana' }]);
    play.send({ type: 'accept', agent: 'ben', offer: play.offer });
    expect(play.now).toMatchObject({ assignee: 'ben', rest: { kind: 'wait', node: 'serve' } });
  });

  it('without a group there is nothing to give it back to', () => {
    const flow = aFlow({ ...ends }, { start: 'serve' });
    const play = new Play(flow, { reserveFor: reserved('ana') }).start().send({ type: 'take', agent: 'ana' });
    expect(play.send({ type: 'release', agent: 'ana' }).outcome).toEqual({ ok: false, code: 'no-group' });
  });

  it('who takes over goes on where the other was, whose slot is free', () => {
    const play = served({ reserveFor: reserved('ben') }).send({ type: 'take', agent: 'ben', over: true });
    expect(play.now).toMatchObject({ assignee: 'ben', slot: 'ben', node: 'serve', visits: { serve: 1 } });
    expect(play.all('releaseSlot')).toMatchObject([{ agent: 'ana' }]);
    expect(play.trace.at(-1)).toMatchObject({ kind: 'take', by: 'ben', detail: { from: 'ana', agent: 'ben' } });
    play.done();
    expect(play.send({ type: 'take', agent: 'ben', over: true }).outcome).toMatchObject({ ok: true });
    expect(play.send({ type: 'take', agent: 'ben' }).outcome).toEqual({
      ok: true,
      detail: { already: 'It is yours already; nothing was changed.' },
    });
    expect(play.effects).toEqual([]);
  });

  it('who is given it by a supervisor gets it over his capacity', () => {
    const play = served({ reserveFor: reserved('ben') }).send({ type: 'take', agent: 'sue', over: true, to: 'ben' });
    expect(play.all('reserveFor')).toMatchObject([{ agent: 'ben', force: true }]);
    expect(play.now).toMatchObject({ assignee: 'ben' });
  });

  it('a transfer that nobody accepted is taken back by who asked for it', () => {
    const play = served();
    play.answers.reserveAgent = reserved('zoe');
    play.send({ type: 'transfer', agent: 'ana', to: { agent: 'zoe' } });
    expect(play.send({ type: 'undo-transfer', agent: 'ben' }).outcome).toEqual({ ok: false, code: 'too-late' });
    expect(play.send({ type: 'undo-transfer', agent: 'ana' }).outcome).toEqual({ ok: true });
    expect(play.all('endOffer').at(-1)).toMatchObject({ agents: ['zoe'], how: 'rescinded', winner: 'ana' });
    expect(play.now).toMatchObject({
      assignee: 'ana',
      slot: 'ana',
      ringing: null,
      node: 'serve',
      rest: { kind: 'wait' },
    });
    expect(play.send({ type: 'undo-transfer', agent: 'ana' }).outcome).toEqual({ ok: false, code: 'too-late' });
  });
});

describe('a close that is taken back', () => {
  const closed = (answers = {}): Play =>
    served(answers).send({ type: 'close', agent: 'ana', notify: true, disposition: 'solved' });

  it('keeps its notice back and goes on where it was', () => {
    const play = closed({ discardMail: { discarded: true } });
    expect(play.all('queueMail')).toMatchObject([{ mail: 'close-notice', undoable: true }]);
    play.send({ type: 'undo-close', agent: 'ana', withinMs: 10_000, at: START + 9_000 });
    expect(play.outcome).toEqual({ ok: true });
    expect(play.all('discardMail')).toMatchObject([{ outbox: 'outbox-1' }]);
    const there = { status: 'ongoing', assignee: 'ana', slot: 'ana', disposition: null, ending: null, reopened: 0 };
    expect(play.now).toMatchObject({ ...there, rest: { kind: 'wait', node: 'serve', until: START + 3 * DAY } });
    expect(play.send({ type: 'close', agent: 'ana', notify: false }).now).toMatchObject({ status: 'closed' });
  });

  it.each([
    ['when the notice has left', { agent: 'ana', at: START + 1 }, { discardMail: { discarded: false } }],
    ['when its time is over', { agent: 'ana', at: START + 10_001 }, {}],
    ['by somebody else', { agent: 'ben', at: START + 1 }, {}],
  ])('is refused %s', (_when, who, answers) => {
    const play = closed(answers).send({ type: 'undo-close', withinMs: 10_000, ...who });
    expect(play.outcome).toEqual({ ok: false, code: 'too-late' });
    expect(play.now.status).toBe('closed');
  });

  it('rings again where it rang', () => {
    const play = new Play(ringFlow()).start().send({ type: 'close', agent: 'sue', notify: false });
    play.send({ type: 'undo-close', agent: 'sue', withinMs: 10_000 });
    expect(play.now).toMatchObject({ status: 'ringing', node: 'ring', assignee: null });
  });
});

describe('what is opened again by hand', () => {
  const greeting = () =>
    ringFlow(
      {},
      {
        start: 'hello',
        nodes: { hello: { type: 'auto-reply', template: 'hi', next: 'route' }, ...ringFlow().nodes },
      },
    );

  it('is his who opens it, and the contact is greeted no second time', () => {
    const play = new Play(greeting(), { reserveFor: reserved('ben') }).start();
    play.send({ type: 'close', agent: 'sue', notify: false }).send({ type: 'reopen', agent: 'ben' });
    expect(play.now).toMatchObject({ status: 'ongoing', assignee: 'ben', slot: 'ben', node: 'serve', reopened: 1 });
    expect(play.all('queueMail')).toHaveLength(1);
    expect(play.send({ type: 'reopen', agent: 'ben' }).outcome).toMatchObject({ ok: false });
  });

  it('spam closes without a notice, takes no answer for a reopening, and runs anew when it is none', () => {
    const play = new Play(greeting()).start();
    play.send({ type: 'spam', agent: 'sue' });
    expect(play.now).toMatchObject({ status: 'closed', ending: 'spam', spam: { by: 'sue' }, slot: null });
    expect(play.all('discardMail')).toMatchObject([{ outbox: null }]);
    play.send({ type: 'mail', message: aMessage({ id: 'm-2' }) });
    expect(play.now).toMatchObject({ status: 'closed', messages: 2 });
    play.send({ type: 'not-spam', agent: 'sue' });
    expect(play.now).toMatchObject({ status: 'ringing', node: 'ring', spam: null, visits: { hello: 1 } });
    expect(play.all('queueMail')).toHaveLength(1);
  });

  it('spam by the provider’s mark rings nobody, and greets once when a person says it is none', () => {
    const play = new Play(greeting()).start({ spam: true });
    expect(play.now).toMatchObject({ status: 'closed', ending: 'spam', spam: { by: 'provider' }, node: null });
    expect(play.done()).toEqual([]);
    play.send({ type: 'not-spam', agent: 'sue' });
    expect(play.all('queueMail')).toHaveLength(1);
    expect(play.now).toMatchObject({ status: 'ringing' });
  });
});
