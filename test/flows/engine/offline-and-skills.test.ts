import { nobody, Play, reserved, ringFlow, START } from '../play';

describe('agents who are not online', () => {
  const given = { assigned: 'ben', decision: 'd-1' };

  it('are given it without ringing, and served at once', () => {
    const play = new Play(ringFlow({ offlineAgents: 'last' }), { reserveAgent: given }).start();
    expect(play.all('reserveAgent')).toMatchObject([{ offlineAgents: 'last' }]);
    expect(play.now).toMatchObject({ status: 'ongoing', assignee: 'ben', slot: 'ben', node: 'serve', group: 'desk' });
    expect(play.done()).toEqual(['reserveAgent']);
    expect(play.trace.find(({ outcome }) => outcome === 'assigned')).toMatchObject({
      kind: 'offer',
      detail: { agent: 'ben', decision: 'd-1' },
    });
  });

  it('are as the group says where the flow says nothing', () => {
    const play = new Play(ringFlow(), { reserveAgent: given }).start();
    expect(play.all('reserveAgent')[0]).not.toHaveProperty('offlineAgents');
    expect(play.now.assignee).toBe('ben');
  });
});

describe('skills of a ring', () => {
  const flow = ringFlow({
    skills: [
      { skill: 'french', level: 4 },
      { skill: 'billing', level: 2 },
    ],
    widen: [
      { after: '2m', level: 2 },
      { after: '5m', level: 0 },
    ],
    queueTimeout: '15m',
  });
  const french = (level: number) => ({ skill: 'french', level, later: 0 });
  const billing = { skill: 'billing', level: 2, later: 0 };

  it('are asked for, and less of them step by step while it waits in line', () => {
    const play = new Play(flow, { reserveAgent: nobody('full') }).start();
    expect(play.all('reserveAgent')).toMatchObject([{ skills: [french(4), billing] }]);
    expect(play.all('enterLine')).toMatchObject([{ skills: [french(4), billing], since: START }]);
    play.done();
    play.timePasses();
    expect(play.at - START).toBe(120_000);
    expect(play.all('enterLine')).toMatchObject([{ skills: [french(2), billing], since: START }]);
    play.done();
    play.timePasses();
    expect(play.at - START).toBe(300_000);
    expect(play.all('enterLine')[0]).not.toHaveProperty('skills');
    expect(play.trace.at(-1)?.what).toBe('No skill is asked for from now on.');
    play.timePasses();
    expect(play.at - START).toBe(900_000);
    expect(play.now.node).toBe('nobody-there');
  });

  it('are asked for as far as the ring has widened when the next agent is asked', () => {
    const play = new Play(flow, { reserveAgent: [reserved('ana', START + 130_000), nobody('asked')] }).start();
    play.timePasses();
    expect(play.all('reserveAgent')[1]).toMatchObject({ skills: [french(2), billing] });
  });

  it('leave nothing behind in the line when it is matched', () => {
    const play = new Play(flow, { reserveAgent: nobody('full') }).start().timePasses();
    play.done();
    play.send({ type: 'matched', agent: 'ana', offer: 'o', until: play.at + 60_000, decision: 'd' });
    expect(play.now.rest).toMatchObject({ kind: 'ring', offer: { agents: ['ana'] } });
    expect(play.done()).toContain('leaveLine');
  });
});
