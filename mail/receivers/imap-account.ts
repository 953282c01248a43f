import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import type { ImapFlow } from 'imapflow';
import { trustedAuthorities } from '../trusted-authorities';

/** An IMAP account and how to reach it. */
export interface ImapAccount {
  host: string;
  port: number;
  tls: 'tls' | 'starttls' | 'none';
  user: string;
  auth: { kind: 'password'; password: string } | { kind: 'xoauth2'; accessToken: string };
  /** PEM of an authority to trust besides the system's. */
  ca?: string | null;
  /** The address that `host` was resolved to and checked; the certificate is still asked for `host`. */
  connectTo?: string | null;
  /** False only in tests and for servers of one's own with a self-signed certificate. */
  tlsRejectUnauthorized?: boolean;
}

/** Limits of one IMAP connection. */
export interface ImapConnectionLimits {
  /** Largest mail; a server that sends more in one piece is cut off. */
  maxBytes: number;
  /** Silence after which a command is given up, or an idle line is tested. */
  silenceMs: number;
  /** IDLE is renewed after this; below three minutes, because some providers drop it then (Yahoo). */
  maxIdleMs: number;
  /** How long connecting may take, and as long again the greeting; 30 s and 16 s when absent. */
  connectMs?: number;
}

/** Loaded with the first account: an installation that takes its mail by SMTP needs none of it (3 MiB of heap). */
const imapflow = (): typeof ImapFlow =>
  (createRequire(__filename)('imapflow') as { ImapFlow: typeof ImapFlow }).ImapFlow;

/**
 * Connects and signs in. The client never reconnects by itself: its `close` event (with or without an `error` before it)
 * is the end of it. Leaving is the caller's.
 */
export async function connectImap(account: ImapAccount, limits: ImapConnectionLimits): Promise<ImapFlow> {
  const client = new (imapflow())({
    host: account.connectTo ?? account.host,
    ...(isIP(account.host) ? {} : { servername: account.host }),
    port: account.port,
    secure: account.tls === 'tls',
    ...(account.tls === 'tls' ? {} : { doSTARTTLS: account.tls === 'starttls' }),
    auth:
      account.auth.kind === 'password'
        ? { user: account.user, pass: account.auth.password }
        : { user: account.user, accessToken: account.auth.accessToken },
    tls: {
      rejectUnauthorized: account.tlsRejectUnauthorized ?? true,
      minVersion: 'TLSv1.2',
      ...trustedAuthorities(account.ca),
    },
    clientInfo: { name: 'Ringpost', version: false, vendor: false, 'support-url': false },
    disableAutoIdle: true,
    maxIdleTime: limits.maxIdleMs,
    connectionTimeout: limits.connectMs ?? 30_000,
    greetingTimeout: limits.connectMs ?? 16_000,
    socketTimeout: limits.silenceMs,
    maxLiteralSize: limits.maxBytes + 64 * 1024,
    maxLineLength: 16 * 1024 * 1024,
    maxResponseSize: limits.maxBytes + 32 * 1024 * 1024,
    logger: false,
  });
  // Unheard it would end the process; whoever waits hears of it by his command or by `close`.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    // After a refused sign-in the line would stay open.
    client.close();
    throw error;
  }
  return client;
}

/** Signs out; a server that does not answer is left after two seconds. */
export async function leaveImap(client: ImapFlow): Promise<void> {
  const patience = setTimeout(() => client.close(), 2000);
  try {
    await client.logout();
  } catch {
    // Gone already: nothing to leave.
  } finally {
    clearTimeout(patience);
    client.close();
  }
}
