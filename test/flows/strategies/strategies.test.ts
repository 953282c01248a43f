import * as fc from 'fast-check';
import { pick, strategies, whyNobody, type Candidate } from '../../../flows';
import { aCandidate, group } from './a-group';

describe('leastLoaded', () => {
  it.each<[string, Candidate[], string[]]>([
    ['who holds the fewest comes first', group({ load: 2 }, { load: 1 }, { load: 0 }), ['a2', 'a1', 'a0']],
    ['equals stand as the group does', group({ load: 1 }, { load: 1 }), ['a0', 'a1']],
    ['who is full is left out', group({ load: 3 }, { load: 4 }, { load: 2 }), ['a2']],
    ['who is away is left out', group({ available: false, presence: 'away' }, {}), ['a1']],
    ['who was asked in this visit is left out', group({ asked: true, missed: 0 }, { load: 2 }), ['a1']],
    ['who missed an earlier ring comes last', group({ missed: 0 }, { load: 2 }), ['a1', 'a0']],
    ['of these the latest to miss comes last', group({ missed: 1 }, { missed: 0 }), ['a1', 'a0']],
    ['nobody is nobody', [], []],
  ])('%s', (_title, candidates, order) => {
    expect(strategies.leastLoaded(candidates, 0).order).toEqual(order);
  });

  it('tells each one’s reason', () => {
    const { reasons } = strategies.leastLoaded(
      group(
        { load: 2 },
        { load: 1 },
        { available: false, presence: 'offline' },
        { load: 3 },
        { asked: true },
        { available: false },
        { missed: 0 },
      ),
      0,
    );
    expect(reasons.map(({ reason }) => reason)).toEqual([
      'holds 2',
      'fewest: 1',
      'offline',
      'full 3/3',
      'missed it already',
      'not connected',
      'missed it before, so asked after the others; holds 0',
    ]);
    expect(reasons.map(({ eligible }) => eligible)).toEqual([true, true, false, false, false, false, true]);
  });
});

describe('fewestToday', () => {
  it.each<[string, Candidate[], string[], string]>([
    ['who received the fewest comes first', group({ receivedToday: 4 }, { receivedToday: 2 }), ['a1', 'a0'], 'a1'],
    ['whatever he holds', group({ receivedToday: 1, load: 2 }, { receivedToday: 2 }), ['a0', 'a1'], 'a0'],
    ['equals stand as the group does', group({ receivedToday: 2 }, { receivedToday: 2 }), ['a0', 'a1'], 'a0'],
    ['who is full is left out', group({ receivedToday: 0, load: 3 }, { receivedToday: 9 }), ['a1'], 'a1'],
  ])('%s', (_title, candidates, order, first) => {
    const choice = strategies.fewestToday(candidates, 0);
    expect(choice.order).toEqual(order);
    expect(choice.reasons.find(({ agent }) => agent === first)?.reason).toMatch(/^fewest today: \d+$/);
  });

  it('says what broke a tie, and nothing where there was none', () => {
    expect(strategies.fewestToday(group({}, {}), 0).tieBreak).toBe('the order of the agents in the group');
    expect(strategies.fewestToday(group({}, { receivedToday: 1 }), 0).tieBreak).toBeNull();
    expect(strategies.fewestToday(group({}), 0).tieBreak).toBeNull();
  });
});

describe('longestIdle', () => {
  it.each<[string, Candidate[], string[], string[]]>([
    [
      'who has been without work for longest comes first',
      group({ idleMs: 60_000 }, { idleMs: 3_600_000 }),
      ['a1', 'a0'],
      ['idle for 1 min', 'idle longest: 1 h'],
    ],
    [
      'who never had any comes before all',
      group({ idleMs: 9e9 }, { idleMs: null }),
      ['a1', 'a0'],
      ['idle for 104 d 4 h', 'had no work yet'],
    ],
    [
      'who is away is left out',
      group({ idleMs: 9e9, available: false, presence: 'away' }, { idleMs: 0 }),
      ['a1'],
      ['away', 'idle longest: 0 s'],
    ],
  ])('%s', (_title, candidates, order, reasons) => {
    const choice = strategies.longestIdle(candidates, 0);
    expect(choice.order).toEqual(order);
    expect(choice.reasons.map(({ reason }) => reason)).toEqual(reasons);
  });
});

describe('fixedOrder', () => {
  it.each<[string, Candidate[], string[]]>([
    ['the first of the group is asked, whatever he holds', group({ load: 2 }, {}), ['a0', 'a1']],
    ['the next where the first is full', group({ load: 3 }, {}, {}), ['a1', 'a2']],
    ['who missed it comes last', group({ missed: 0 }, {}), ['a1', 'a0']],
  ])('%s', (_title, candidates, order) => {
    expect(strategies.fixedOrder(candidates, 0).order).toEqual(order);
  });

  it('says each one’s place', () => {
    expect(strategies.fixedOrder(group({}, {}), 0).reasons.map(({ reason }) => reason)).toEqual([
      'number 1 in the order of the group',
      'number 2 in the order of the group',
    ]);
  });
});

describe.each([
  ['contactOwner', 'owner of the contact', 'not the owner of the contact'],
  ['accountOwner', 'owner of the account', 'not the owner of the account'],
  ['lastAgent', 'served this contact last', 'not who served this contact last'],
] as const)('%s', (name, word, other) => {
  it.each<[string, Partial<Candidate>, string[], string]>([
    ['asks him alone', {}, ['a1'], word],
    ['nobody when he is full', { load: 3 }, [], `${word}, but full 3/3`],
    ['nobody when he is away', { available: false, presence: 'away' }, [], `${word}, but away`],
    ['nobody when he was asked', { asked: true }, [], `${word}, but missed it already`],
    ['nobody when he missed it before', { missed: 0 }, [], `${word}, but missed it before`],
  ])('%s', (_title, facts, order, reason) => {
    const choice = strategies[name](group({}, { ties: [name], ...facts }), 0);
    expect(choice.order).toEqual(order);
    expect(choice.reasons.map((each) => each.reason)).toEqual([other, reason]);
  });
});

describe('several strategies', () => {
  const ties = ['contactOwner', 'lastAgent', 'leastLoaded'];
  it.each<[string, string | string[], Candidate[], string, string[]]>([
    ['the owner goes first', ties, group({}, { ties: ['contactOwner'], load: 2 }), 'contactOwner', ['a1', 'a0']],
    [
      'else who served last',
      ties,
      group({}, { ties: ['contactOwner'], load: 3 }, { ties: ['lastAgent'], load: 1 }),
      'lastAgent',
      ['a2', 'a0'],
    ],
    [
      'else the strategy behind them',
      ties,
      group({ load: 1 }, { ties: ['contactOwner', 'lastAgent'], load: 3 }, {}),
      'leastLoaded',
      ['a2', 'a0'],
    ],
    ['a tie alone is followed by leastLoaded', 'contactOwner', group({ load: 1 }, {}), 'leastLoaded', ['a1', 'a0']],
    ['a list of one is that one', ['fixedOrder'], group({ load: 1 }, {}), 'fixedOrder', ['a0', 'a1']],
    [
      'what stands behind one that picks among all is never asked',
      ['fixedOrder', 'contactOwner'],
      group({}, { ties: ['contactOwner'] }),
      'fixedOrder',
      ['a0', 'a1'],
    ],
    ['an unknown word is passed over', ['of-a-newer-release'], group({ load: 1 }, {}), 'leastLoaded', ['a1', 'a0']],
    ['nobody is nobody', ties, group({ load: 3 }), 'leastLoaded', []],
  ])('%s', (_title, named, candidates, strategy, order) => {
    expect(pick(named, candidates, 0)).toMatchObject({ strategy, order });
  });

  it('says why the owner was not asked first', () => {
    const { reasons } = pick(
      ties,
      group({}, { ties: ['contactOwner'], load: 3 }, { missed: 0, ties: ['lastAgent'] }),
      0,
    );
    expect(reasons.map(({ reason }) => reason)).toEqual([
      'fewest: 0',
      'owner of the contact, but full 3/3',
      'missed it before, so asked after the others; holds 0',
    ]);
  });

  it('says it also where another tie picks', () => {
    const zoe = aCandidate('zoe', { ties: ['lastAgent'], guest: true, load: 3 });
    const owners = group({}, { ties: ['contactOwner'], load: 3 }, { ties: ['accountOwner'] });
    const { order, reasons } = pick(['contactOwner', 'accountOwner'], [...owners, zoe], 0, true);
    expect(order).toEqual(['a2', 'a0']);
    expect(reasons.map(({ reason }) => reason)).toEqual([
      'not the owner of the account',
      'owner of the contact, but full 3/3',
      'owner of the account',
      'served this contact last, but full 3/3',
    ]);
  });

  it('sticky goes before all, also to one who is not of the group', () => {
    const last = aCandidate('zoe', { ties: ['lastAgent'], guest: true });
    expect(pick('leastLoaded', [...group({}), last], 0, true)).toMatchObject({
      strategy: 'sticky',
      order: ['zoe', 'a0'],
    });
    expect(pick('leastLoaded', [...group({}), { ...last, load: 3 }], 0, true)).toMatchObject({
      strategy: 'leastLoaded',
      order: ['a0'],
      reasons: [{ agent: 'a0' }, { agent: 'zoe', reason: 'served this contact last, but full 3/3' }],
    });
    expect(pick(['lastAgent', 'leastLoaded'], [...group({}), last], 0).order).toEqual(['a0']);
  });
});

describe('roundRobin', () => {
  it.each([
    [0, ['a0', 'a1', 'a2']],
    [1, ['a1', 'a2', 'a0']],
    [5, ['a2', 'a0', 'a1']],
  ])('at turn %i begins with the one whose turn it is', (turn, order) => {
    const choice = strategies.roundRobin(group({ load: 2 }, {}, {}), turn);
    expect(choice.order).toEqual(order);
    expect(choice.reasons.find(({ agent }) => agent === order[0])?.reason).toBe('it is his turn');
  });

  it('passes over who cannot be asked', () => {
    expect(strategies.roundRobin(group({}, { load: 3 }, {}), 1).order).toEqual(['a2', 'a0']);
  });
});

describe('ringAll and none', () => {
  it('ringAll asks everybody who is free', () => {
    const { order, tieBreak } = strategies.ringAll(group({}, { load: 3 }, {}), 0);
    expect(order).toEqual(['a0', 'a2']);
    expect(tieBreak).toBe('who accepts first');
    expect(strategies.ringAll(group({}), 0).tieBreak).toBeNull();
  });

  it('none asks nobody and says why', () => {
    expect(strategies.none(group({}), 0)).toEqual({
      order: [],
      tieBreak: null,
      reasons: [{ agent: 'a0', eligible: false, reason: 'the group works from a list' }],
    });
  });
});

describe('every strategy, for any facts', () => {
  const candidates = fc.uniqueArray(
    fc.record({
      agent: fc.stringMatching(/^[a-z]{1,3}$/),
      presence: fc.constantFrom('available', 'busy', 'away', 'offline', 'notResponding'),
      available: fc.boolean(),
      load: fc.nat(5),
      capacity: fc.nat(5),
      asked: fc.boolean(),
      missed: fc.integer({ min: -1, max: 3 }),
      position: fc.nat(9),
      assignable: fc.constant(false),
      receivedToday: fc.nat(9),
      idleMs: fc.option(fc.nat(10_000)),
      ties: fc.subarray(['contactOwner', 'accountOwner', 'lastAgent'] as const),
      guest: fc.constant(false),
      lacksForNow: fc.boolean(),
      lacks: fc.option(fc.constant('lacks a skill'), { freq: 4 }),
    }),
    { selector: ({ agent }) => agent },
  );

  it('names each once with one reason, and asks only who can be asked', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(strategies)), candidates, fc.nat(20), (strategy, all, turn) => {
        const { order, reasons } = strategy(all, turn);
        expect(reasons.map(({ agent }) => agent)).toEqual(all.map(({ agent }) => agent));
        expect(new Set(order).size).toBe(order.length);
        for (const { reason } of reasons) expect(reason).not.toBe('');
        for (const agent of order) {
          const facts = all.find((each) => each.agent === agent);
          expect(facts).toMatchObject({ available: true, asked: false, lacks: null });
          expect(facts!.load).toBeLessThan(facts!.capacity);
        }
      }),
    );
  });
});

describe('why nobody could be asked', () => {
  it.each<[string, Candidate[], string]>([
    ['all are full', group({ load: 3 }), 'full'],
    ['all were asked', group({ asked: true }), 'asked'],
    ['nobody is online', group({ available: false, presence: 'away' }), 'offline'],
    ['nobody online can do it', group({ lacks: 'french 0, asked for 3' }), 'offline'],
    ['nobody online can do it yet', group({ lacks: 'french 0, asked for 3', lacksForNow: true }), 'full'],
    [
      'one who is offline is given enquiries, and is full',
      group({ available: false, assignable: true, load: 3 }),
      'full',
    ],
  ])('%s', (_title, candidates, why) => {
    expect(whyNobody(candidates)).toBe(why);
  });

  it('an agent without the skill is passed over, and one who is offline is not where he is given enquiries', () => {
    const candidates = group(
      { lacks: 'french 1, asked for 3' },
      { available: false, assignable: true, presence: 'away' },
    );
    expect(strategies.fixedOrder(candidates, 0)).toMatchObject({
      order: ['a1'],
      reasons: [{ reason: 'french 1, asked for 3' }, { reason: 'number 2 in the order of the group' }],
    });
  });
});
