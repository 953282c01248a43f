import { closedReplyVerdict, type Flow, type MessageFacts } from '../../../flows';
import { aFlow, aMessage, ends, nobody, Play, ringFlow, START } from '../play';
import { unchecked } from '../unchecked';

const DAY = 86_400_000;
const ongoing = (rest: Partial<Flow> = {}): Play => {
  const play = new Play(ringFlow({}, rest)).start();
  return play.send({ type: 'accept', agent: 'ana', offer: play.offer });
};
const mail = (rest: Partial<MessageFacts> = {}) => ({
  type: 'mail' as const,
  message: aMessage({ id: 'message-2', ...rest }),
});

describe('a mail that joins an open enquiry', () => {
  it('starts the time of a wait again that names it in restartOn', () => {
    const play = ongoing();
    play.at += DAY;
    play.send(mail());
    expect(play.now.rest).toMatchObject({ kind: 'wait', since: START + DAY, until: START + 4 * DAY });
  });

  it.each<[string, Partial<MessageFacts>]>([
    ['automatic', { automatic: true, kind: 'automatic' }],
    ['of somebody who is no participant', { participant: false }],
  ])('is kept and changes nothing when it is %s', (_title, facts) => {
    const play = ongoing();
    play.send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
    const before = play.now;
    play.at += DAY;
    play.done();
    play.send(mail(facts));
    expect(play.done()).toEqual([]);
    expect(play.now).toMatchObject({
      rest: before.rest,
      awaiting: 'contact',
      messages: 2,
      answerTo: 'message-1',
      newest: { id: 'message-2' },
    });
  });

  it('leads on from a wait that names customer-replied', () => {
    const flow = aFlow({
      ask: {
        type: 'wait',
        for: ['customer-replied'],
        timeout: '1d',
        next: { 'customer-replied': 'idle', timeout: 'close' },
      },
      ...ends,
    });
    expect(new Play(flow).start().send(mail()).now.ending).toBe('no-reply');
  });

  it('is recorded while it rings and changes no course', () => {
    const play = new Play(ringFlow()).start();
    const { rest } = play.now;
    play.send(mail());
    expect(play.now).toMatchObject({ rest, messages: 2, status: 'ringing' });
  });

  it('is recorded while it is parked', () => {
    const play = new Play(ringFlow(), { reserveAgent: { error: 'x' } }).start().send(mail());
    expect(play.now).toMatchObject({ status: 'parked', messages: 2 });
  });
});

describe('a mail to a closed enquiry', () => {
  const closed = (rest: Partial<Flow> = {}): Play =>
    ongoing(rest).send({ type: 'close', agent: 'ana', notify: false, disposition: 'solved' });

  it('opens it again at the named node, with nobody who has it', () => {
    const play = closed({ closedReply: { reopenWithin: '14d', at: 'route' } });
    play.at += 14 * DAY;
    play.send(mail());
    expect(play.now).toMatchObject({
      status: 'ringing',
      assignee: null,
      reopened: 1,
      message: { id: 'message-2' },
      ending: null,
      closedAt: null,
      disposition: null,
      visits: { route: 1, ring: 1 },
    });
  });

  it('is left alone when it is automatic', () => {
    const play = closed().send(mail({ automatic: true }));
    expect(play.now).toMatchObject({ status: 'closed', messages: 2, reopened: 0 });
    expect(play.all('queueMail')).toEqual([]);
  });

  it('is refused with one notice in the whole thread, and none to machines', () => {
    const play = closed({ closedReply: 'refuse' });
    play
      .send(mail({ automatic: true }))
      .send(mail())
      .send(mail({ id: 'message-3' }));
    expect(play.all('queueMail')).toMatchObject([{ mail: 'closed-thread-notice', messageId: 'message-2', node: null }]);
    expect(play.now).toMatchObject({ status: 'closed', messages: 4 });
  });

  it.each<[string, Partial<Flow>, number, object[]]>([
    ['to a new enquiry where the flow wants one', { closedReply: 'newEnquiry' }, 0, [{ to: 'new-enquiry' }]],
    ['to a new enquiry when it is too late to reopen', {}, 14 * DAY + 1, [{ to: 'new-enquiry' }]],
    ['as refused where the flow refuses', { closedReply: 'refuse' }, 0, [{ to: 'refused' }]],
    ['nowhere when it reopens', {}, 0, []],
  ])('is turned away %s, so that its delivery gets the verdict it would have had', (_title, rest, after, away) => {
    const play = closed(rest);
    play.at += after;
    play.send(mail());
    expect(play.all('turnAwayMail')).toMatchObject(away.map((each) => ({ messageId: 'message-2', ...each })));
    expect(play.now.reopened).toBe(away.length === 0 ? 1 : 0);
    expect(
      closed(rest)
        .send(mail({ automatic: true }))
        .all('turnAwayMail'),
    ).toEqual([]);
  });

  it('opens it by a start event at a node, as intake decides', () => {
    const play = closed();
    play.start({ id: 'message-9' }, 'ring');
    expect(play.now).toMatchObject({ reopened: 1, node: 'nobody-there', message: { id: 'message-9' }, messages: 2 });
  });

  it('takes a start without a node as one more mail, and ignores a start of an open one', () => {
    expect(closed().start({ id: 'message-9' }).now).toMatchObject({ reopened: 1, messages: 2 });
    const open = ongoing();
    const before = open.now;
    expect(open.start().now).toBe(before);
  });
});

describe('what becomes of a reply to a closed enquiry', () => {
  it.each<[string, Partial<Flow>, number, object]>([
    ['within the default 14 days', {}, 14 * DAY, { verdict: 'reopen', at: 'route' }],
    ['after them', {}, 14 * DAY + 1, { verdict: 'new' }],
    ['refused', { closedReply: 'refuse' }, 0, { verdict: 'refuse' }],
    ['always new', { closedReply: 'newEnquiry' }, 0, { verdict: 'new' }],
    [
      'within the flow’s own time',
      { closedReply: { reopenWithin: '1h', at: 'ring' } },
      3_600_000,
      { verdict: 'reopen', at: 'ring' },
    ],
    ['after it', { closedReply: { reopenWithin: '1h', at: 'ring' } }, 3_600_001, { verdict: 'new' }],
    [
      'by a setting',
      { closedReply: { reopenWithin: { setting: 'within' }, at: 'ring' } },
      2 * DAY,
      { verdict: 'reopen' },
    ],
  ])('%s', (_title, rest, after, verdict) => {
    expect(closedReplyVerdict(ringFlow({}, rest), { within: '2d' }, START, START + after)).toMatchObject(verdict);
  });
});

describe('an auto-reply', () => {
  const flow = aFlow({
    greet: { type: 'auto-reply', template: 'support-received', next: 'again' },
    again: { type: 'auto-reply', template: 'support-received', next: 'serve' },
    ...ends,
  });

  it('is sent once in an enquiry, and the story tells why not twice', () => {
    const play = new Play(flow).start();
    expect(play.all('queueMail')).toMatchObject([{ mail: 'auto-reply', messageId: 'message-1', node: 'greet' }]);
    expect(play.trace.find(({ node }) => node === 'again')?.detail).toEqual({ suppressed: 'this enquiry has had one' });
  });

  it.each<[string, Partial<MessageFacts>]>([
    ['automatic mail', { automatic: true }],
    ['a list', { kind: 'list' }],
    ['somebody who is not the contact', { participant: false }],
  ])('is never sent to %s', (_title, facts) => {
    const play = new Play(flow).start(facts);
    expect(play.all('queueMail')).toEqual([]);
    expect(play.trace.find(({ node }) => node === 'greet')?.what).toMatch(/^No auto-reply: /);
  });

  it('that a cap holds back is told and does not count', () => {
    const play = new Play(flow, { queueMail: [{ suppressed: '10 in 180 minutes' }, { queued: 'outbox-1' }] }).start();
    expect(play.trace.find(({ node }) => node === 'greet')?.what).toBe('No auto-reply: 10 in 180 minutes.');
    expect(play.now.autoReplies).toBe(1);
  });
});

describe('events that a wait may name', () => {
  it.each<[string, Parameters<Play['send']>[0], string]>([
    ['agent-replied', { type: 'reply', agent: 'ana', draft: 'd', digest: 'x' }, 'agent-replied'],
    ['tag-added', { type: 'tag', agent: 'ana', add: ['vip'], remove: [] }, 'tag-added'],
    ['delivery-failed', { type: 'delivery-failed', outboxId: 'outbox-1' }, 'delivery-failed'],
    ['agent-unavailable', { type: 'agent-gone', agent: 'ana', cause: 'suspended' }, 'agent-unavailable'],
    ['supervisor-resumed', { type: 'resume', agent: 'sue', node: 'serve' }, 'supervisor-resumed'],
    ['customer-replied', mail(), 'customer-replied'],
  ])('%s ends a wait that names it and no other', (name, event, outcome) => {
    const flow = ringFlow();
    flow.nodes['serve'] = {
      type: 'wait',
      for: [unchecked(name)],
      timeout: '1d',
      next: { [outcome]: 'named', timeout: 'idle' },
    };
    flow.nodes['named'] = { type: 'wait', timeout: '1d', next: { timeout: 'idle' } };
    const play = new Play(flow).start();
    play.send({ type: 'accept', agent: 'ana', offer: play.offer });
    expect(play.send(event).now.node).toBe('named');
    expect(ongoing().send(event).now.node).toBe('serve');
  });

  it('a tag that was there already is no event', () => {
    const flow = aFlow({
      hold: { type: 'wait', for: ['tag-added'], timeout: '1d', next: { 'tag-added': 'close', timeout: 'idle' } },
      ...ends,
    });
    const play = new Play(flow, { reserveAgent: nobody('asked') }).start();
    play.send({ type: 'tag', agent: 'a', add: [], remove: ['vip'] });
    expect(play.now.node).toBe('hold');
    play.send({ type: 'tag', agent: 'a', add: ['vip'], remove: [] });
    expect(play.now.status).toBe('closed');
  });
});
