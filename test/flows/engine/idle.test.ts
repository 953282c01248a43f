import type { IdleClose } from '../../../flows/flow';
import { aMessage, Play, ringFlow, START } from '../play';

const DAY = 86_400_000;

/** Ana has it and has answered; the flow's own wait would last a hundred days. */
function answered(idleClose?: false | IdleClose, start: Parameters<Play['start']>[0] = {}, answers = {}): Play {
  const flow = ringFlow({}, idleClose === undefined ? {} : { idleClose });
  const serve = { ...flow.nodes['serve'], timeout: '100d' } as (typeof flow.nodes)[string];
  const play = new Play({ ...flow, nodes: { ...flow.nodes, serve } }, answers).start(start);
  play.send({ type: 'accept', agent: 'ana', offer: play.offer });
  return play.send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
}

describe('a contact who is silent while it is his turn', () => {
  it('is warned two days before the close, and told of it, after seven days', () => {
    const play = answered().timePasses();
    expect(play.at).toBe(START + 5 * DAY);
    expect(play.all('queueMail')).toMatchObject([{ mail: 'idle-warning', template: 'idle-warning' }]);
    expect(play.now).toMatchObject({ status: 'ongoing', awaiting: 'contact', idle: { warnAt: null } });
    play.timePasses();
    expect(play.at).toBe(START + 7 * DAY);
    expect(play.all('queueMail').at(-1)).toMatchObject({ mail: 'close-notice', template: 'enquiry-closed-idle' });
    expect(play.now).toMatchObject({ status: 'closed', ending: 'no-reply', idle: null });
  });

  it('who answers in time has nothing closed; a machine’s mail is no answer', () => {
    const play = answered().timePasses();
    play.send({ type: 'mail', message: aMessage({ id: 'm-2', automatic: true }) });
    expect(play.now.idle).not.toBeNull();
    play.send({ type: 'mail', message: aMessage({ id: 'm-3' }) });
    expect(play.now).toMatchObject({ awaiting: 'agent', idle: null, status: 'ongoing' });
    // An answer begins the time anew.
    play.send({ type: 'reply', agent: 'ana', draft: 'd2', digest: 'x' }).timePasses();
    expect(play.at).toBe(START + 10 * DAY);
  });

  it('each further answer of the agent begins his time anew', () => {
    const play = answered();
    play.at = START + 4 * DAY;
    play.send({ type: 'reply', agent: 'ana', draft: 'd2', digest: 'x' }).timePasses();
    expect(play.at).toBe(START + 9 * DAY);
  });

  it('is not silent before the answer has left that is planned for him', () => {
    const play = answered({});
    play.answers.queueReply = { queued: 'o-2', planned: true };
    play.send({ type: 'reply', agent: 'ana', draft: 'd2', digest: 'x' });
    expect(play.now).toMatchObject({ awaiting: 'contact', idle: null });
    play.at = START + 10 * DAY;
    play.send({ type: 'answer-left', outboxId: 'o-2' });
    play.timePasses();
    expect(play.at).toBe(START + 15 * DAY);
    expect(play.all('queueMail')).toMatchObject([{ mail: 'idle-warning' }]);
  });

  it('is silent from now on where the planned answer is taken back and an earlier one stands', () => {
    const play = answered({}, {}, { takeBackMail: { done: true } });
    play.answers.queueReply = { queued: 'o-2', planned: true };
    play.send({ type: 'reply', agent: 'ana', draft: 'd2', digest: 'x' });
    play.at = START + 2 * DAY;
    play.send({ type: 'unsend', agent: 'ana', mail: 'o-2' });
    expect(play.now.awaiting).toBe('contact');
    play.timePasses();
    expect(play.at).toBe(START + 7 * DAY);
  });

  it('a warning that comes late leaves him as much time as one in time would have', () => {
    const play = answered();
    play.at = START + 20 * DAY;
    play.send({ type: 'clock' });
    expect(play.now.status).toBe('ongoing');
    play.timePasses();
    expect(play.at).toBe(START + 22 * DAY);
  });

  it.each<[string, false | IdleClose, string[]]>([
    ['without a warning and a notice', { after: '1d', warning: false, notify: false }, []],
    ['with templates of the flow’s own', { warning: 'still-there', notify: 'bye' }, ['still-there', 'bye']],
    ['after times of the flow’s own', { after: '10d', warnBefore: '1h' }, ['idle-warning', 'enquiry-closed-idle']],
  ])('the flow may close %s', (_how, rule, templates) => {
    const play = answered(rule);
    while (play.now.status !== 'closed') play.timePasses();
    expect(play.all('queueMail').map(({ template }) => template)).toEqual(templates);
  });

  it('is left alone where the flow says so', () => {
    const play = answered(false).timePasses();
    expect(play.at).toBe(START + 100 * DAY);
  });

  it('of a machine’s mail nothing is sent, and it closes all the same', () => {
    const play = answered(undefined, { automatic: true, kind: 'automatic' }).timePasses().timePasses();
    expect(play.all('queueMail')).toEqual([]);
    expect(play.now).toMatchObject({ status: 'closed', ending: 'no-reply' });
  });

  it('is closed though the mails could not be written', () => {
    const play = answered(undefined, {}, { queueMail: { error: 'TemplateUnknown' } })
      .timePasses()
      .timePasses();
    expect(play.now).toMatchObject({ status: 'closed', ending: 'no-reply' });
    expect(play.trace.at(-1)?.what).toContain('without a notice');
  });

  it('has all the time of a snooze besides, and the shorter wait of the flow goes before', () => {
    const play = answered();
    play.send({ type: 'snooze', agent: 'ana', until: START + 30 * DAY }).timePasses();
    expect(play.now).toMatchObject({ status: 'ongoing', awaiting: 'agent', idle: null });
    const short = new Play(ringFlow()).start();
    short.send({ type: 'accept', agent: 'ana', offer: short.offer });
    short.send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' }).timePasses();
    expect(short.at).toBe(START + 3 * DAY);
  });

  it('in a run of before there was such a close, nothing of it happens', () => {
    const play = new Play(ringFlow());
    delete play.defaults.idleWarningMs;
    play.start();
    play.send({ type: 'accept', agent: 'ana', offer: play.offer });
    play.send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
    expect(play.now.idle).toBeUndefined();
  });
});
