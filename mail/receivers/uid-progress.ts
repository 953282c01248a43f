/** Which messages of a folder are settled, and how far the cursor may go: never past an unsettled one. */
export interface UidProgress {
  /** Adds messages found in the folder; those known or behind the cursor are ignored. */
  see(uids: readonly number[]): void;
  settle(uid: number): void;
  /** Puts a message off: it is due again after a growing pause. */
  fail(uid: number, now: number): void;
  /** Unsettled messages that may be offered now, in order. */
  due(now: number): number[];
  /** When the next put-off message is due (epoch ms); null when there is none. */
  nextDue(): number | null;
  unsettled(): number;
  /** Highest UID seen or behind the cursor. */
  top(): number;
  /** Where the cursor may stand; null while a scan by date has not settled all that it found. */
  settledUpTo(): number | null;
}

const firstPauseMs = 1000;
const longestPauseMs = 5 * 60_000;

/**
 * Follows a folder from a cursor (`scan` absent: everything above `base` counts), or through a scan: then only the UIDs of
 * `scan` and those above `base` count, and no cursor is true before the scan is done.
 */
export function createUidProgress(start: { base: number; scan?: readonly number[] }): UidProgress {
  const open = new Map<number, { attempts: number; dueAt: number }>();
  const scanned = new Set(start.scan ?? []);
  let top = start.base;
  for (const uid of scanned) open.set(uid, { attempts: 0, dueAt: 0 });
  const inOrder = (uids: Iterable<number>): number[] => [...uids].sort((one, other) => one - other);
  return {
    see(uids) {
      for (const uid of inOrder(uids)) {
        if (uid <= top) continue;
        open.set(uid, { attempts: 0, dueAt: 0 });
        top = uid;
      }
    },
    settle(uid) {
      open.delete(uid);
      scanned.delete(uid);
    },
    fail(uid, now) {
      const attempts = (open.get(uid)?.attempts ?? 0) + 1;
      const pauseMs = Math.min(firstPauseMs * 2 ** (attempts - 1), longestPauseMs);
      open.set(uid, { attempts, dueAt: now + pauseMs });
    },
    due: (now) => inOrder([...open].filter(([, { dueAt }]) => dueAt <= now).map(([uid]) => uid)),
    nextDue: () => lowest([...open.values()].map(({ dueAt }) => dueAt)),
    unsettled: () => open.size,
    top: () => top,
    settledUpTo() {
      if (scanned.size > 0) return null;
      const lowestOpen = lowest(open.keys());
      return lowestOpen === null ? top : lowestOpen - 1;
    },
  };
}

/** `Math.min` takes its numbers as arguments, and a large folder has more than fit. */
function lowest(numbers: Iterable<number>): number | null {
  let least: number | null = null;
  for (const number of numbers) if (least === null || number < least) least = number;
  return least;
}
