import type { ImapAccount } from '../mail/receivers/imap-account';
import type { Store } from '../store';
import type { MailLogin } from '../store/mail-logins';
import type { HostResolver } from './resolve-host';

/** The account behind a mail login: its secret opened, its host resolved to an address we may connect to. */
export async function imapAccountOf(
  { store, resolveHost }: { store: Store; resolveHost: HostResolver },
  login: MailLogin,
): Promise<ImapAccount> {
  return {
    host: login.host,
    port: login.port,
    tls: login.tls,
    user: login.user,
    auth: { kind: 'password', password: store.secrets.open(login.secret) },
    ca: login.ca,
    connectTo: await resolveHost(login.host, login.port),
  };
}
