import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { Attachment } from './messages';
import type { WrittenBy } from './written-by';

/** `reply`: to who wrote only; `reply-all`: to everybody of the mail that is answered; `forward`: to somebody outside. */
export type DraftMode = 'reply' | 'reply-all' | 'forward';

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
  /** What it is: an answer to its sender, to all of it, or a mail passed on; absent: to all. */
  mode?: DraftMode;
  /** Message it answers or passes on; absent: what the contact wrote last. */
  answers?: string | null;
  /** Channel it leaves from; absent or null: that of the enquiry. */
  channel?: string | null;
  /** Newest mail from outside its author had before him; absent or null: none. */
  seen?: string | null;
  /** Not sent before; absent or null: as soon as the undo time is over. */
  sendAfter?: Date | null;
  /** Of everything above but `seen`. */
  digest: string;
  savedAt: Date;
  /** Outbox id it was sent as. */
  sentAs: string | null;
  /** Of a sent one, and of one that was taken back; absent in others. */
  writtenBy?: WrittenBy;
  /** Of one that is to be sent: digest of the working draft it was made of; absent: of none. */
  madeOf?: string;
  /** Act that sent it; absent before. */
  sentBy?: string;
  /** Of a working draft: sent drafts that were taken back into it, newest last. */
  restored?: string[];
  /** Of a sent one: it was taken back, and its text is in the working draft again. */
  givenBack?: boolean;
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
    mode: String,
    answers: String,
    channel: String,
    seen: String,
    sendAfter: Date,
    digest: String,
    savedAt: Date,
    sentAs: String,
    writtenBy: Nested,
    madeOf: String,
    sentBy: String,
    restored: Nested,
    givenBack: Boolean,
  },
};

/** Id of the working draft of an agent. */
export const workingDraftId = (enquiry: string, agent: string): string => `${enquiry}:draft:${agent}`;

/** Whether anything was written into it. */
export const hasContent = ({ html, text, attachments }: Draft): boolean =>
  html !== null || text.trim() !== '' || attachments.length > 0;

/** A plain text as HTML. */
export function paragraphsOf(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<p>${escaped.replace(/\n/g, '<br>')}</p>`;
}

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
    /** Puts a taken-back answer in the place of the working draft with this digest; null: there is none. False: there is. */
    async restore(draft: Omit<Draft, 'sentAs' | 'v'>, over: string | null): Promise<boolean> {
      if (over === null) return collection.insert('restore', { ...draft, sentAs: null, v: 1 });
      const { _id, ...rest } = draft;
      return collection.update('restore', { _id, digest: over, sentAs: null }, { $set: rest });
    },
    /** Says that a sent draft is in the working draft again. */
    markGivenBack: (id: string): Promise<boolean> =>
      collection.update('markGivenBack', { _id: id }, { $set: { givenBack: true } }),
    /** Throws an unsent draft of this agent away; with digests only when it is one of these still. */
    async discard(id: string, agent: string, digests?: readonly string[]): Promise<boolean> {
      const still = digests === undefined ? {} : { digest: { $in: digests } };
      return (await collection.remove('discard', { _id: id, agent, sentAs: null, ...still })) > 0;
    },
    /** What these agents are writing in an enquiry; by the ids it would have, as a look by enquiry scans. */
    async workingOf(enquiry: string, agents: readonly string[]): Promise<Draft[]> {
      const found = await collection.getMany(agents.map((agent) => workingDraftId(enquiry, agent)));
      return found.filter(({ sentAs }) => sentAs === null);
    },
  };
}

/** Operations on drafts. */
export type Drafts = ReturnType<typeof createDrafts>;
