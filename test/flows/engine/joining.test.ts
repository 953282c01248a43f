import type { Absorbed } from '../../../flows/state';
import { aMessage, Play, reserved, ringFlow, START } from '../play';

const WEEK = 7 * 86_400_000;
/** Ana has it, at the wait "serve". */
const served = (answers: ConstructorParameters<typeof Play>[1] = {}, rest = {}): Play => {
  const play = new Play(ringFlow({}, rest), answers).start();
  return play.send({ type: 'accept', agent: 'ana', offer: play.offer });
};
const merging = { type: 'merge', agent: 'ana', into: 'elder', number: 7 } as const;
const mergedInto = (play: Play): Play => play.send(merging).timePasses();
const left = { type: 'left', to: 'other', number: 8, by: 'ana', since: START } as const;
const younger: Absorbed = {
  from: 'younger',
  number: 9,
  by: 'ana',
  since: START,
  open: true,
  awaits: true,
  assignee: null,
  tags: ['parcel'],
  priority: 5,
  messages: 2,
  attention: null,
};

describe('an enquiry that is merged into an elder one', () => {
  it('records the word before anything is done, answers it when it is done, and ends without a notice', () => {
    const play = served();
    play.done();
    play.send(merging);
    expect([play.done(), play.outcome]).toEqual([[], { ok: true }]);
    expect(play.now).toMatchObject({ status: 'ongoing', errand: { do: 'merge', into: 'elder', by: 'ana' } });
    expect(play.send({ type: 'note', agent: 'bob', note: 'n' }).outcome).toEqual({
      ok: false,
      code: 'not-possible-now',
    });
    play.timePasses();
    expect(play.done()).toEqual(['bringOver', 'releaseSlot']);
    expect(play.outcome).toEqual({ ok: true, detail: { into: 'elder', number: 7 } });
    expect(play.now).toMatchObject({
      status: 'closed',
      ending: 'merged',
      slot: null,
      rest: null,
      merged: { into: 'elder', number: 7, by: 'ana', before: { rest: { kind: 'wait', node: 'serve' } } },
    });
    expect(play.trace.filter(({ kind }) => kind === 'merge')).toHaveLength(1);
    expect(play.trace.some(({ kind }) => kind === 'close')).toBe(false);
  });

  it('rings at nobody any more', () => {
    const play = new Play(ringFlow()).start();
    play.done();
    mergedInto(play);
    expect(play.all('endOffer')).toMatchObject([{ how: 'rescinded', agents: ['ana'], winner: null }]);
  });

  it('stays as it was when it cannot be done', () => {
    const play = mergedInto(served({ bringOver: { error: 'EnquiryUnknown' } }));
    expect(play.outcome).toEqual({ ok: false, code: 'not-possible-now' });
    expect(play.now).toMatchObject({ status: 'ongoing', slot: 'ana', errand: null, rest: { node: 'serve' } });
  });

  it('hands on whatever comes: mail of anybody, and word of a mail that did not arrive', () => {
    const play = mergedInto(served());
    play.done();
    play.send({ type: 'mail', message: aMessage({ id: 'm-2' }) });
    play.send({ type: 'mail', message: aMessage({ id: 'm-3', automatic: true, side: true }) });
    play.send({ type: 'delivery-failed', outboxId: 'o', how: 'bounced' });
    expect(play.all('carryOn')).toMatchObject([
      { into: 'elder', messageId: 'm-2' },
      { into: 'elder', messageId: 'm-3' },
      { into: 'elder', failed: { outboxId: 'o', how: 'bounced', automatic: false } },
    ]);
    expect(play.now).toMatchObject({ status: 'closed', merged: { came: true }, attention: null });
    const refused = { ok: false, code: 'enquiry-merged', by: 'ana' };
    expect(play.send({ type: 'reopen', agent: 'ana' }).outcome).toMatchObject(refused);
    expect(play.send({ ...merging, agent: 'bob' }).outcome).toMatchObject(refused);
  });

  it('goes on where it was when that is taken back within its time', () => {
    const play = mergedInto(served());
    play.send({ type: 'mail', message: aMessage({ id: 'm-2' }) });
    play.at += WEEK + 1;
    expect(play.send({ type: 'unmerge', agent: 'ana', withinMs: WEEK }).outcome).toEqual({
      ok: false,
      code: 'too-late',
    });
    play.at -= 1;
    play.done();
    play.send({ type: 'unmerge', agent: 'ana', withinMs: WEEK });
    expect(play.now).toMatchObject({ status: 'closed', errand: { do: 'unmerge' } });
    play.send({ type: 'clock' });
    expect(play.all('bringBack')).toMatchObject([{ from: 'elder', by: 'ana' }]);
    expect(play.now).toMatchObject({
      merged: null,
      ending: null,
      closedAt: null,
      assignee: 'ana',
      slot: 'ana',
      awaiting: 'agent',
      rest: { kind: 'wait', node: 'serve' },
    });
  });

  it('rings anew when it rang, and stays closed when it was closed', () => {
    const rang = mergedInto(new Play(ringFlow()).start());
    rang.send({ type: 'unmerge', agent: 'ana', withinMs: WEEK }).send({ type: 'clock' });
    expect(rang.now).toMatchObject({ status: 'ringing', rest: { kind: 'ring' } });

    const closed = served().send({ type: 'close', agent: 'ana', notify: false });
    const { closedAt } = closed.now;
    closed.at += 1000;
    mergedInto(closed);
    expect(closed.now).toMatchObject({ status: 'closed', ending: 'merged', closedAt });
    closed.send({ type: 'unmerge', agent: 'ana', withinMs: WEEK }).send({ type: 'clock' });
    expect(closed.now).toMatchObject({ status: 'closed', ending: 'resolved', closedAt, merged: null });
  });

  it('counts no agreed time as met, and goes on counting when it is its own again', () => {
    const play = served({}, { sla: { firstResponse: '1h', resolution: '1d' } });
    mergedInto(play);
    expect(play.trace.filter(({ kind }) => kind === 'sla')).toEqual([]);
    play.send({ type: 'unmerge', agent: 'ana', withinMs: WEEK }).send({ type: 'clock' });
    play.timePasses().timePasses();
    expect(play.trace.filter(({ kind }) => kind === 'sla').map(({ outcome }) => outcome)).toEqual([
      'warned',
      'breached',
    ]);
  });
});

describe('an enquiry that takes a younger one in', () => {
  it('is the agent’s turn when it was his there, and has its tags, priority and attention', () => {
    const play = served().send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
    expect(play.now.awaiting).toBe('contact');
    const attention = { why: 'failed', mail: 'o', automatic: false, since: START, turned: false } as const;
    play.send({ type: 'absorbed', ...younger, attention });
    expect(play.now).toMatchObject({
      assignee: 'ana',
      awaiting: 'agent',
      slot: 'ana',
      tags: ['parcel'],
      priority: 5,
      messages: 3,
      attention,
    });
    expect(play.trace.find(({ kind }) => kind === 'absorbed')).toMatchObject({
      by: 'ana',
      detail: { from: 'younger' },
    });
  });

  it('stays the contact’s turn when it was his there too', () => {
    const play = served().send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
    play.send({ type: 'absorbed', ...younger, awaits: false });
    expect(play.now).toMatchObject({ awaiting: 'contact', slot: null });
  });

  it('is his who had the younger, where nobody has it', () => {
    const play = new Play(ringFlow(), { reserveFor: reserved('bob') }).start();
    play.send({ type: 'absorbed', ...younger, assignee: 'bob' });
    expect(play.all('reserveFor')).toMatchObject([{ agent: 'bob', force: true }]);
    expect(play.now).toMatchObject({ assignee: 'bob', slot: 'bob', node: 'serve' });
    expect(play.acts).toEqual([]);
  });

  it('is opened again when it was closed and the younger was not', () => {
    const closed = (): Play => served().send({ type: 'close', agent: 'ana', notify: false });
    const opened = closed().send({ type: 'absorbed', ...younger, assignee: 'bob' });
    expect(opened.now).toMatchObject({ status: 'ongoing', assignee: 'bob', slot: 'bob', reopened: 1 });
    expect(closed().send({ type: 'absorbed', ...younger }).now).toMatchObject({ status: 'ringing' });
    expect(closed().send({ type: 'absorbed', ...younger, open: false }).now).toMatchObject({ status: 'closed' });
  });

  it('hands it on when it was merged itself meanwhile', () => {
    const play = mergedInto(served());
    play.done();
    play.send({ type: 'absorbed', ...younger });
    expect(play.all('bringOver')).toMatchObject([{ into: 'elder', told: { awaits: true, tags: ['parcel'] } }]);
    expect(play.now.status).toBe('closed');
  });
});

describe('a message that leaves', () => {
  const part = { type: 'part', agent: 'ana', message: 'm-2', to: 'other' } as const;
  const answered = { parted: { to: 'other', number: 8, newest: aMessage() } };

  it('is answered no more: what is left is the newest', () => {
    const play = served({ partMessage: answered }).send({ type: 'mail', message: aMessage({ id: 'm-2' }) });
    expect(play.now).toMatchObject({ answerTo: 'm-2', messages: 2 });
    play.send({ ...part, fresh: true }).timePasses();
    expect(play.all('partMessage')).toMatchObject([{ message: 'm-2', to: 'other', fresh: true, by: 'ana' }]);
    expect(play.outcome).toEqual({ ok: true, detail: { to: 'other', number: 8 } });
    expect(play.now).toMatchObject({ answerTo: 'message-1', newest: { id: 'message-1' }, messages: 1, errand: null });
  });

  it('stays when the other cannot take it', () => {
    const play = served({ partMessage: { error: 'EnquiryClosed' } })
      .send(part)
      .timePasses();
    expect(play.outcome).toEqual({ ok: false, code: 'not-possible-now' });
    expect(play.trace.at(-1)).toMatchObject({ kind: 'refused' });
  });

  it('is told of when a merge is taken back', () => {
    const play = served().send({ type: 'mail', message: aMessage({ id: 'm-2' }) });
    play.send({ ...left, unmerged: true, messages: ['m-2'], newest: aMessage() });
    expect(play.now).toMatchObject({ answerTo: 'message-1', messages: 1 });
    expect(play.trace.at(-1)?.what).toBe('The merge of enquiry 8 was taken back: what came with it is its own again.');
  });

  it('starts its own enquiry without a greeting', () => {
    const greet = { type: 'auto-reply', template: 't', next: 'route' } as const;
    const flow = ringFlow();
    const play = new Play({ ...flow, start: 'greet', nodes: { ...flow.nodes, greet } });
    play.send({ type: 'start', enquiryId: 'e', channelId: 'c', message: aMessage(), splitOff: 'former' });
    expect(play.all('queueMail')).toEqual([]);
    expect(play.now.rest?.kind).toBe('ring');
    expect(play.trace[0]).toMatchObject({ kind: 'split', detail: { from: 'former' } });
  });
});
