import type { TraceEntry } from '../flows/state';
import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { Enquiry } from './enquiries';

/** A copy of an enquiry's timeline taken before entries slide out of it; `_id` is `<enquiry>:<page>`. */
export interface StoryPage extends Stored {
  enquiry: string;
  entries: TraceEntry[];
}

/** How the collection is made. */
export const stories: Definition<StoryPage> = { name: 'stories', fields: { enquiry: String, entries: [Nested] } };

/** The enquiry keeps 200 entries; each time the count passes a hundred they are copied, so none slides out uncopied. */
const pageEvery = 100;

/** Pages of timelines that outgrew the enquiry's document. */
export function createStories(ports: CollectionPorts) {
  const collection = openCollection(stories, ports);
  const pageOf = (length: number): number => Math.floor(length / pageEvery);

  return {
    /** Copies the timeline when the entries just added passed a hundred; may run again. */
    async keepPage(
      recorded: Pick<Enquiry, '_id' | 'timelineLength'>,
      added: number,
      read: () => Promise<Enquiry | null>,
    ): Promise<void> {
      const page = pageOf(recorded.timelineLength);
      if (page === pageOf(recorded.timelineLength - added)) return;
      const enquiry = await read();
      if (!enquiry) return;
      const { _id: id, timeline: entries } = enquiry;
      await collection.insert('keepPage', { _id: `${id}:${page}`, enquiry: id, entries, v: 1 });
    },
    /** Before a commit of more entries than a page, which could push some out uncopied: copies old and new. */
    async keepBurst(burst: { id: string; timeline: TraceEntry[] }, read: () => Promise<Enquiry | null>): Promise<void> {
      if (burst.timeline.length <= pageEvery) return;
      const before = await read();
      if (!before) return;
      const page = pageOf(before.timelineLength + burst.timeline.length);
      const entries = [...before.timeline, ...burst.timeline];
      await collection.insert('keepBurst', { _id: `${burst.id}:${page}`, enquiry: burst.id, entries, v: 1 });
    },
    /** All entries, oldest first, each once. */
    async whole(enquiry: Enquiry): Promise<TraceEntry[]> {
      const count = pageOf(enquiry.timelineLength);
      const ids = Array.from({ length: count }, (_, page) => `${enquiry._id}:${page + 1}`);
      const pages = await collection.getMany(ids);
      const all = [...pages.flatMap((page) => page.entries), ...enquiry.timeline];
      return [...new Map(all.map((entry) => [JSON.stringify(entry), entry])).values()];
    },
  };
}

/** Operations on stories. */
export type Stories = ReturnType<typeof createStories>;
