import { createHash } from 'node:crypto';
import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import { Conflict } from './errors';

/** What an admin is working at. */
export interface FlowDraft {
  /** As he wrote it. */
  text: string;
  /** The tests beside it, as JSON text; absent or null: none. */
  tests?: string | null;
  /** Of text and tests; whoever saves says by it which draft he started from. */
  sha256: string;
  savedAt: Date;
  by: string;
}

/** What is saved of a draft. */
export interface DraftSave {
  id: string;
  title: string;
  text: string;
  /** Absent: the tests stay as they are. */
  tests?: string | null;
  by: string;
  now: Date;
  /** sha256 of the draft the editor started from; absent: whatever is there is replaced. */
  expected?: string;
}

/** A flow and its draft; `_id` is the flow's id. */
export interface FlowDocument extends Stored {
  title: string;
  draft: FlowDraft;
  lastRevision: number;
}

/** A published copy that another calls by `subflow`: pinned when that one was published. */
export interface PinnedCall {
  flow: string;
  revision: number;
}

/** An immutable published copy; `_id` is `<flow>:<revision>`. */
export interface FlowRevision extends Stored {
  flow: string;
  revision: number;
  /** Canonical JSON. */
  text: string;
  /** Of the text, in hex. */
  sha256: string;
  by: string;
  at: Date;
  /** What the admin said of it. */
  message: string;
  /** Flows it calls, by id; absent: it calls none. */
  calls?: PinnedCall[];
}

/** How the collection of flows is made. */
export const flows: Definition<FlowDocument> = {
  name: 'flows',
  fields: { title: String, draft: Nested, lastRevision: Number },
};

/** How the collection of published copies is made. */
export const flowRevisions: Definition<FlowRevision> = {
  name: 'flowRevisions',
  fields: {
    flow: String,
    revision: Number,
    text: String,
    sha256: String,
    by: String,
    at: Date,
    message: String,
    calls: [Nested],
  },
};

/** Id of a published copy. */
export const flowRevisionId = (flow: string, revision: number): string => `${flow}:${revision}`;

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Digest of a draft; without tests it is that of the text alone. */
const draftDigest = (text: string, tests: string | null): string =>
  sha256Of(tests === null ? text : `${text}\n${tests}`);

const callsOf = ({ calls = [] }: { calls?: PinnedCall[] }): string =>
  calls
    .map(({ flow, revision }) => flowRevisionId(flow, revision))
    .toSorted((one, other) => (one < other ? -1 : 1))
    .join(' ');

const revisionsRemembered = 200;

/** Flows and their revisions; a revision never changes, so the last 200 read stay in memory. */
export function createFlows(ports: CollectionPorts) {
  const collection = openCollection(flows, ports);
  const revisions = openCollection(flowRevisions, ports);
  const remembered = new Map<string, FlowRevision>();

  async function revision(flow: string, number: number): Promise<FlowRevision | null> {
    const id = flowRevisionId(flow, number);
    const known = remembered.get(id);
    if (known) return known;
    const found = await revisions.get(id);
    if (!found) return null;
    const [oldest] = remembered.keys();
    if (oldest !== undefined && remembered.size >= revisionsRemembered) remembered.delete(oldest);
    remembered.set(id, found);
    return found;
  }

  return {
    get: collection.get,
    /** All flows by id. */
    list: (): Promise<FlowDocument[]> => collection.list({}, { sort: { _id: 1 } }),
    revision,
    /** Published copies of a flow, newest first. */
    revisionsOf: (flow: string): Promise<FlowRevision[]> => revisions.list({ flow }, { sort: { revision: -1 } }),

    /** Saves the draft; `Conflict` when it is not the expected one any more. */
    async saveDraft({ id, title, text, by, now, expected, tests: given }: DraftSave) {
      const tests = given === undefined ? ((await collection.get(id))?.draft.tests ?? null) : given;
      const draft: FlowDraft = { text, tests, sha256: draftDigest(text, tests), savedAt: now, by };
      if (expected === undefined)
        await collection.insert('saveDraft', { _id: id, title, draft, lastRevision: 0, v: 1 });
      const unchanged = expected === undefined ? {} : { 'draft.sha256': expected };
      const saved = await collection.change('saveDraft', { _id: id, ...unchanged }, { $set: { title, draft } });
      if (!saved) throw new Conflict(id);
      return saved;
    },

    /** Publishes a text as the next revision; the same text with the same calls gives the newest revision, not another. */
    async publish(
      flow: string,
      publication: { text: string; by: string; at: Date; message: string; calls?: PinnedCall[] },
    ) {
      const sha256 = sha256Of(publication.text);
      for (;;) {
        const head = await collection.get(flow);
        if (!head) return null;
        const last = head.lastRevision > 0 ? await revision(flow, head.lastRevision) : null;
        if (last?.sha256 === sha256 && callsOf(last) === callsOf(publication)) return last;
        const number = head.lastRevision + 1;
        const next: FlowRevision = {
          _id: flowRevisionId(flow, number),
          flow,
          revision: number,
          sha256,
          ...publication,
          v: 1,
        };
        const made = await revisions.insert('publish', next);
        // Whoever made this revision, the head moves on to it; then we look again whether it is our text.
        await collection.update('publish', { _id: flow, lastRevision: number - 1 }, { $set: { lastRevision: number } });
        if (made) return next;
      }
    },
  };
}

/** Operations on flows. */
export type Flows = ReturnType<typeof createFlows>;
