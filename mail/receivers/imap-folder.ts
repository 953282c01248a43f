import type { ImapFlow } from 'imapflow';

/** Something to be done to a message on the server once it is settled. */
export type AfterSettle = { kind: 'nothing' } | { kind: 'flag'; flag: string } | { kind: 'move'; folder: string };

/** A message as fetched; of one that is too large only the header was fetched. */
export interface FetchedMessage {
  raw: Buffer;
  bytes: number;
  internalDate: Date | null;
  tooLarge: boolean;
}

/** One folder, open on one connection. */
export interface ImapFolder {
  uidValidity: number;
  /** All UIDs below it existed when the folder was opened. */
  uidNext: number;
  /** Reads whether the folder is still the one that was opened (it may have been deleted and made again). */
  isSame(): Promise<boolean>;
  uidsAbove(uid: number): Promise<number[]>;
  /** By the day of arrival (INTERNALDATE). */
  uidsSince(date: Date): Promise<number[]>;
  /** Null when the message is gone. Never marks it as seen. */
  fetch(uid: number, maxBytes: number): Promise<FetchedMessage | null>;
  after(uids: readonly number[], act: AfterSettle): Promise<void>;
  /** Resolves when the server told of a change since the last call (true), or when the time is over or on abort (false). */
  change(limitMs: number, signal: AbortSignal): Promise<boolean>;
}

/** Opens a folder, read-only unless messages are flagged or moved afterwards. */
export async function openImapFolder(client: ImapFlow, path: string, readOnly: boolean): Promise<ImapFolder> {
  const changes = listen(client);
  const opened = await client.mailboxOpen(path, { readOnly });
  const search = async (query: Parameters<ImapFlow['search']>[0]): Promise<number[]> => {
    const uids = await client.search(query, { uid: true });
    // imapflow says false for a refused SEARCH; an empty list would make us think that all is settled.
    if (!Array.isArray(uids)) throw new Error(`The server refused to search the folder "${path}"`);
    return uids;
  };
  return {
    uidValidity: Number(opened.uidValidity),
    uidNext: opened.uidNext,
    async isSame() {
      const status = await client.status(path, { uidValidity: true });
      return status && status.uidValidity === opened.uidValidity;
    },
    // "7:*" names the last message even when its UID is below 7 (RFC 3501, 6.4.8).
    uidsAbove: async (uid) => (await search({ uid: `${uid + 1}:*` })).filter((found) => found > uid),
    uidsSince: (date) => search({ since: date }),
    fetch: (uid, maxBytes) => fetchMessage(client, uid, maxBytes),
    async after(uids, act) {
      if (uids.length === 0 || act.kind === 'nothing') return;
      const range = uids.join(',');
      const done =
        act.kind === 'flag'
          ? await client.messageFlagsAdd(range, [act.flag], { uid: true, silent: true })
          : await client.messageMove(range, act.folder, { uid: true });
      if (!done)
        throw new Error(
          `the server refused to ${act.kind === 'flag' ? `set ${act.flag}` : `move them to "${act.folder}"`}`,
        );
    },
    async change(limitMs, signal) {
      if (changes.none()) {
        // The next command ends IDLE; where the server has none, imapflow asks with NOOP.
        client.idle().catch(() => undefined);
      }
      return changes.next(limitMs, signal);
    },
  };
}

/** Turns the events of a connection into a wait for the next one; none is lost between two waits. */
function listen(client: ImapFlow): { none(): boolean; next(limitMs: number, signal: AbortSignal): Promise<boolean> } {
  let changed = false;
  let lost: Error | null = null;
  let wake = (): void => undefined;
  client.on('exists', () => {
    changed = true;
    wake();
  });
  client.on('error', (error) => {
    lost ??= error;
    wake();
  });
  // A kicked connection gives only this (doveadm kick, measured).
  client.on('close', () => {
    lost ??= Object.assign(new Error('The connection was closed'), { code: 'EConnectionClosed' });
    wake();
  });
  return {
    none: () => !changed,
    async next(limitMs, signal) {
      if (!changed && lost === null && !signal.aborted) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, limitMs);
          signal.addEventListener('abort', wake, { once: true });
        }).finally(() => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          wake = () => undefined;
        });
      }
      const told = changed;
      changed = false;
      if (lost !== null) throw lost;
      return told;
    },
  };
}

/** Most messages fit into this, and come with their facts in one round trip. */
const firstBytes = 256 * 1024;

async function fetchMessage(client: ImapFlow, uid: number, maxBytes: number): Promise<FetchedMessage | null> {
  const begin = { start: 0, maxLength: Math.min(firstBytes, maxBytes + 1) };
  const facts = await client.fetchOne(String(uid), { size: true, internalDate: true, source: begin }, { uid: true });
  if (!facts) return null;
  const internalDate = facts.internalDate ? new Date(facts.internalDate) : null;
  const first = facts.source ?? Buffer.alloc(0);
  const size = facts.size ?? 0;
  const whole = (raw: Buffer): FetchedMessage => ({ raw, bytes: raw.length, internalDate, tooLarge: false });
  // What came decides, not the size: some servers get it wrong (GreenMail).
  if (first.length < begin.maxLength) return whole(first);
  if (size <= maxBytes && first.length <= maxBytes) {
    // One byte more than allowed: a size that is too small is found out without taking it all.
    const rest = { start: first.length, maxLength: maxBytes + 1 - first.length };
    const message = await client.fetchOne(String(uid), { source: rest }, { uid: true });
    if (!message) return null;
    const raw = Buffer.concat([first, message.source ?? Buffer.alloc(0)]);
    if (raw.length <= maxBytes) return whole(raw);
  }
  const head = await client.fetchOne(String(uid), { headers: true }, { uid: true });
  if (!head) return null;
  return { raw: head.headers ?? Buffer.alloc(0), bytes: Math.max(size, maxBytes + 1), internalDate, tooLarge: true };
}
