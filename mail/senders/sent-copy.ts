import type { ImapFlow } from 'imapflow';
import { connectImap, leaveImap, type ImapAccount } from '../receivers/imap-account';

/** What became of the copy of a sent mail. `provider` = the provider makes it by itself; `no-folder` = there is none to put it in. */
export interface SentCopy {
  outcome: 'appended' | 'already-there' | 'provider' | 'no-folder';
  folder: string | null;
}

const limits = { maxBytes: 64 * 1024 * 1024, silenceMs: 60_000, maxIdleMs: 170_000 };

/** Providers that put what is sent by their SMTP into Sent themselves; a second copy would stand beside it. */
const providersWithCopy = /(^|\.)(gmail\.com|googlemail\.com|google\.com|office365\.com|outlook\.com|office\.com)$/i;

/**
 * Puts a copy of a sent mail into the Sent folder, unless one with its Message-ID is there or the provider does it.
 * Throws when the server cannot be reached or refuses; the mail is sent all the same and must not be sent again for it
 * (FreeScout #3632).
 */
export async function appendToSent(account: ImapAccount, raw: Buffer): Promise<SentCopy> {
  if (providersWithCopy.test(account.host)) return { outcome: 'provider', folder: null };
  return withSentFolder<SentCopy>(account, { outcome: 'no-folder', folder: null }, async (client, folder) => {
    if (client.capabilities.has('X-GM-EXT-1')) return { outcome: 'provider', folder };
    const messageId = messageIdOf(raw);
    if (messageId !== null && (await holds(client, folder, messageId))) return { outcome: 'already-there', folder };
    // While the folder is open read-only, imapflow leaves the flags out.
    await client.mailboxClose();
    const appended = await client.append(folder, raw, ['\\Seen']);
    if (!appended) throw new Error(`${account.host} refused to put a copy into "${folder}"`);
    return { outcome: 'appended', folder };
  });
}

/**
 * Looks for a mail in the Sent folder: the only way to learn what became of one that was handed over and never answered.
 * True proves that the provider took it; false proves nothing where the provider makes no copies. Null: no Sent folder.
 */
export async function findInSent(account: ImapAccount, messageId: string): Promise<boolean | null> {
  return withSentFolder<boolean | null>(account, null, (client, folder) => holds(client, folder, messageId));
}

async function withSentFolder<Answer>(
  account: ImapAccount,
  none: Answer,
  use: (client: ImapFlow, folder: string) => Promise<Answer>,
): Promise<Answer> {
  const client = await connectImap(account, limits);
  try {
    const folders = await client.list();
    const sent = folders.find(({ specialUse }) => specialUse === '\\Sent');
    return sent === undefined ? none : await use(client, sent.path);
  } finally {
    await leaveImap(client);
  }
}

async function holds(client: ImapFlow, folder: string, messageId: string): Promise<boolean> {
  await client.mailboxOpen(folder, { readOnly: true });
  const found = await client.search({ header: { 'message-id': messageId } }, { uid: true });
  if (!Array.isArray(found)) throw new Error(`The server refused to search the folder "${folder}"`);
  return found.length > 0;
}

function messageIdOf(raw: Buffer): string | null {
  const head =
    raw
      .subarray(0, 256 * 1024)
      .toString('latin1')
      .split(/\r?\n\r?\n/, 1)[0] ?? '';
  return /^message-id:\s*(<[^>\r\n]+>)/im.exec(head)?.[1] ?? null;
}
