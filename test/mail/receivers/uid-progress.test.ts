import * as fc from 'fast-check';
import { createUidProgress } from '../../../mail/receivers/uid-progress';

describe('how far the cursor may go', () => {
  test('stands where it stood while nothing new is there', () => {
    expect(createUidProgress({ base: 7 }).settledUpTo()).toBe(7);
  });

  test('waits below the lowest unsettled message, and leaps when it is settled', () => {
    const progress = createUidProgress({ base: 7 });
    progress.see([9, 12, 10]);
    expect(progress.due(0)).toEqual([9, 10, 12]);
    progress.settle(10);
    progress.settle(12);
    expect(progress.settledUpTo()).toBe(8);
    progress.settle(9);
    expect(progress.settledUpTo()).toBe(12);
  });

  test('ignores what is behind it or known', () => {
    const progress = createUidProgress({ base: 7 });
    progress.see([3, 7, 8]);
    progress.settle(8);
    progress.see([8]);

    expect(progress.unsettled()).toBe(0);
  });

  test('says nothing before a scan has settled all that it found, and follows what comes meanwhile', () => {
    const progress = createUidProgress({ base: 20, scan: [5, 15] });
    progress.see([21]);
    progress.settle(5);
    progress.settle(21);
    expect(progress.settledUpTo()).toBeNull();
    progress.settle(15);

    expect(progress.settledUpTo()).toBe(21);
  });

  test('an empty scan is done at once', () => {
    expect(createUidProgress({ base: 20, scan: [] }).settledUpTo()).toBe(20);
  });

  test('puts a failed message off for longer and longer, at most five minutes', () => {
    const progress = createUidProgress({ base: 0 });
    progress.see([1]);
    const pauses = Array.from({ length: 12 }, () => {
      progress.fail(1, 1000);
      return (progress.nextDue() ?? 0) - 1000;
    });

    expect(pauses.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(pauses.at(-1)).toBe(300_000);
    expect(progress.due(1000)).toEqual([]);
    expect(progress.due(301_000)).toEqual([1]);
  });

  test('never passes an unsettled message, whatever happens in which order', () => {
    const acts = fc.array(
      fc.record({ act: fc.constantFrom('see', 'settle', 'fail'), uid: fc.integer({ min: 1, max: 30 }) }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(acts, (steps) => {
        const progress = createUidProgress({ base: 5 });
        const settled = new Set<number>();
        let top = 5;
        const seen: number[] = [];
        let cursor = 5;
        for (const { act, uid } of steps) {
          if (act === 'see') {
            progress.see([uid]);
            if (uid > top) {
              top = uid;
              seen.push(uid);
            }
          } else if (seen.includes(uid) && !settled.has(uid)) {
            if (act === 'fail') progress.fail(uid, 0);
            else {
              progress.settle(uid);
              settled.add(uid);
            }
          }
          const next = progress.settledUpTo() ?? -1;
          expect(next).toBeGreaterThanOrEqual(cursor);
          expect(seen.filter((one) => one <= next && !settled.has(one))).toEqual([]);
          cursor = next;
        }
      }),
    );
  });
});
