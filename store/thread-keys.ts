import { createHash } from 'node:crypto';
import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** Which enquiry a Message-ID belongs to on a channel; `_id` is `threadKeyId(channel, messageId)`. */
export interface ThreadKey extends Stored {
  enquiry: string;
  /** Claimed by a mail that only named this id; binds participants only. */
  guess: boolean;
  /** Ledger or outbox id that made it. */
  by: string;
  /** Content hash of the mail that has this id; null for a guess. */
  contentHash: string | null;
}

/** What a claim found: `mine` when this claim (or an earlier run of it) made the key. */
export interface Claimed {
  key: ThreadKey;
  mine: boolean;
}

/** How the collection is made. */
export const threadKeys: Definition<ThreadKey> = {
  name: 'threadKeys',
  fields: { enquiry: String, guess: Boolean, by: String, contentHash: String },
};

const longestId = 700;

/** Key of a Message-ID on a channel; an id of unreasonable length stands under its digest. */
export function threadKeyId(channel: string, messageId: string): string {
  if (messageId.length <= longestId) return `${channel}|${messageId}`;
  return `${channel}|sha256:${createHash('sha256').update(messageId).digest('hex')}`;
}

/** Message-IDs and the enquiries they belong to. */
export function createThreadKeys(ports: CollectionPorts) {
  const collection = openCollection(threadKeys, ports);

  async function claimOne(key: ThreadKey): Promise<Claimed> {
    if (await collection.insert('claim', key)) return { key, mine: true };
    const holder = (await collection.get(key._id)) ?? key;
    return { key: holder, mine: holder.by === key.by };
  }

  return {
    /** Insert-if-absent of each key; what each is now, in the order given. */
    claim: (keys: ThreadKey[]): Promise<Claimed[]> => Promise.all(keys.map(claimOne)),
    /** Keeps which enquiry a mail of ours belongs to that a provider sent under an id of its own. */
    async claimSent(mail: { channel: string; messageId: string; enquiry: string; outboxId: string }): Promise<void> {
      const { channel, messageId, enquiry, outboxId } = mail;
      const _id = threadKeyId(channel, messageId);
      await collection.insert('claimSent', { _id, enquiry, guess: false, by: outboxId, contentHash: null, v: 1 });
    },
    /** The keys that exist, in the order asked. */
    lookUp: (ids: readonly string[]): Promise<ThreadKey[]> => collection.getMany(ids),
    /** The mail itself has come for an id that was a guess, and belongs to `enquiry` if given; null when it is none (any more). */
    confirm: (id: string, by: string, contentHash: string, enquiry?: string): Promise<ThreadKey | null> => {
      const certain = { guess: false, by, contentHash, ...(enquiry === undefined ? {} : { enquiry }) };
      return collection.change('confirm', { _id: id, guess: true }, { $set: certain });
    },
    /** Moves a thread to another enquiry; false when it does not belong to `from`. Moved already counts as moved. */
    async move(id: string, from: string, to: string): Promise<boolean> {
      if (await collection.update('move', { _id: id, enquiry: from }, { $set: { enquiry: to } })) return true;
      return (await collection.get(id))?.enquiry === to;
    },
    /** Moves the thread of a mail to another enquiry, where one of `holders` has it; elsewhere it stays. */
    async moveMail(channel: string, messageId: string, holders: readonly string[], to: string): Promise<void> {
      const _id = threadKeyId(channel, messageId);
      await collection.update('moveMail', { _id, enquiry: { $in: holders } }, { $set: { enquiry: to } });
    },
  };
}

/** Operations on thread keys. */
export type ThreadKeys = ReturnType<typeof createThreadKeys>;
