import { simulate, slaStanding, type Flow, type Scenario } from '../../../flows';
import { aFlow, Play, START } from '../play';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A flow that serves at a `wait`; what it names of agreed times leads to a node of its own. */
function served(sla: Flow['sla'], named: ('sla-warned' | 'sla-breached')[] = []): Flow {
  const to = Object.fromEntries(named.map((event) => [event, event]));
  const done = { type: 'close' as const, reason: 'done', notify: false as const };
  return aFlow(
    {
      serve: {
        type: 'wait',
        for: ['agent-closed', ...named],
        timeout: '30d',
        next: { 'agent-closed': 'done', timeout: 'done', ...to },
      },
      ...Object.fromEntries(named.map((event) => [event, { type: 'tag' as const, add: [event], next: 'serve' }])),
      done,
    },
    { onTaken: 'serve', onClosed: 'done', ...(sla ? { sla } : {}) },
  );
}

const takenBy = (play: Play, agent = 'ann'): Play => {
  const told = { ...play.answers, reserveFor: { reserved: agent, decision: 'd', until: 0 } };
  Object.assign(play.answers, told);
  return play.send({ type: 'take', agent });
};
const played = (flow: Flow, defaults = {}): Play =>
  new Play(flow, { queueReply: { queued: 'outbox-1' } }, {}, defaults);
const sla = (play: Play) =>
  play.trace.filter(({ kind }) => kind === 'sla').map(({ outcome, detail }) => [detail?.['sla'], outcome, play.at]);

describe('agreed times', () => {
  it('run from the mail on, warn after four fifths and breach at the end, wherever the course rests', () => {
    const play = played(served({ firstResponse: '1h', resolution: '8h' })).start();
    expect(play.now.sla?.firstResponse).toMatchObject({
      state: 'running',
      warnAt: START + 48 * MINUTE,
      dueAt: START + HOUR,
    });
    play.timePasses();
    expect(sla(play)).toEqual([['firstResponse', 'warned', START + 48 * MINUTE]]);
    play.timePasses();
    expect(play.now.sla?.firstResponse).toMatchObject({ state: 'breached', endedAt: null });
    expect(play.now.rest).toMatchObject({ kind: 'wait', node: 'serve' });
  });

  it('are met by an answer, and the resolution stands still while it is the turn of the contact', () => {
    const play = takenBy(played(served({ firstResponse: '1h', resolution: '4h', warnBefore: '1h' })).start());
    play.at += HOUR / 2;
    play.send({ type: 'reply', agent: 'ann', draft: 'd-1', digest: 'x' });
    expect(play.now.sla).toMatchObject({
      firstResponse: { state: 'met', endedAt: START + HOUR / 2 },
      resolution: { state: 'paused', leftMs: 3.5 * HOUR },
    });
    play.at += 100 * HOUR;
    play.send({ type: 'mail', message: { ...play.now.message, id: 'message-2' } });
    expect(play.now.sla?.resolution).toMatchObject({
      state: 'running',
      warnAt: play.at + 2.5 * HOUR,
      dueAt: play.at + 3.5 * HOUR,
    });
    play.send({ type: 'close', agent: 'ann', notify: false });
    expect(sla(play).map(([name, outcome]) => [name, outcome])).toEqual([
      ['firstResponse', 'met'],
      ['resolution', 'met'],
    ]);
  });

  describe('of which the answer is taken back', () => {
    const FIRST = { firstResponse: '1h', warnBefore: '15m' } as const;
    const answered = (...afterMs: number[]): Play => {
      const answers = { queueReply: afterMs.map((_, index) => ({ queued: `outbox-${index + 1}` })) };
      const play = takenBy(new Play(served(FIRST), { ...answers, takeBackMail: { done: true } }).start());
      for (const ms of afterMs) {
        play.at = START + ms;
        play.send({ type: 'reply', agent: 'ann', draft: 'd-1', digest: 'x' });
      }
      return play;
    };
    const clock = (play: Play) => play.now.sla?.firstResponse;

    it('are met no more: the clock goes on to the end it had, and breaches then', () => {
      const play = answered(30 * MINUTE);
      expect(slaStanding(play.now)).toBeNull();
      play.send({ type: 'unsend', agent: 'ann', mail: 'outbox-1' });
      expect(clock(play)).toMatchObject({ state: 'running', endedAt: null, dueAt: START + HOUR });
      expect(slaStanding(play.now)).toBe('running');
      expect(play.trace.at(-1)).toMatchObject({ kind: 'sla', outcome: 'unmet', detail: { at: START + 30 * MINUTE } });
      play.timePasses();
      expect(slaStanding(play.now)).toBe('warned');
      play.timePasses();
      expect([clock(play)?.state, slaStanding(play.now)]).toEqual(['breached', 'breached']);
    });

    it('stay met by the next answer, from its time on, and breached where that came too late', () => {
      const play = answered(30 * MINUTE, 40 * MINUTE);
      play.send({ type: 'unsend', agent: 'ann', mail: 'outbox-1' });
      expect(clock(play)).toMatchObject({ state: 'met', endedAt: START + 40 * MINUTE });
      play.send({ type: 'unsend', agent: 'ann', mail: 'outbox-2' });
      expect(clock(play)).toMatchObject({ state: 'running', endedAt: null });
      const late = answered(30 * MINUTE, 90 * MINUTE);
      late.send({ type: 'unsend', agent: 'ann', mail: 'outbox-1' });
      expect(clock(late)).toMatchObject({ state: 'breached', endedAt: START + 90 * MINUTE });
      expect(sla(late).map(([, outcome]) => outcome)).toEqual(['met', 'unmet', 'breached']);
    });

    it('are not met by an answer that is planned before it has left', () => {
      const play = answered();
      play.at = START + 10 * MINUTE;
      play.answers.queueReply = { queued: 'outbox-1', planned: true };
      play.send({ type: 'reply', agent: 'ann', draft: 'd-1', digest: 'x' });
      expect([play.now.awaiting, clock(play)?.state, clock(play)?.endedAt]).toEqual(['contact', 'running', null]);
      play.at = START + 50 * MINUTE;
      play.send({ type: 'answer-left', outboxId: 'outbox-1' });
      expect(clock(play)).toMatchObject({ state: 'met', endedAt: START + 50 * MINUTE });
      expect(sla(play).map(([, outcome]) => outcome)).toEqual(['met']);
      const late = answered();
      late.answers.queueReply = { queued: 'outbox-1', planned: true };
      late.send({ type: 'reply', agent: 'ann', draft: 'd-1', digest: 'x' });
      late.timePasses().timePasses();
      expect(slaStanding(late.now)).toBe('breached');
      late.at = START + 2 * HOUR;
      late.send({ type: 'answer-left', outboxId: 'outbox-1' });
      expect(clock(late)).toMatchObject({ state: 'breached', endedAt: START + 2 * HOUR });
      expect(slaStanding(late.now)).toBeNull();
    });

    it('are owed again where the answer that met them is taken back, and another is only planned', () => {
      const play = answered(30 * MINUTE);
      play.answers.queueReply = { queued: 'outbox-2', planned: true };
      play.send({ type: 'reply', agent: 'ann', draft: 'd-2', digest: 'x' });
      play.send({ type: 'unsend', agent: 'ann', mail: 'outbox-1' });
      expect(clock(play)).toMatchObject({ state: 'running', endedAt: null });
      play.send({ type: 'unsend', agent: 'ann', mail: 'outbox-2' });
      expect([play.now.awaiting, clock(play)?.state]).toEqual(['agent', 'running']);
    });

    it('stay met where a later answer is taken back, and owed where they were breached', () => {
      const play = answered(30 * MINUTE, 40 * MINUTE);
      play.send({ type: 'unsend', agent: 'ann', mail: 'outbox-2' });
      expect(clock(play)).toMatchObject({ state: 'met', endedAt: START + 30 * MINUTE });
      const late = takenBy(
        new Play(served(FIRST), { queueReply: { queued: 'outbox-1' }, takeBackMail: { done: true } }).start(),
      );
      late.timePasses().timePasses();
      late.send({ type: 'reply', agent: 'ann', draft: 'd-1', digest: 'x' });
      expect(slaStanding(late.now)).toBeNull();
      late.send({ type: 'unsend', agent: 'ann', mail: 'outbox-1' });
      expect(slaStanding(late.now)).toBe('breached');
    });
  });

  it('are owed again when the close is taken back, to the ends they had', () => {
    const play = takenBy(played(served({ firstResponse: '1h', resolution: '4h' })).start());
    play.at = START + HOUR / 2;
    const before = play.now.sla;
    play.send({ type: 'close', agent: 'ann', notify: false });
    expect(play.now.sla).toMatchObject({ firstResponse: { state: 'met' }, resolution: { state: 'met' } });
    play.send({ type: 'undo-close', agent: 'ann', withinMs: 10_000, at: play.at + 5_000 });
    expect(play.now.sla).toEqual(before);
    expect(slaStanding(play.now)).toBe('running');
    const at = START + HOUR / 2;
    expect(play.trace.filter(({ outcome }) => outcome === 'unmet').map(({ detail }) => detail)).toEqual([
      { sla: 'firstResponse', at },
      { sla: 'resolution', at },
    ]);
    play.timePasses().timePasses();
    expect(play.now.sla?.firstResponse).toMatchObject({ state: 'breached', endedAt: null });
  });

  it('stay met in a run from before the undo gave them back', () => {
    const play = takenBy(played(served({ firstResponse: '1h', resolution: '4h' })).start());
    play.send({ type: 'close', agent: 'ann', notify: false });
    play.send({ type: 'undo-close', agent: 'ann', withinMs: 10_000, keepsMet: true });
    expect(play.now).toMatchObject({ status: 'ongoing', sla: { firstResponse: { state: 'met' } } });
    expect(play.trace.some(({ outcome }) => outcome === 'unmet')).toBe(false);
  });

  it('give nothing back that was met, or over, before the close that is taken back', () => {
    const play = takenBy(played(served({ firstResponse: '1h', resolution: '2h' })).start());
    play.send({ type: 'reply', agent: 'ann', draft: 'd-1', digest: 'x' });
    play.send({ type: 'mail', message: { ...play.now.message, id: 'message-2' } });
    play.timePasses().timePasses();
    const before = play.now.sla;
    expect(before).toMatchObject({ firstResponse: { state: 'met' }, resolution: { state: 'breached', endedAt: null } });
    play.send({ type: 'close', agent: 'ann', notify: false });
    play.send({ type: 'undo-close', agent: 'ann', withinMs: 10_000 });
    expect(play.now.sla).toEqual(before);
    expect(play.trace.some(({ outcome }) => outcome === 'unmet')).toBe(false);
  });

  it('lead on where a wait names them, and are told once', () => {
    const play = takenBy(played(served({ resolution: '10h' }, ['sla-warned', 'sla-breached'])).start());
    play.timePasses().timePasses();
    expect(play.now.tags).toEqual(['sla-warned', 'sla-breached']);
    expect(sla(play).map(([, outcome]) => outcome)).toEqual(['warned', 'breached']);
    play.send({ type: 'close', agent: 'ann', notify: false });
    expect(play.now.sla?.resolution).toMatchObject({ state: 'breached', endedAt: START + 10 * HOUR });
  });

  it('do not run for what a machine wrote, nor in a flow that agrees on none', () => {
    expect(played(served({ firstResponse: '1h' })).start({ automatic: true }).now.sla).toBeUndefined();
    expect(played(served(undefined)).start().now.sla).toBeUndefined();
  });

  it('are counted in opening time', () => {
    const calendar = { timezone: 'UTC', hours: 'mon-fri 09:00-17:00', holidays: [] };
    const play = played(served({ firstResponse: '4h', resolution: '16h' }), { calendar }).start();
    expect(play.now.sla).toMatchObject({
      firstResponse: { dueAt: Date.UTC(2026, 9, 5, 13) },
      resolution: { dueAt: Date.UTC(2026, 9, 6, 17) },
    });
  });

  it('begin anew when the enquiry is opened again', () => {
    const flow = { ...served({ firstResponse: '1h' }), closedReply: { reopenWithin: '14d', at: 'serve' } };
    const play = takenBy(played(flow).start());
    play.send({ type: 'close', agent: 'ann', notify: false });
    play.at += 24 * HOUR;
    play.send({ type: 'mail', message: { ...play.now.message, id: 'message-2' } });
    expect(play.now.sla?.firstResponse).toMatchObject({ state: 'running', dueAt: START + 25 * HOUR });
  });

  it('take no time from a ring: the offer rings its own time', () => {
    const ring = {
      type: 'ring' as const,
      to: 'routed-group' as const,
      timeout: '60s',
      next: { accepted: 'done', timeout: 'done', unavailable: 'done' },
    };
    const route = {
      type: 'route' as const,
      rule: 'sequence' as const,
      destinations: [{ group: 'desk' }],
      next: { routed: 'ring', unroutable: 'done' },
    };
    const flow = aFlow(
      { route, ring, done: { type: 'close', reason: 'x', notify: false } },
      { sla: { firstResponse: '30s', warnBefore: '10s' } },
    );
    const play = new Play(flow, { reserveAgent: { reserved: 'ann', decision: 'd', until: START + MINUTE } }).start();
    play.timePasses().timePasses();
    expect(sla(play).map(([, outcome]) => outcome)).toEqual(['warned', 'breached']);
    expect(play.now.rest).toMatchObject({ kind: 'ring', offer: { until: START + MINUTE } });
  });

  it('come up in a simulation by themselves, and as words of its answers', () => {
    const flow = served({ resolution: '10h' }, ['sla-breached']);
    const run = (answers: Scenario['answers']) => simulate(flow, { answers: answers ?? {} });
    const breached = run({ serve: ['sla-breached', 'agent-closed'] });
    expect(breached).toMatchObject({
      faults: [],
      path: ['serve', 'sla-breached', 'serve', 'done'],
      elapsedMs: 10 * HOUR,
    });
    const late = run({ serve: ['agent-closed after 9h'] });
    expect(late.faults).toEqual([]);
    expect(late.trace.filter(({ kind }) => kind === 'sla').map(({ outcome }) => outcome)).toEqual(['warned', 'met']);
    expect(run({ serve: ['sla-warned', 'agent-closed'] }).faults).not.toEqual([]);
    const calendars = { workspace: { timezone: 'UTC', hours: 'mon-fri 09:00-17:00', holidays: [] } };
    const scenario = { at: '2026-01-05T09:00:00Z', calendars, answers: { serve: ['sla-breached', 'agent-closed'] } };
    expect(simulate(flow, scenario)).toMatchObject({ faults: [], elapsedMs: 26 * HOUR });
  });
});
