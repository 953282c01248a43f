import { storedMail, type StoredMail } from '../flow/stored-mail';
import { createParser } from '../../mail/parser';
import { readRecent } from '../../mail/receivers/read-recent';
import type { Store } from '../../store';
import { imapAccountOf } from '../../worker/imap-account-of';
import type { HostResolver } from '../../worker/resolve-host';

/** A mail of a mailbox as a backtest plays it, or why it cannot be read. */
type Read = StoredMail | { name: string; error: string };

/** Reads what came to a channel's mailbox, for a backtest; it changes nothing there and stores nothing here. */
export function createRecentMail(ports: { store: Store; resolveHost: HostResolver; maxBytes: number }) {
  return async function* recentMail(
    channelId: string,
    { since, limit, only }: { since: Date; limit: number; only?: string },
  ): AsyncGenerator<Read> {
    const channel = await ports.store.channels.get(channelId);
    const login = channel?.receive.login ? await ports.store.mailLogins.get(channel.receive.login) : null;
    if (!channel || login?.protocol !== 'imap') return;
    const account = await imapAccountOf(ports, login);
    const parser = createParser({ threads: 1 });
    const given = { facts: { 'channel.address': channel.address }, channel: channelId, trusted: [] };
    try {
      const uid = only === undefined ? undefined : Number(/^uid-(\d{1,10})$/.exec(only)?.[1] ?? 0);
      const wanted = { folder: login.folder, since, limit, maxBytes: ports.maxBytes, uid };
      for await (const { uid: found, raw } of readRecent(account, wanted)) {
        const name = `uid-${found}`;
        yield await parser
          .parse(raw)
          .then((mail): Read => storedMail(name, raw, mail, given))
          .catch((error: unknown): Read => ({ name, error: error instanceof Error ? error.message : 'fault' }));
      }
    } finally {
      await parser.close();
    }
  };
}
