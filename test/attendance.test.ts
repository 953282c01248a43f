import { isReachable, isThere as asRoutingSays } from '../activities/routing/candidates';
import { isAvailable, isThere, type Agent } from '../store/agents';

/**
 * Activities know the store by its types only, so the rule stands on both sides of that wall: here it is held to be one.
 */
describe('who is there, and who takes offers', () => {
  const now = new Date('2026-03-02T09:00:00Z');
  const at = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
  const words = ['available', 'busy', 'away', 'offline', 'notResponding'] as const;
  const leases = [null, at(-1), now, at(1)];
  const absence = (from: Date, to: Date) => ({ id: 'a', from, to, cover: null, note: '', by: 'ann', begun: false });
  const absences = [
    [],
    [absence(at(-5), at(5))],
    [absence(now, at(5))],
    [absence(at(-5), now)],
    [absence(at(1), at(5))],
  ];

  const agents = words.flatMap((word) =>
    leases.flatMap((leaseUntil) =>
      absences.flatMap((planned) =>
        [true, false].map((suspended): Agent => ({
          _id: 'ann',
          name: 'Ann',
          capacity: 1,
          load: 0,
          slots: {},
          offers: {},
          presence: { word, cause: 'agent', since: now, leaseUntil },
          absences: planned,
          missesInRow: 0,
          received: {},
          suspended,
          v: 1,
        })),
      ),
    ),
  );

  test('is the same for the store, the API and routing', () => {
    const odd = agents.filter(
      (each) => isThere(each, now) !== asRoutingSays(each, now) || isAvailable(each, now) !== isReachable(each, now),
    );
    expect(odd).toEqual([]);
  });

  test('is said of those who are connected, at work and neither suspended nor absent', () => {
    expect(agents.filter((each) => isThere(each, now)).length).toBe(2 * 3);
    expect(agents.filter((each) => isAvailable(each, now)).length).toBe(3);
  });
});
