import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** The last number given out under a name. */
export interface Counter extends Stored {
  value: number;
}

const MOVED_BY_CLOCK = 'moved-by-clock';

/** How the collection is made. */
export const counters: Definition<Counter> = { name: 'counters', fields: { value: Number } };

/**
 * Numbers that only grow. A process takes them in blocks, so numbers are unique; what is left of a block is given back at
 * the end, so that only a crash, or another process that took the next block meanwhile, skips some.
 */
export function createCounters(ports: CollectionPorts) {
  const collection = openCollection(counters, ports);
  const blocks = new Map<string, { next: number; last: number }>();
  const taking = new Map<string, Promise<void>>();

  async function takeBlock(name: string, size: number): Promise<void> {
    const { value: last } = await collection.put('next', name, { $inc: { value: size }, $setOnInsert: { v: 1 } });
    blocks.set(name, { next: last - size + 1, last });
  }

  /** The next number under a name, 1 first. */
  async function next(name: string, blockSize = 20): Promise<number> {
    for (;;) {
      const block = blocks.get(name);
      if (block && block.next <= block.last) return block.next++;
      const taken = taking.get(name) ?? takeBlock(name, blockSize).finally(() => taking.delete(name));
      taking.set(name, taken);
      await taken;
    }
  }

  return {
    /** Gives back what this process took and did not use, if nobody has taken more since. */
    async giveBack(): Promise<void> {
      const left = [...blocks].filter(([, block]) => block.next <= block.last);
      blocks.clear();
      for (const [_id, { next, last }] of left) {
        await collection.update('giveBack', { _id, value: last }, { $set: { value: next - 1 } });
      }
    },

    next,

    /** Counts an entry of a line that moved only because the clock looked: none does while no word gets lost. */
    countMovedByClock: async (): Promise<void> => void (await next(MOVED_BY_CLOCK, 1)),
    /** How many did. */
    movedByClock: async (): Promise<number> => (await collection.get(MOVED_BY_CLOCK))?.value ?? 0,
  };
}

/** Operations on counters. */
export type Counters = ReturnType<typeof createCounters>;
