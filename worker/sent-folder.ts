import { appendToSent, findInSent } from '../mail/senders/sent-copy';
import type { ImapAccount } from '../mail/receivers/imap-account';
import type { Store } from '../store';
import type { Channel } from '../store/channels';
import { imapAccountOf } from './imap-account-of';
import type { HostResolver } from './resolve-host';

interface SentPorts {
  store: Store;
  resolveHost: HostResolver;
}

/** Puts a copy of a sent mail into the Sent folder of the channel's account; false where the channel has none. */
export async function copyToSent(ports: SentPorts, channel: Channel, raw: Buffer): Promise<boolean> {
  const account = await accountOf(ports, channel);
  if (!account) return false;
  await appendToSent(account, raw);
  return true;
}

/** Looks for an uncertain mail in the channel's Sent folder; found makes it `sent`. */
export async function lookInSent(ports: SentPorts, outboxId: string): Promise<'found' | 'not-found' | 'cannot-look'> {
  const entry = await ports.store.outbox.get(outboxId);
  const channel = entry && (await ports.store.channels.get(entry.channel));
  const account = channel && (await accountOf(ports, channel));
  if (!entry || !account) return 'cannot-look';
  const found = await findInSent(account, entry.messageId);
  if (found === null) return 'cannot-look';
  const sent = found ? await ports.store.outbox.foundInSent(outboxId, new Date()) : null;
  if (sent) ports.store.outbox.conclude(sent);
  return found ? 'found' : 'not-found';
}

async function accountOf(ports: SentPorts, channel: Channel): Promise<ImapAccount | null> {
  const login = channel.receive.login === null ? null : await ports.store.mailLogins.get(channel.receive.login);
  return login && login.protocol === 'imap' ? imapAccountOf(ports, login) : null;
}
