import type { FlowNode } from '../../../flows';
import { aFlow, aMessage, ends, Play, ringFlow } from '../play';

const failed = { type: 'delivery-failed' as const, outboxId: 'outbox-1', how: 'bounced' as const };
const automatic = { ...failed, outboxId: 'outbox-2', automatic: true };
const answered = (): Play => {
  const play = new Play(ringFlow()).start();
  play.send({ type: 'accept', agent: 'ana', offer: play.offer });
  return play.send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
};

describe('a mail of ours that did not arrive', () => {
  it('makes it the turn of the agent who has the enquiry, who holds a slot for it again', () => {
    const play = answered();
    expect(play.now).toMatchObject({ awaiting: 'contact', slot: null });
    play.at += 1000;
    play.send(failed);
    expect(play.now).toMatchObject({
      awaiting: 'agent',
      awaitingSince: play.at,
      slot: 'ana',
      status: 'ongoing',
      attention: { why: 'bounced', mail: 'outbox-1', automatic: false, since: play.at },
    });
    expect(play.all('holdSlot')).toMatchObject([{ agent: 'ana' }]);
    expect(play.trace.at(-1)?.what).toBe(
      'A mail did not arrive, as a delivery report says; it is the turn of the agent who has it.',
    );
  });

  it('asks for somebody where nobody has the enquiry, and rings nobody by itself', () => {
    const wait: FlowNode = { type: 'wait', timeout: '1d', next: { timeout: 'idle' } };
    const play = new Play(aFlow({ hold: wait, ...ends })).start().send(failed);
    expect(play.now).toMatchObject({ status: 'missed', assignee: null, attention: { mail: 'outbox-1' } });
    expect(play.trace.at(-1)?.what).toContain('somebody has to look after it');
    expect(play.all('reserveAgent')).toEqual([]);
  });

  it.each([
    ['an automatic one', automatic, null],
    ["a person's", failed, 'failed'],
  ])('%s leads on from a wait that names it only when a person wrote it', (_title, event, ending) => {
    const wait: FlowNode = {
      type: 'wait',
      for: ['delivery-failed'],
      timeout: '1d',
      next: { 'delivery-failed': 'gone', timeout: 'idle' },
    };
    const gone: FlowNode = { type: 'close', reason: 'failed', notify: false };
    const play = new Play(aFlow({ hold: wait, gone, ...ends })).start().send(event);
    expect(play.now.ending).toBe(ending);
    expect(play.now.attention).toMatchObject({ mail: event.outboxId });
  });

  it('of the flow leaves turn and slots as they are', () => {
    const play = answered().send(automatic);
    expect(play.now).toMatchObject({ awaiting: 'contact', slot: null, attention: { automatic: true, turned: false } });
    expect(play.trace.at(-1)?.what).toMatch(/^An automatic mail .*; it rings nobody\.$/);
  });

  it.each([failed, automatic])('of a closed enquiry opens nothing: it stays closed and needs attention', (event) => {
    const play = answered().send({ type: 'close', agent: 'ana', notify: true });
    expect(play.now.attention).toBeNull();
    const effects = play.effects.length;
    play.send(event);
    expect(play.now).toMatchObject({ status: 'closed', reopened: 0, attention: { mail: event.outboxId } });
    expect(play.effects.length).toBe(effects);
  });
});

describe('attention', () => {
  const attend = (mail?: string) => ({
    type: 'attend' as const,
    agent: 'ana',
    ...(mail === undefined ? {} : { mail }),
  });

  it.each<[string, Parameters<Play['send']>[0]]>([
    ['the next answer', { type: 'reply', agent: 'ana', draft: 'd2', digest: 'y' }],
    ['a close', { type: 'close', agent: 'ana', notify: false }],
    ['the word of a person', attend()],
    ['what a person decided about that mail', attend('outbox-1')],
  ])('ends by %s', (_title, event) => {
    const play = answered().send(failed).send(event);
    expect(play.now.attention).toBeNull();
  });

  it('stays when another mail was looked after', () => {
    const play = answered().send(failed).send(attend('outbox-7'));
    expect(play.now.attention).toMatchObject({ mail: 'outbox-1' });
    expect(play.acts.at(-1)?.outcome).toEqual({ ok: true });
  });

  it("that ends gives the contact his turn back, when only the failure had made it the agent's", () => {
    expect(answered().send(failed).send(attend()).now).toMatchObject({ awaiting: 'contact', slot: null });
    const wrote = answered()
      .send(failed)
      .send({ type: 'mail', message: aMessage({ id: 'message-2' }) });
    expect(wrote.send(attend()).now).toMatchObject({ awaiting: 'agent', slot: 'ana', attention: null });
  });

  it('ends on a closed enquiry too, which stays closed', () => {
    const play = answered().send({ type: 'close', agent: 'ana', notify: true }).send(failed).send(attend());
    expect(play.now).toMatchObject({ status: 'closed', attention: null });
    expect(play.acts.at(-1)?.outcome).toEqual({ ok: true });
  });
});
