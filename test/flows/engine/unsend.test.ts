import { aMessage, Play, ringFlow } from '../play';

const served = (): Play => {
  const play = new Play(ringFlow()).start();
  play.send({ type: 'accept', agent: 'ana', offer: play.offer });
  play.answers.takeBackMail = { done: true };
  return play;
};
const answered = (play: Play, mail: string): Play => {
  play.answers.queueReply = { queued: mail };
  return play.send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
};
const takeBack = (play: Play, mail: string): Play => play.send({ type: 'unsend', agent: 'ana', mail });

describe('an answer that is taken back', () => {
  it('makes it the agent’s turn again, with the slot it takes', () => {
    const play = answered(served(), 'o-1');
    expect(play.now).toMatchObject({ awaiting: 'contact', slot: null });
    takeBack(play, 'o-1');
    expect(play.outcome).toEqual({ ok: true, detail: { outbox: 'o-1' } });
    expect(play.now).toMatchObject({ awaiting: 'agent', slot: 'ana', replies: [] });
  });

  it('leaves the turn when it has left already', () => {
    const play = answered(served(), 'o-1');
    play.answers.takeBackMail = { suppressed: 'mail-left' };
    takeBack(play, 'o-1');
    expect(play.outcome).toEqual({ ok: false, code: 'mail-left' });
    expect(play.now).toMatchObject({ awaiting: 'contact' });
  });

  it.each([
    ['the first, then the second', ['o-1', 'o-2']],
    ['the second, then the first', ['o-2', 'o-1']],
  ])('of two gives the turn back when both came back: %s', (_order, [one = '', other = '']) => {
    const play = answered(answered(served(), 'o-1'), 'o-2');
    expect(takeBack(play, one).now.awaiting).toBe('contact');
    expect(takeBack(play, other).now.awaiting).toBe('agent');
    expect(takeBack(play, other).now.awaiting).toBe('agent');
  });

  it('changes nothing once the contact has written', () => {
    const play = answered(served(), 'o-1').send({ type: 'mail', message: aMessage({ id: 'm-2' }) });
    answered(play, 'o-2');
    expect(takeBack(play, 'o-1').now.awaiting).toBe('contact');
  });
});

describe('a side thread', () => {
  it('leaves the turn and the course when the agent writes to somebody outside', () => {
    const play = served();
    play.answers.queueReply = { queued: 'o-1' };
    const { rest } = play.now;
    play.send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x', side: true });
    expect(play.outcome).toEqual({ ok: true, detail: { outbox: 'o-1' } });
    expect(play.now).toMatchObject({ awaiting: 'agent', slot: 'ana', rest });
  });

  it('gives the agent the turn when somebody answers there, and moves no course', () => {
    const play = answered(served(), 'o-1');
    const { rest, newest, answerTo } = play.now;
    const answer = aMessage({ id: 'm-side', participant: false, side: true });
    play.send({ type: 'mail', message: { ...answer, automatic: true } });
    expect(play.now.awaiting).toBe('contact');
    play.send({ type: 'mail', message: answer });
    expect(play.now).toMatchObject({ awaiting: 'agent', slot: 'ana', rest, newest, answerTo, messages: 3 });
  });

  it('opens no closed enquiry', () => {
    const play = served().send({ type: 'close', agent: 'ana', notify: false });
    play.done();
    play.send({ type: 'mail', message: aMessage({ id: 'm-side', participant: false, side: true }) });
    expect([play.now.status, play.done()]).toEqual(['closed', []]);
  });
});
