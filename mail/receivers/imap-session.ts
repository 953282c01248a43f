import type { ImapCursor, ImapTiming, ImapWatchPorts } from './imap';
import { connectImap, leaveImap, type ImapAccount } from './imap-account';
import { MessageWithheld, openImapFolder, type ImapFolder } from './imap-folder';
import { createUidProgress, type UidProgress } from './uid-progress';

interface Session {
  ports: ImapWatchPorts;
  account: ImapAccount;
  timing: ImapTiming;
  /** Called when the folder was seen whole; `problem`: why some of it is not settled. */
  onSync(unsettled: number, problem: string | null): void;
}

/** A folder being followed: what the store knows, and what we know. */
interface Followed {
  folder: ImapFolder;
  cursor: ImapCursor | null;
  progress: UidProgress;
  /** Why the last message was put off. */
  putOffBecause: string | null;
}

/** Tells a fault of the line from one of a message. */
class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('The connection was lost.', { cause });
  }
}

/** So many offers that fail one after the other mean that we are the ones out of order, not the messages. */
const failuresInARow = 3;
const batchSize = 20;
const dayMs = 24 * 3600 * 1000;

/** Follows a folder over one connection; ends when the signal aborts or the folder must be opened anew, throws when the connection goes. */
export async function watchFolder(session: Session): Promise<void> {
  const { ports, account, timing } = session;
  const limits = { maxBytes: ports.maxBytes, silenceMs: timing.silenceMs, maxIdleMs: timing.maxIdleMs };
  const client = await connectImap(account, limits);
  try {
    const readOnly = (ports.afterSettle ?? { kind: 'nothing' }).kind === 'nothing';
    const folder = await openImapFolder(client, ports.folder, { readOnly, silenceMs: timing.silenceMs });
    while (!ports.signal.aborted) {
      const followed = await begin(session, folder);
      if (!(await follow(session, followed))) return;
    }
  } finally {
    await leaveImap(client);
  }
}

/** Finds where to begin: at the cursor, or with what arrived since the last good look when the cursor is void. */
async function begin({ ports }: Session, folder: ImapFolder): Promise<Followed> {
  const cursor = await ports.cursor.read();
  if (cursor?.uidValidity === folder.uidValidity) {
    return { folder, cursor, progress: createUidProgress({ base: cursor.uid }), putOffBecause: null };
  }
  // All known UIDs are void (RFC 3501, 2.3.1.1). A day more than needed: INTERNALDATE has no time zone in SEARCH.
  const since = cursor === null ? ports.firstSync : new Date((cursor.syncedAt?.getTime() ?? Date.now()) - dayMs);
  if (cursor !== null)
    ports.log(`IMAP: the folder "${ports.folder}" was made anew on the server; looking through it again.`);
  const scan = since === 'now' ? [] : (await folder.uidsSince(since)).filter((uid) => uid < folder.uidNext);
  return { folder, cursor, progress: createUidProgress({ base: folder.uidNext - 1, scan }), putOffBecause: null };
}

/** Looks, offers and waits, again and again. True: begin anew at the stored cursor; false: this connection is done. */
async function follow(session: Session, followed: Followed): Promise<boolean> {
  const { ports, timing } = session;
  const { folder, progress } = followed;
  while (!ports.signal.aborted) {
    progress.see(await folder.uidsAbove(progress.top()));
    if (!(await settleDue(session, followed))) return true;
    session.onSync(progress.unsettled(), waitsBecause(followed));
    const nextDue = progress.nextDue();
    const limitMs = nextDue === null ? timing.pollMs : Math.min(timing.pollMs, Math.max(nextDue - Date.now(), 0));
    // A server that speaks of the folder knows it; only after silence it is asked whether it is still the same.
    const told = await folder.change(limitMs, ports.signal);
    if (!told && !ports.signal.aborted && !(await folder.isSame())) return false;
  }
  return false;
}

function waitsBecause({ progress, putOffBecause }: Followed): string | null {
  const waiting = progress.unsettled();
  if (waiting === 0 || putOffBecause === null) return null;
  const what = waiting === 1 ? 'One message waits and is tried again' : `${waiting} messages wait and are tried again`;
  return `${what}: ${putOffBecause}.`;
}

/** Offers what is due, in order; false when another watcher has moved the cursor. */
async function settleDue(session: Session, followed: Followed): Promise<boolean> {
  const { ports } = session;
  const { progress } = followed;
  let inARow = 0;
  let batch: number[] = [];
  const close = async (): Promise<boolean> => {
    if (!(await moveCursor(session, followed))) return false;
    await act(session, followed.folder, batch);
    batch = [];
    return true;
  };
  if (!(await close())) return false;
  try {
    for (const uid of progress.due(Date.now())) {
      if (ports.signal.aborted || inARow >= failuresInARow) break;
      if (await settleOne(session, followed, uid)) {
        batch.push(uid);
        inARow = 0;
      } else {
        inARow += 1;
      }
      if (batch.length >= batchSize && !(await close())) return false;
    }
  } finally {
    // Also when the connection went in the middle: the cursor is in our store, not on the server.
    await moveCursor(session, followed);
  }
  return close();
}

/** Offers one message; false when it was put off. Only the loss of the connection is thrown. */
async function settleOne({ ports }: Session, followed: Followed, uid: number): Promise<boolean> {
  const { folder, progress } = followed;
  try {
    const message = await folder.fetch(uid, ports.maxBytes).catch((error: unknown) => {
      if (error instanceof MessageWithheld) throw error;
      throw new ConnectionLost(error);
    });
    // Null: gone before we came, deleted or moved by somebody.
    if (message !== null) await ports.offer({ ...message, folder: ports.folder, uidValidity: folder.uidValidity, uid });
    progress.settle(uid);
    return true;
  } catch (error) {
    if (error instanceof ConnectionLost) throw error.cause;
    progress.fail(uid, Date.now());
    followed.putOffBecause = error instanceof MessageWithheld ? error.message : 'not all could be taken in yet';
    ports.log(
      `IMAP: message ${uid} of "${ports.folder}" could not be settled and is offered again later: ${String(error)}`,
    );
    return false;
  }
}

/** Moves the stored cursor as far as everything is settled; false when another watcher has moved it. */
async function moveCursor({ ports }: Session, followed: Followed): Promise<boolean> {
  const { cursor, folder, progress } = followed;
  const uid = progress.settledUpTo();
  if (uid === null) return true;
  if (cursor?.uidValidity === folder.uidValidity && uid <= cursor.uid) return true;
  const to = { uidValidity: folder.uidValidity, uid, syncedAt: new Date() };
  if (!(await ports.cursor.move(cursor, to))) return false;
  followed.cursor = to;
  return true;
}

/** Flags or moves what is settled; a failure costs nothing but tidiness. */
async function act({ ports }: Session, folder: ImapFolder, uids: readonly number[]): Promise<void> {
  try {
    await folder.after(uids, ports.afterSettle ?? { kind: 'nothing' });
  } catch (error) {
    ports.log(`IMAP: settled messages of "${ports.folder}" could not be flagged or moved: ${String(error)}`);
  }
}
