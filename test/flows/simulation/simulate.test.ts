import { runFlowTests, simulate, type Flow, type FlowTest, type Scenario } from '../../../flows';
import supportDesk from '../../../flows/examples/support-desk.json';
import tests from '../../../flows/examples/support-desk.test.json';
import { aFlow, ends, ringFlow } from '../play';
import { unchecked } from '../unchecked';

const flow = unchecked<Flow>(supportDesk);

describe('the tests beside the example', () => {
  it.each(runFlowTests(flow, unchecked(tests)).map(({ title, failures }) => [title, failures]))(
    '%s',
    (_title, failures) => {
      expect(failures).toEqual([]);
    },
  );

  it('come to every node and fail when an expectation is changed', () => {
    const visited = new Set(runFlowTests(flow, unchecked(tests)).flatMap(({ simulation }) => simulation.path));
    expect(Object.keys(flow.nodes).filter((name) => !visited.has(name))).toEqual([]);
  });
});

describe('a simulation', () => {
  const run = (answers: Scenario['answers'], rest: Omit<Scenario, 'answers'> = {}, of: Flow = ringFlow()) =>
    simulate(of, { ...rest, answers: answers ?? {} });

  it.each<[string, Scenario['answers'], string[]]>([
    ['accepted', { ring: ['accepted'], serve: ['agent-closed'] }, ['route', 'ring', 'serve', 'close']],
    [
      'missed, then accepted',
      { ring: [['missed', 'accepted by ben']], serve: ['agent-closed'] },
      ['route', 'ring', 'serve', 'close'],
    ],
    ['missed by all', { ring: ['timeout'], missed: ['timeout'] }, ['route', 'ring', 'missed', 'idle']],
    [
      'declined by all',
      { ring: [['declined', 'declined by ben']], missed: ['timeout'] },
      ['route', 'ring', 'missed', 'idle'],
    ],
    ['gone', { ring: [['gone', 'accepted']], serve: ['timeout'] }, ['route', 'ring', 'serve', 'idle']],
    ['nobody there', { ring: ['unavailable'], 'nobody-there': ['timeout'] }, ['route', 'ring', 'nobody-there', 'idle']],
    [
      'in line, then matched',
      { ring: [['full', 'matched by cem', 'accepted']], serve: ['agent-closed'] },
      ['route', 'ring', 'serve', 'close'],
    ],
    [
      'in line in vain',
      { ring: [['full', 'unavailable']], 'nobody-there': ['taken by zoe'], serve: ['agent-closed'] },
      ['route', 'ring', 'nobody-there', 'serve', 'close'],
    ],
    [
      'taken while it rings',
      { ring: ['taken by zoe after 5s'], serve: ['agent-closed'] },
      ['route', 'ring', 'serve', 'close'],
    ],
    ['closed while it rings', { ring: ['closed'] }, ['route', 'ring', 'close']],
    [
      'transferred',
      { ring: ['accepted'], serve: ['transfer-requested to billing', 'timeout'], 'hand-over': ['accepted by ben'] },
      ['route', 'ring', 'serve', 'hand-over', 'serve', 'idle'],
    ],
  ])('of a ring that is %s', (_title, answers, path) => {
    const result = run(answers);
    expect(result.faults).toEqual([]);
    expect(result.path).toEqual(path);
  });

  it('rings everybody, and waits on a list', () => {
    const all = run({ ring: ['accepted by ben'], serve: ['timeout'] }, {}, ringFlow({ strategy: 'ringAll' }));
    expect(all).toMatchObject({ faults: [], state: { assignee: 'ben' } });
    const listed = run(
      { ring: ['taken by ben after 2h'], serve: ['agent-closed'] },
      {},
      ringFlow({ strategy: 'none' }),
    );
    expect(listed).toMatchObject({ faults: [], elapsedMs: 7_200_000, state: { ending: 'resolved' } });
  });

  it('runs on a virtual clock from the moment that is given', () => {
    const scheduled = aFlow({
      route: {
        type: 'route',
        rule: 'schedule',
        destinations: [{ group: 'day', hours: 'mon-fri 09:00-18:00' }, { group: 'night' }],
        next: { routed: 'hold', unroutable: 'close' },
      },
      hold: { type: 'wait', timeout: '30d', next: { timeout: 'close' } },
      ...ends,
    });
    expect(run({ hold: ['timeout'] }, { at: '2026-01-05T20:00:00Z' }, scheduled)).toMatchObject({
      state: { group: 'night' },
      elapsedMs: 30 * 86_400_000,
    });
    expect(run({ hold: ['timeout'] }, {}, scheduled).state.group).toBe('day');
  });

  it.each<[string, Scenario, RegExp]>([
    ['no answer for a node', { answers: {} }, /no answer is given for "ring" \(visit 1\)/],
    ['no answer for a visit', { answers: { ring: ['accepted'] } }, /no answer is given for "serve" \(visit 1\)/],
    [
      'an answer nobody asked for',
      { answers: { ring: ['accepted'], serve: ['agent-closed'], missed: ['timeout'] } },
      /nothing asked for "timeout" at "missed"/,
    ],
    [
      'an answer that cannot be read',
      { answers: { ring: ['accepted!'] } },
      /the answer "accepted!" at "ring" \(visit 1\) cannot be read/,
    ],
    [
      'an event that cannot happen there',
      { answers: { ring: ['accepted'], serve: ['declined'] } },
      /"declined" cannot happen at "serve"/,
    ],
    [
      'an event after the end of the rest',
      { answers: { ring: ['accepted after 2m'] } },
      /comes after the rest at "ring" is over/,
    ],
  ])('tells of %s instead of making something up', (_title, scenario, fault) => {
    expect(simulate(ringFlow(), scenario).faults.join('\n')).toMatch(fault);
  });

  it('tells which fact is missing', () => {
    expect(simulate(flow, { answers: { screen: ['clear'] } }).faults).toEqual([
      '"check-sender" (visit 1) reads "engagement.agentAvailable", and no such fact is given',
    ]);
  });

  it('ends when the enquiry is parked', () => {
    const stuck = aFlow({ a: { type: 'tag', next: 'a' } });
    expect(simulate(stuck, {})).toMatchObject({ faults: [], state: { status: 'parked' } });
  });

  it('is the same each time', () => {
    const scenario: Scenario = { answers: { ring: [['missed', 'accepted']], serve: ['timeout'] } };
    expect(simulate(ringFlow(), scenario)).toEqual(simulate(ringFlow(), scenario));
  });
});

describe('a flow test', () => {
  const failuresOf = (expected: FlowTest['expect']): string[] => {
    const answers = { ring: ['accepted by ana after 5s'], serve: ['agent-closed'] };
    return runFlowTests(ringFlow(), { tests: [{ title: 't', answers, expect: expected }] })[0]?.failures ?? [];
  };

  it.each<[FlowTest['expect']]>([
    [{ path: ['route', 'ring', 'serve', 'close'] }],
    [{ path: ['...', 'close'] }],
    [{ path: ['route', '...'] }],
    [{ path: ['...', 'ring', '...', 'close', '...'] }],
    [{ tags: [], mails: ['enquiry-closed'], ending: 'resolved', assignee: 'ana', elapsed: '5s' }],
  ])('passes for %j', (expected) => {
    expect(failuresOf(expected)).toEqual([]);
  });

  it.each<[FlowTest['expect'], RegExp]>([
    [{ path: ['route', 'ring', 'close'] }, /^path: expected route > ring > close, found route > ring > serve > close$/],
    [{ path: ['...', 'missed', '...'] }, /^path/],
    [{ path: ['route'] }, /^path/],
    [{ tags: ['x'] }, /^tags: expected \["x"\], found \[\]$/],
    [{ variables: { rings: 1 } }, /no variable "rings"/],
    [{ mails: [] }, /^mails/],
    [{ ending: 'parked' }, /^ending: expected "parked", found "resolved"$/],
    [{ assignee: 'ben' }, /^assignee/],
    [{ elapsed: '1h' }, /^elapsed: expected 1h, found 5s$/],
  ])('fails for %j', (expected, failure) => {
    const failures = failuresOf(expected);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(failure);
  });
});

describe('calendars that are given', () => {
  const office = { timezone: 'UTC', hours: 'mon-fri 09:00-18:00', holidays: [{ date: '2026-01-05', name: 'Fair' }] };
  const flow: Flow = {
    ...ringFlow(),
    calendar: 'office',
    start: 'look',
    nodes: {
      ...ringFlow().nodes,
      look: { type: 'switch', cases: [{ when: { var: 'time.open' }, next: 'route' }], default: 'missed' },
      route: {
        type: 'route',
        rule: 'schedule',
        destinations: [{ group: 'day', calendar: 'office' }],
        next: { routed: 'ring', unroutable: 'missed' },
      },
    },
  };

  it.each([
    ['2026-01-06T10:00:00Z', ['look', 'route', 'ring']],
    ['2026-01-06T20:00:00Z', ['look', 'missed']],
    ['2026-01-05T10:00:00Z', ['look', 'missed']],
  ])('decide by the hour: %s', (at, path) => {
    const { path: taken } = simulate(flow, { at, calendars: { office }, answers: {} });
    expect(taken).toEqual(path);
  });

  it('are asked for where they are not', () => {
    expect(simulate(flow, {}).faults).toEqual(['"look" (visit 1) reads "time.open", and no such fact is given']);
    expect(simulate(flow, { facts: { 'time.open': true } }).faults).toEqual([
      '"route" looks at the calendar "office", and no such calendar is given',
    ]);
  });
});

describe('a mail after the close', () => {
  const of = ringFlow({}, { closedReply: { reopenWithin: '14d', at: 'route' } });
  const answers = (close: string[], served: string[] = ['agent-closed']): Scenario['answers'] => ({
    ring: ['accepted by ana', 'accepted by ben'],
    serve: served,
    close,
  });

  it('opens it again where the flow says, and visits are counted on', () => {
    const { path, state, faults, elapsedMs } = simulate(of, {
      answers: answers(['customer-replied after 3d'], ['agent-closed', 'agent-closed after 2h']),
    });
    expect(faults).toEqual([]);
    expect(path).toEqual(['route', 'ring', 'serve', 'close', 'route', 'ring', 'serve', 'close']);
    expect([state.assignee, state.reopened]).toEqual(['ben', 1]);
    expect(elapsedMs).toBe(74 * 3_600_000);
  });

  it('may come again and again, and a rest behind it is a rest', () => {
    const test = {
      title: 'again and again',
      answers: {
        ring: ['accepted', 'accepted', 'unavailable'],
        serve: ['agent-closed', 'agent-closed'],
        close: ['customer-replied', 'customer-replied after 1d'],
      },
      expect: { rest: 'nobody-there' },
    };
    expect(runFlowTests(of, { tests: [test] })[0]?.failures).toEqual([]);
    const [result] = runFlowTests(of, { tests: [{ ...test, expect: {} }] });
    expect(result?.failures).toEqual(['no answer is given for "nobody-there" (visit 1)']);
    const short = { ...test, answers: { ...test.answers, serve: ['agent-closed'] }, expect: { rest: 'serve' } };
    expect(runFlowTests(of, { tests: [short] })[0]?.failures).toEqual([]);
    expect(simulate(of, short).faults).toEqual(['no answer is given for "serve" (visit 2)']);
  });

  it.each<[string, string, Flow, string]>([
    ['too late', 'customer-replied after 15d', of, 'The mail belongs to a new enquiry.'],
    ['where it is refused', 'customer-replied', ringFlow({}, { closedReply: 'refuse' }), 'The thread is closed.'],
  ])('%s leaves it closed, and the story tells why', (_when, line, flow, what) => {
    const { path, state, faults, trace } = simulate(flow, { answers: { ...answers([line]), ring: ['accepted'] } });
    expect(faults).toEqual([]);
    expect(path).toEqual(['route', 'ring', 'serve', 'close']);
    expect([state.status, trace.at(-1)?.what]).toEqual(['closed', what]);
  });

  it('is the only thing that happens then, and of a machine it is nothing', () => {
    expect(simulate(of, { answers: { ...answers(['agent-replied']), ring: ['accepted'] } }).faults).toEqual([
      '"agent-replied" cannot happen at "close": only mail comes to what is closed',
    ]);
    const automatic = simulate(of, { answers: { ...answers(['automatic-mail after 1d']), ring: ['accepted'] } });
    expect([automatic.faults, automatic.state.status, automatic.path.length]).toEqual([[], 'closed', 4]);
  });
});
