import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';
import { fieldOf } from '../error-field';
import { inTime } from '../in-time';

/** Something to be done to a message on the server once it is settled. */
export type AfterSettle = { kind: 'nothing' } | { kind: 'flag'; flag: string } | { kind: 'move'; folder: string };

/** A message as fetched; of one that is too large only the header was fetched. */
export interface FetchedMessage {
  raw: Buffer;
  bytes: number;
  internalDate: Date | null;
  tooLarge: boolean;
}

/** The server has the message and does not give it: answered NO or BAD, or OK without it. The others may well come. */
export class MessageWithheld extends Error {
  override readonly name = 'MessageWithheld';
  constructor(uid: number, said: string) {
    super(`the mail server does not give message ${uid}: ${said}`);
  }
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
  /** Null when the message is gone; `MessageWithheld` when it is there and the server does not give it. Never marks it as seen. */
  fetch(uid: number, maxBytes: number): Promise<FetchedMessage | null>;
  after(uids: readonly number[], act: AfterSettle): Promise<void>;
  /** Resolves when the server told of a change since the last call (true), or when the time is over or on abort (false). */
  change(limitMs: number, signal: AbortSignal): Promise<boolean>;
}

/** Opens a folder, read-only unless messages are flagged or moved afterwards; `silenceMs`: when a server is given up. */
export async function openImapFolder(
  client: ImapFlow,
  path: string,
  { readOnly, silenceMs }: { readOnly: boolean; silenceMs: number },
): Promise<ImapFolder> {
  const changes = listen(client);
  const opened = await client.mailboxOpen(path, { readOnly });
  const search = async (query: Parameters<ImapFlow['search']>[0]): Promise<number[]> => {
    const uids = await inTime(2 * silenceMs, client.search(query, { uid: true }), silent);
    // imapflow says false for a refused SEARCH; an empty list would make us think that all is settled.
    if (!Array.isArray(uids)) throw new Error(`The server refused to search the folder "${path}"`);
    return uids;
  };
  return {
    uidValidity: Number(opened.uidValidity),
    uidNext: await nextUid(client, path, opened.uidNext),
    async isSame() {
      const status = await inTime(2 * silenceMs, client.status(path, { uidValidity: true }), silent);
      return status && status.uidValidity === opened.uidValidity;
    },
    // "7:*" names the last message even when its UID is below 7 (RFC 3501, 6.4.8).
    uidsAbove: async (uid) => (await search({ uid: `${uid + 1}:*` })).filter((found) => found > uid),
    uidsSince: (date) => search({ since: date }),
    async fetch(uid, maxBytes) {
      const { message, said } = await fetchMessage(client, uid, maxBytes).then(
        (found) => ({ message: found, said: 'it says OK and does not send it' }),
        (error: unknown) => ({ message: null, said: refusalIn(error) }),
      );
      if (message !== null && message.raw.length > 0) return message;
      // Nothing came: it was deleted, or it is one the server cannot read, or it is empty.
      const isThere = said !== null && (await search({ uid: String(uid) })).includes(uid);
      if (!isThere) return null;
      if (message === null) throw new MessageWithheld(uid, said);
      return message;
    },
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

/** A server that took IDLE without a word answers no more, and imapflow would wait for it for ever: it times no IDLE. */
const silent = (): Error => Object.assign(new Error('The server does not answer any more'), { code: 'ETIMEDOUT' });

/** Old servers do not say it when a folder is opened (RFC 3501, 6.3.1 allows that): they are asked, or their last message is. */
async function nextUid(client: ImapFlow, path: string, told: number | undefined): Promise<number> {
  if (told) return told;
  const status = await client.status(path, { uidNext: true });
  if (status && status.uidNext) return status.uidNext;
  const uids = await client.search({ uid: '1:*' }, { uid: true });
  if (!Array.isArray(uids)) throw new Error(`The server does not say where the folder "${path}" ends`);
  return uids.reduce((most, uid) => Math.max(most, uid), 0) + 1;
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
  const facts = await answerFor(client, uid, 'source', { size: true, internalDate: true, source: begin });
  if (!facts) return null;
  // A server that does not know when the message came says NIL, which reads as 1970.
  const arrived = new Date(facts.internalDate ?? 0);
  const internalDate = arrived.getTime() > 0 ? arrived : null;
  const first = bytesOf(facts.source);
  // Facts without content: deleted meanwhile, or not to be read.
  if (first.length === 0 && facts.size !== 0) return null;
  const size = facts.size ?? 0;
  const whole = (raw: Buffer): FetchedMessage => ({ raw, bytes: raw.length, internalDate, tooLarge: false });
  // What came decides, not the size: some servers get it wrong (GreenMail). More than was asked for is the whole.
  if (first.length < begin.maxLength || (first.length > begin.maxLength && first.length <= maxBytes))
    return whole(first);
  if (size <= maxBytes && first.length <= maxBytes) {
    // One byte more than allowed: a size that is too small is found out without taking it all.
    const rest = { start: first.length, maxLength: maxBytes + 1 - first.length };
    const message = await answerFor(client, uid, 'source', { source: rest });
    if (!message) return null;
    const more = bytesOf(message.source);
    // The server ended in the middle: a mail that is cut off must not count as the whole.
    if (more.length === 0 && size > first.length) throw new MessageWithheld(uid, 'it sends a part of its content only');
    const raw = Buffer.concat([first, more]);
    if (raw.length <= maxBytes) return whole(raw);
  }
  const head = await answerFor(client, uid, 'headers', { headers: true });
  if (!head) return null;
  return { raw: bytesOf(head.headers), bytes: Math.max(size, maxBytes + 1), internalDate, tooLarge: true };
}

/**
 * The answer for one message, the one with what was asked for where there are several: servers tell of other messages, and of
 * flags alone, in the middle of it (RFC 3501, 7.4.2), and taken for the answer they would be an empty mail. False: none.
 */
async function answerFor(
  client: ImapFlow,
  uid: number,
  wanted: 'source' | 'headers',
  query: FetchQueryObject,
): Promise<FetchMessageObject | false> {
  const told = await client.fetchAll(String(uid), { ...query, uid: true }, { uid: true });
  const ours = told.filter((one) => one.uid === uid);
  return ours.find((one) => one[wanted] !== undefined) ?? ours[0] ?? false;
}

/** What a server says that refuses one command; null: it says that the message is gone. Whatever else went wrong is thrown. */
function refusalIn(error: unknown): string | null {
  if (!['NO', 'BAD'].includes(fieldOf(error, 'responseStatus') ?? '')) throw error;
  if (fieldOf(error, 'serverResponseCode') === 'EXPUNGEISSUED') return null;
  return fieldOf(error, 'responseText') ?? 'it refuses';
}

/** NIL comes as something that is no bytes. */
const bytesOf = (content: unknown): Buffer => (Buffer.isBuffer(content) ? content : Buffer.alloc(0));
