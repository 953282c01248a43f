import { connectImap, leaveImap, type ImapAccount } from '../receivers/imap-account';
import { readImapTrouble } from '../receivers/imap-errors';
import { openImapFolder } from '../receivers/imap-folder';
import { fieldOf } from '../error-field';
import { reportOnConnection, StepFailed, type ConnectionReport } from './connection-report';
import { reachServer, tlsTrouble, type ReachedServer } from './reach-server';

/** The account mail is fetched from, as a test takes it. */
export interface ImapUnderTest extends ReachedServer {
  user: string;
  password: string;
  folder: string;
}

/** How long a test may take in all, and one step of it (ms). */
export interface TestPatience {
  limitMs: number;
  stepMs: number;
}

/** Goes as far as opening the folder read-only, changes nothing there, and says which step failed. Never throws. */
export async function testImap(account: ImapUnderTest, { limitMs, stepMs }: TestPatience): Promise<ConnectionReport> {
  const { host, user, password, folder } = account;
  const steps = ['dns', 'tcp', 'tls', 'login', 'folder'] as const;
  return reportOnConnection({ steps, limitMs, secrets: [password, `\0${user}\0${password}`] }, async (note) => {
    const connectTo = await reachServer(account, stepMs, note);
    const asked: ImapAccount = { ...account, auth: { kind: 'password', password }, connectTo };
    const limits = { maxBytes: 1024 * 1024, silenceMs: stepMs, maxIdleMs: stepMs, connectMs: stepMs };
    const client = await connectImap(asked, limits).catch((error: unknown) => {
      throw signInFailure(error, account);
    });
    try {
      if (account.tls === 'starttls') note('tls', 'passed', `${host} speaks TLS, and its certificate is trusted.`);
      note('login', 'passed', `${host} takes the sign-in of ${user}.`);
      await openImapFolder(client, folder, { readOnly: true, silenceMs: stepMs }).catch((error: unknown) => {
        throw new StepFailed('folder', readImapTrouble(error, account).sentence);
      });
      note('folder', 'passed', `The folder "${folder}" can be read.`);
    } finally {
      await leaveImap(client);
    }
  });
}

function signInFailure(error: unknown, account: ImapUnderTest): StepFailed {
  const { host, port, tls } = account;
  const { kind, sentence } = readImapTrouble(error, account);
  if (kind === 'tls') {
    const noStartTls = tls === 'starttls' && fieldOf(error, 'code') === null;
    const offered = `${host} offers no STARTTLS on port ${port}. Try "tls" with the port the server's operator gives.`;
    return new StepFailed('tls', noStartTls ? offered : tlsTrouble(error, account));
  }
  if (kind === 'sign-in' || fieldOf(error, 'authenticationFailed', 'boolean')) return new StepFailed('login', sentence);
  const silent = /GREETING_TIMEOUT|CONNECT_TIMEOUT|ETIMEOUT/.test(fieldOf(error, 'code') ?? '');
  const secretive = `${host} takes the connection on port ${port} but says nothing. Most likely the port expects "tls".`;
  return new StepFailed('tcp', silent && tls !== 'tls' ? secretive : sentence);
}
