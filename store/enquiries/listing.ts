import { createAfterwards } from '../database/afterwards';
import type { Collection } from '../database/collection';
import type { OpenEnquiry } from '../open-enquiries';

const mostRemembered = 5_000;

/** Which enquiries are in the lists, and what waits to be written there; `alone`: see `StorePorts.alone`. */
export function createListing(stored: Collection<OpenEnquiry>, alone: boolean) {
  // What this process has listed itself need not be looked for again; whatever is forgotten here is only looked for once more.
  const listed = new Set<string>();
  // Opened by a delivery that has not left `unsettled`: until it does, what a crash keeps from being written is made again.
  const expected = new Set<string>();

  function isListed(id: string): void {
    listed.add(id);
    const [oldest] = listed;
    if (listed.size > mostRemembered && oldest !== undefined) listed.delete(oldest);
  }

  async function write(projection: OpenEnquiry): Promise<void> {
    await stored.keepNewest('follow', projection);
    isListed(projection._id);
  }

  const { add, flush } = createAfterwards<OpenEnquiry>(async (projections) => {
    // The newest of each is enough.
    const newest = new Map(projections.toSorted((a, b) => a.seq - b.seq).map((each) => [each._id, each]));
    await Promise.all([...newest.values()].map(write));
  });

  return {
    isListed,
    flush,
    /** An enquiry was opened by a delivery; `written` is asked for it before that leaves `unsettled`. */
    expect(id: string): void {
      if (alone) expected.add(id);
    },
    /** Writes a projection; that of an expected enquiry a moment later. */
    async follow(projection: OpenEnquiry): Promise<void> {
      if (expected.has(projection._id)) add(projection);
      else await write(projection);
    },
    /** Writes what waits; projections of these are written at once from now on. */
    async written(ids: readonly string[]): Promise<void> {
      for (const id of ids) expected.delete(id);
      await flush();
    },
    /** Of these ids, those that this process does not know to be listed, or closed since. */
    unlisted: (ids: readonly string[]): string[] => ids.filter((id) => !listed.has(id)),
  };
}
