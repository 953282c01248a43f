import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** A mail that came whole, or as far as we read, and was refused; `_id` is one of a fixed number of places. */
export interface RefusedMail extends Stored {
  at: Date;
  /** IP address of the relay, and what it calls itself. */
  server: string;
  helo: string;
  /** Of the envelope. */
  from: string;
  to: string[];
  /** Channels among the recipients: who may see them may know. */
  channels: string[];
  /** Of the header, where it could be read. */
  headerFrom: string | null;
  messageId: string | null;
  subject: string | null;
  /** What came of it. */
  bytes: number;
  /** What we answered. */
  code: number;
  answer: string;
}

/** How the collection is made. */
export const refusedMails: Definition<RefusedMail> = {
  name: 'refusedMails',
  fields: {
    at: Date,
    server: String,
    helo: String,
    from: String,
    to: [String],
    channels: [String],
    headerFrom: String,
    messageId: String,
    subject: String,
    bytes: Number,
    code: Number,
    answer: String,
  },
};

/** The newest so many are kept: a flood of refusals takes the place of older ones, never more room. */
export const refusedMailsKept = 2_000;

/** Mails refused after their content was sent, for who asks what became of one. */
export function createRefusedMails(ports: CollectionPorts & { nextNumber: () => Promise<number> }) {
  const collection = openCollection(refusedMails, ports);
  return {
    /** Keeps one, in the place of the oldest when all are taken. */
    async add(mail: Omit<RefusedMail, '_id' | 'v'>): Promise<void> {
      const place = (await ports.nextNumber()) % refusedMailsKept;
      const [from, headerFrom] = [mail.from.toLowerCase(), mail.headerFrom?.toLowerCase() ?? null];
      const to = mail.to.map((one) => one.toLowerCase());
      await collection.put('add', String(place), { $set: { ...mail, from, headerFrom, to, v: 1 } });
    },
    /** Those from or to an address, or with a Message-ID, oldest first; scans a small collection. */
    find({ word, since, until }: { word: string; since: Date; until: Date }): Promise<RefusedMail[]> {
      const bare = word.replace(/^<|>$/g, '');
      const address = bare.toLowerCase();
      const places = [{ from: address }, { headerFrom: address }, { to: address }, { messageId: `<${bare}>` }];
      const filter = { at: { $gte: since, $lt: until }, $or: places };
      return collection.list(filter, { sort: { at: 1 }, limit: 100 });
    },
    /** Forgets what is older; how many there were. */
    forget: (before: Date): Promise<number> => collection.remove('forget', { at: { $lt: before } }),
  };
}

/** Operations on refused mails. */
export type RefusedMails = ReturnType<typeof createRefusedMails>;
