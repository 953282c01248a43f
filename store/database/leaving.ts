/** Deletions that may wait a little, so that many go in one command. */
export interface Leaving<Mark = number> {
  /** `mark` is what the document is known to have; a second call for an id replaces the first. */
  add: (id: string, mark: Mark) => void;
  /** Does what is waiting now. */
  flush: () => Promise<void>;
}

/**
 * Collects ids for `afterMs` and gives them to `clear` together. Whatever fails, or is lost with the process, is found
 * and added again by the clock, so a failure here is nobody's business.
 */
export function createLeaving<Mark = number>(
  clear: (leavers: Map<string, Mark>) => Promise<void>,
  afterMs: number,
): Leaving<Mark> {
  let waiting = new Map<string, Mark>();
  let timer: NodeJS.Timeout | null = null;
  let clearing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    const leavers = waiting;
    waiting = new Map();
    if (leavers.size > 0) clearing = clearing.then(() => clear(leavers)).catch(() => undefined);
    await clearing;
  }

  return {
    add(id, mark) {
      waiting.set(id, mark);
      timer ??= setTimeout(() => void flush(), afterMs);
      timer.unref();
    },
    flush,
  };
}
