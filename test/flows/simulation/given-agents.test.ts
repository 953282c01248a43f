import { readFlowTests, runFlowTests, simulate, tellChoice, type Flow, type Scenario } from '../../../flows';
import { ringFlow } from '../play';

/** Given agents are chosen by the strategies that choose live; without them the answers say who is rung, as before. */
describe('a simulation with given agents', () => {
  const play = (agents: Scenario['agents'], answers: Scenario['answers'], flow: Flow = ringFlow()) =>
    simulate(flow, { ...(agents ? { agents } : {}), answers: answers ?? {} });
  const served = { serve: ['agent-closed'] };

  it('rings whom the strategy picks, and says why each of the others was not', () => {
    const { state, choices, faults } = play(
      { ana: { load: 2 }, ben: { load: 1 }, cem: { presence: 'away' }, dan: { load: 5 } },
      { ring: ['accepted'], ...served },
    );
    expect(faults).toEqual([]);
    expect(state.assignee).toBe('ben');
    expect(choices).toMatchObject([{ node: 'ring', strategy: 'leastLoaded', chosen: ['ben'], tieBreak: null }]);
    const told = choices.map(tellChoice).join('\n');
    expect(told).toMatch(/^Chosen by leastLoaded: ben \(.*1\); not ana \(.*2\), cem \(away\), dan \(full 5\/5\)\.$/);
  });

  it('asks the next when one misses it, and ends when nobody is left', () => {
    const agents = { ana: {}, ben: { load: 1 }, cem: { presence: 'offline' as const } };
    const { path, choices, faults } = play(agents, { ring: ['timeout'], missed: ['timeout'] });
    expect(faults).toEqual([]);
    expect(choices.map(({ chosen }) => chosen)).toEqual([['ana'], ['ben'], []]);
    expect(path).toEqual(['route', 'ring', 'missed', 'idle']);
  });

  it('waits in line while all are full, and finds nobody while all are gone, without an answer that says so', () => {
    const full = play({ ana: { load: 3, capacity: 3 } }, { ring: [['matched by ana', 'accepted']], ...served });
    expect(full.faults).toEqual([]);
    expect(full.state.assignee).toBe('ana');
    const gone = play({ ana: { presence: 'notResponding' } }, { 'nobody-there': ['timeout'] });
    expect(gone).toMatchObject({ faults: [], path: ['route', 'ring', 'nobody-there', 'idle'] });
  });

  it('does not take the word of an answer that names another than the strategy picks', () => {
    const { faults } = play({ ana: {}, ben: { load: 1 } }, { ring: ['accepted by ben'], ...served });
    expect(faults[0]).toMatch(/^"accepted by ben" at "ring" \(visit 1\): leastLoaded picks ana, and not ben \(.*1\)/);
    expect(play({ ana: {} }, { ring: ['accepted by zoe'], ...served }).faults[0]).toContain('zoe (is no agent of it)');
  });

  it.each([
    ['fewestToday', { ana: { receivedToday: 3 }, ben: { receivedToday: 1, load: 4 } }, 'ben'],
    ['longestIdle', { ana: { idle: '5m' }, ben: { idle: '2h' } }, 'ben'],
    ['fixedOrder', { ana: { load: 4 }, ben: {} }, 'ana'],
    [['contactOwner', 'leastLoaded'], { ana: {}, ben: { load: 3, owner: 'contact' as const } }, 'ben'],
    [['lastAgent', 'leastLoaded'], { ana: {}, ben: { load: 5, servedLast: true } }, 'ana'],
  ])('by %j', (strategy, agents, chosen) => {
    const flow = ringFlow({ strategy: strategy as never });
    expect(play(agents, { ring: ['accepted'], ...served }, flow).state.assignee).toBe(chosen);
  });

  it('asks for skills, and at all at once where the ring says so', () => {
    const skilled = ringFlow({ skills: [{ skill: 'french', level: 3 }] });
    const agents = { ana: { skills: { french: 1 } }, ben: { load: 4, skills: { french: 4 } } };
    const direct = play(agents, { ring: ['accepted'], ...served }, skilled);
    expect(direct.state.assignee).toBe('ben');
    expect(direct.choices.map(tellChoice)[0]).toContain('ana (french 1, asked for 3)');
    const all = play({ ana: {}, ben: {} }, { ring: ['accepted by ben'], ...served }, ringFlow({ strategy: 'ringAll' }));
    expect(all.state.assignee).toBe('ben');
    expect(all.choices).toMatchObject([{ chosen: ['ana', 'ben'], tieBreak: 'who accepts first' }]);
  });

  it.each(['last', 'alike'] as const)('gives who is offline his turn, be it %s, without ringing', (offlineAgents) => {
    const { state, choices, faults } = play({ ana: { presence: 'offline' } }, served, ringFlow({ offlineAgents }));
    expect(faults).toEqual([]);
    expect(state.assignee).toBe('ana');
    expect(choices).toMatchObject([{ strategy: 'leastLoaded', chosen: ['ana'] }]);
  });

  it('gives who is offline nothing where in the end all are rung, or nobody is', () => {
    const ana = { presence: 'away' as const, owner: 'contact' as const };
    const agents = { ana, ben: { load: 4 }, cem: { presence: 'offline' as const } };
    const ring = (general: 'ringAll' | 'none') =>
      ringFlow({ strategy: ['contactOwner', general], offlineAgents: 'alike' });
    const all = play(agents, { ring: ['accepted by ben'], ...served }, ring('ringAll'));
    expect(all.faults).toEqual([]);
    expect(all.state.assignee).toBe('ben');
    expect(all.choices).toMatchObject([{ strategy: 'ringAll', chosen: ['ben'] }]);
    const nobody = play({ ana }, { 'nobody-there': ['timeout'] }, ring('none'));
    expect(nobody.faults).toEqual([]);
    expect(nobody.choices).toMatchObject([{ strategy: 'none', chosen: [] }]);
    expect(nobody.state.assignee).toBeNull();
  });

  it('rings only agents of the group that was routed to', () => {
    const agents = { ana: { groups: ['other'] }, ben: { groups: ['desk'], load: 4 } };
    const { state, choices } = play(agents, { ring: ['accepted'], ...served });
    expect(state.assignee).toBe('ben');
    expect(choices[0]?.reasons.map(({ agent }) => agent)).toEqual(['ben']);
  });

  it('is read from the file of tests, which says what is wrong with an agent', () => {
    const text = (agents: unknown): string =>
      JSON.stringify({
        tests: [
          { title: 't', given: { agents }, answers: { ring: ['accepted'], ...served }, expect: { assignee: 'ben' } },
        ],
      });
    const read = readFlowTests(text({ ana: { presence: 'busy' }, ben: {} }));
    expect('tests' in read && runFlowTests(ringFlow(), read.tests)[0]?.failures).toEqual([]);
    expect(readFlowTests(text([]))).toEqual({ fault: expect.stringContaining('"agents" that are no object') });
    expect(readFlowTests(text({ ana: 1 }))).toEqual({ fault: expect.stringContaining('the agent "ana" as no object') });
    expect(readFlowTests(text({ ana: { laod: 1 } }))).toEqual({
      fault: expect.stringContaining('Did you mean "load"?'),
    });
    expect(readFlowTests(text({ ana: { presence: 'asleep' } }))).toEqual({
      fault: expect.stringContaining('that is not one of available, busy'),
    });
    expect(readFlowTests(text({ ana: { load: -1 } }))).toEqual({ fault: expect.stringContaining('a whole number') });
  });
});
