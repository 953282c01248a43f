import { connectImap, leaveImap, type ImapAccount } from './imap-account';

/** One mail of a mailbox, as it lies there. */
export interface RecentMail {
  uid: number;
  receivedAt: Date | null;
  raw: Buffer;
}

/** Which mails are read. */
export interface RecentMailWanted {
  folder: string;
  since: Date;
  /** At most so many, the newest. */
  limit: number;
  /** Larger mails are left out. */
  maxBytes: number;
  /** Only this one. */
  uid?: number | undefined;
}

const AT_A_TIME = 20;
const SILENCE_MS = 60_000;

/**
 * Reads the newest mails of a folder, oldest first, and changes nothing: the folder is opened by EXAMINE and bodies are
 * fetched by BODY.PEEK (RFC 9051, 6.3.3 and 6.4.5), so that no mail becomes seen or loses "recent".
 */
export async function* readRecent(account: ImapAccount, wanted: RecentMailWanted): AsyncGenerator<RecentMail> {
  const { folder, since, limit, maxBytes, uid: only } = wanted;
  const client = await connectImap(account, { maxBytes, silenceMs: SILENCE_MS, maxIdleMs: SILENCE_MS });
  try {
    await client.mailboxOpen(folder, { readOnly: true });
    // SEARCH SINCE counts whole days of the server's calendar: a day more is asked for, and each mail looked at.
    const day = new Date(since.getTime() - 86_400_000);
    const uids = only === undefined ? (await client.search({ since: day }, { uid: true })) || [] : [only];
    const newest = uids.toSorted((a, b) => a - b).slice(-limit);
    for (let from = 0; from < newest.length; from += AT_A_TIME) {
      const some = newest.slice(from, from + AT_A_TIME);
      const query = { uid: true, internalDate: true, size: true } as const;
      const heads = await client.fetchAll(some, query, { uid: true });
      const fit = heads.filter(({ size = 0, internalDate }) => size <= maxBytes && isSince(internalDate, since));
      if (fit.length === 0) continue;
      const mails = await client.fetchAll(
        fit.map(({ uid }) => uid),
        { uid: true, internalDate: true, source: true },
        { uid: true },
      );
      for (const { uid, internalDate, source } of mails.toSorted((a, b) => a.uid - b.uid)) {
        if (source) yield { uid, receivedAt: internalDate ? new Date(internalDate) : null, raw: source };
      }
    }
  } finally {
    await leaveImap(client);
  }
}

function isSince(internalDate: Date | string | undefined, since: Date): boolean {
  return internalDate === undefined || new Date(internalDate) >= since;
}
