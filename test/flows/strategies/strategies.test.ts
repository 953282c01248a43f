import * as fc from 'fast-check';
import { strategies, type Candidate } from '../../../flows';

const aCandidate = (agent: string, rest: Partial<Candidate> = {}): Candidate => ({
  agent,
  presence: 'available',
  available: true,
  load: 0,
  capacity: 3,
  asked: false,
  missed: -1,
  position: 0,
  ...rest,
});
const group = (...members: Partial<Candidate>[]): Candidate[] =>
  members.map((rest, position) => aCandidate(`a${position}`, { position, ...rest }));

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
    expect(strategies.ringAll(group({}, { load: 3 }, {}), 0).order).toEqual(['a0', 'a2']);
  });

  it('none asks nobody and says why', () => {
    expect(strategies.none(group({}), 0)).toEqual({
      order: [],
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
          expect(facts).toMatchObject({ available: true, asked: false });
          expect(facts!.load).toBeLessThan(facts!.capacity);
        }
      }),
    );
  });
});
