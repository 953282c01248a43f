import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { Attachment } from './messages';

/** An answer an agent is writing; what an Update carries is its id and digest, never its text. */
export interface Draft extends Stored {
  enquiry: string;
  agent: string;
  html: string | null;
  text: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  attachments: Attachment[];
  /** Not sent before; absent or null: as soon as the undo time is over. */
  sendAfter?: Date | null;
  /** Of everything above. */
  digest: string;
  savedAt: Date;
  /** Outbox id it was sent as. */
  sentAs: string | null;
  /** Act that sent it; absent before. */
  sentBy?: string;
}

/** How the collection is made. */
export const drafts: Definition<Draft> = {
  name: 'drafts',
  fields: {
    enquiry: String,
    agent: String,
    html: String,
    text: String,
    to: [String],
    cc: [String],
    bcc: [String],
    subject: String,
    attachments: [Nested],
    sendAfter: Date,
    digest: String,
    savedAt: Date,
    sentAs: String,
    sentBy: String,
  },
};

/** Drafts of answers and notes. */
export function createDrafts(ports: CollectionPorts) {
  const collection = openCollection(drafts, ports);
  return {
    get: collection.get,
    /** Saves over an unsent draft of the same agent, or makes it; false when it was sent, is another's, or not `over`. */
    async save(draft: Omit<Draft, 'sentAs' | 'v'>, over?: string): Promise<boolean> {
      const { _id, agent, ...rest } = draft;
      const mine = { _id, agent, sentAs: null, ...(over === undefined ? {} : { digest: over }) };
      return (await collection.upsert('save', mine, { $set: { ...rest, sentAs: null, v: 1 } })).fits;
    },
    /**
     * Ties the draft to what it is sent as, and to the act that sends it; gives what it stands as. The same act may come
     * once more under another id, when its run was lost before it could record: it goes on with what it had begun. Null
     * when another act sent the draft, or it is unknown.
     */
    async markSent(id: string, sentAs: string, sentBy: string): Promise<string | null> {
      const unsent = { _id: id, sentAs: { $in: [null, sentAs] } };
      if (await collection.update('markSent', unsent, { $set: { sentAs, sentBy } })) return sentAs;
      const found = await collection.get(id);
      return found?.sentBy === sentBy ? found.sentAs : null;
    },
    /** Throws an unsent draft of this agent away. */
    discard: async (id: string, agent: string): Promise<boolean> =>
      (await collection.remove('discard', { _id: id, agent, sentAs: null })) > 0,
    /** Unsent drafts of an enquiry; scans. */
    ofEnquiry: (enquiry: string): Promise<Draft[]> => collection.list({ enquiry, sentAs: null }),
  };
}

/** Operations on drafts. */
export type Drafts = ReturnType<typeof createDrafts>;
