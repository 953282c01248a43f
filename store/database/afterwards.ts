import { StoreAway } from '../errors';

/** Writes that wait until somebody asks, or until what they follow is at its end. */
export interface Afterwards<Item> {
  /** Keeps one for later. */
  add: (item: Item) => void;
  /** Writes what waits; who reads awaits it first. What could not be written waits on. */
  flush: () => Promise<void>;
}

/**
 * Collects writes that something findable stands for until they are made, so that many go in one command: whoever adds one
 * sees to it that it is made again when the process dies before (as the clock settles what stands in `unsettled`).
 */
export function createAfterwards<Item>(write: (items: Item[]) => Promise<void>): Afterwards<Item> {
  let waiting: Item[] = [];
  let writing: Promise<unknown> = Promise.resolve();

  async function writeAll(): Promise<void> {
    const items = waiting;
    waiting = [];
    try {
      await write(items);
    } catch (error) {
      if (error instanceof StoreAway) waiting = [...items, ...waiting];
      else if (items.length > 1) await eachAlone(items);
      throw error;
    }
  }

  /** What is wrong with one takes none down that would have travelled with it; it is left out, for whoever makes it again. */
  async function eachAlone(items: Item[]): Promise<void> {
    const results = await Promise.allSettled(items.map((item) => write([item])));
    const away = results.map((result) => result.status === 'rejected' && result.reason instanceof StoreAway);
    waiting = [...items.filter((_, index) => away[index]), ...waiting];
  }

  return {
    add: (item) => {
      waiting.push(item);
    },
    flush() {
      // What is on its way was added before: who reads waits for it too.
      const turn = writing.then(() => (waiting.length > 0 ? writeAll() : undefined));
      writing = turn.catch(() => undefined);
      return turn;
    },
  };
}

type Acts = Record<string, (...asked: never[]) => Promise<unknown>>;

/** The same collection for all who must see what waits: each command goes after it. */
export function after<C extends Acts>(flush: () => Promise<void>, collection: C): C {
  const acts = Object.entries(collection).map(([name, act]) => [
    name,
    async (...asked: never[]): Promise<unknown> => {
      await flush();
      return act(...asked);
    },
  ]);
  // Each act keeps its name and shape.
  return Object.fromEntries(acts) as C;
}
