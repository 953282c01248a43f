import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import { wireAddress } from '../addresses';
import { readDeliveryError, type DeliveryError } from '../delivery-errors';
import { trustedAuthorities } from '../trusted-authorities';
import { serverMessageIdOf } from './server-message-id';
import {
  droppedResult,
  errorResult,
  sentResult,
  type EnvelopeState,
  type HandOver,
  type SendPhase,
  type SendResult,
  type SendTimeouts,
} from './send-result';

/** How a channel's outgoing server is reached. */
export interface SmtpServer {
  host: string;
  port: number;
  /** `tls` from the first byte, `starttls` demanded, `opportunistic` when offered (never with a sign-in), `none`. */
  tls: 'tls' | 'starttls' | 'opportunistic' | 'none';
  /** PEM of an authority to trust besides the system's. */
  ca?: string | null;
  auth?:
    | { kind: 'password'; user: string; password: string; method?: 'PLAIN' | 'LOGIN' | 'CRAM-MD5' }
    | { kind: 'xoauth2'; user: string; accessToken: string }
    | null;
  /** The address that `host` was resolved to and checked; the certificate is still asked for `host`. */
  connectTo?: string | null;
  /** Our name in EHLO. */
  ehloName?: string | null;
  /** False only in tests and for servers of one's own with a self-signed certificate. */
  tlsRejectUnauthorized?: boolean;
}

const defaultTimeouts: SendTimeouts = {
  connectMs: 30_000,
  greetingMs: 30_000,
  idleMs: 120_000,
  finalAnswerMs: 600_000,
  afterAbortMs: 10_000,
};

const chunkBytes = 64 * 1024;

/**
 * Sends one mail over one connection. All but the final dot goes out first; then `beforeFinalDot` is asked, and only its
 * true lets the dot follow, so a mail is at most once with the server and an unanswered one is known as `uncertain`.
 * No pool: nodemailer's re-queues mail on broken connections (nodemailer #1105).
 */
export async function sendBySmtp(handOver: HandOver & { server: SmtpServer }): Promise<SendResult> {
  const timeouts = { ...defaultTimeouts, ...handOver.timeouts };
  const attempt = new Attempt(handOver, connect(handOver.server, timeouts), timeouts);
  return attempt.run();
}

/** Connects, signs in where the server's settings say so, and leaves; rejects with what nodemailer says when one fails. */
export async function greetSmtp(server: SmtpServer, timeouts: Partial<SendTimeouts>): Promise<void> {
  const connection = connect(server, { ...defaultTimeouts, ...timeouts });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.on('error', reject);
      connection.once('end', () => setImmediate(() => reject(new Error('The connection was closed.'))));
      signIn(connection, server).then(resolve, reject);
    });
    connection.quit();
  } catch (error) {
    connection.close();
    throw error;
  }
}

class Attempt {
  private phase: SendPhase = 'connect';
  private dotReleased = false;
  /** `beforeFinalDot` said no. */
  private refused = false;
  private pendingHandOver: Promise<boolean> | null = null;
  private readonly handOver: HandOver & { server: SmtpServer };
  private readonly connection: SMTPConnection;
  private readonly timeouts: SendTimeouts;
  /** nodemailer writes what came of each recipient into the envelope it was given. */
  private readonly envelope: SMTPConnection.Envelope & {
    accepted?: string[];
    rejectedErrors?: SMTPConnection.SMTPError[];
  };

  constructor(handOver: HandOver & { server: SmtpServer }, connection: SMTPConnection, timeouts: SendTimeouts) {
    this.handOver = handOver;
    this.connection = connection;
    this.timeouts = timeouts;
    this.envelope = {
      from: wireAddress(handOver.envelope.from),
      to: handOver.envelope.to.map(wireAddress),
      size: handOver.raw.length,
      use8BitMime: /[\x80-\xff]/.test(handOver.raw.toString('latin1')),
    };
  }

  async run(): Promise<SendResult> {
    const { signal } = this.handOver;
    if (signal?.aborted) return droppedResult('connect', this.envelopeState(), 'We stopped before connecting.');
    try {
      const info = await this.session(signal);
      const { host } = this.handOver.server;
      return sentResult(this.envelopeState(), info.response, serverMessageIdOf(info.response, host));
    } catch (error) {
      return await this.failure(readDeliveryError(error), signal);
    }
  }

  private async failure(error: DeliveryError, signal: AbortSignal | undefined): Promise<SendResult> {
    this.connection.close();
    // A hand-over that is being recorded right now is waited for: the caller must not read its state before.
    if (await this.pendingHandOver) this.phase = 'handed-over';
    const envelope = this.envelopeState();
    // Sender, recipients and DATA go out together (RFC 2920): what was said to a later one of them is only a consequence.
    if (error.command === 'MAIL FROM') envelope.rejected = [];
    else if (this.phase === 'mail' && (envelope.accepted.length > 0 || envelope.rejected.length > 0))
      this.phase = 'rcpt';
    const stopped = this.refused || (signal?.aborted && error.responseCode === undefined);
    if (stopped && !this.dotReleased) {
      return droppedResult(this.phase, envelope, error.message);
    }
    return errorResult(error, { phase: this.phase, dotReleased: this.dotReleased, envelope });
  }

  private async session(signal: AbortSignal | undefined): Promise<SMTPConnection.SentMessageInfo> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const stopped = new Error('We stopped while sending.');
        if (this.dotReleased) setTimeout(() => reject(stopped), this.timeouts.afterAbortMs).unref();
        else reject(stopped);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.connection.on('error', reject);
      // nodemailer says "end" before it hands over the answer that ended the session (421).
      this.connection.once('end', () => setImmediate(() => reject(new Error('The connection was closed.'))));
      this.steps()
        .then(resolve, reject)
        .finally(() => signal?.removeEventListener('abort', onAbort));
    });
  }

  private async steps(): Promise<SMTPConnection.SentMessageInfo> {
    await signIn(this.connection, this.handOver.server);
    this.phase = 'mail';
    const body = Readable.from(this.body(), { objectMode: false, highWaterMark: chunkBytes });
    const info = await new Promise<SMTPConnection.SentMessageInfo>((resolve, reject) =>
      this.connection.send(this.envelope, body, (error, sent) => (error ? reject(error) : resolve(sent))),
    );
    if (!this.dotReleased) throw new Error('The server answered before it had the whole mail.');
    this.connection.quit();
    return info;
  }

  private async *body(): AsyncGenerator<Buffer> {
    this.phase = 'data';
    const { raw } = this.handOver;
    for (let at = 0; at < raw.length; at += chunkBytes) yield raw.subarray(at, at + chunkBytes);
    this.pendingHandOver = askHandOver(this.handOver);
    this.refused = !(await this.pendingHandOver);
    if (this.refused) throw new Error('The hand-over was not recorded, so the mail was not handed over.');
    this.phase = 'handed-over';
    // oxlint-disable-next-line no-underscore-dangle -- public in nodemailer's types; no other way to the idle timer
    const socket = this.connection._socket;
    if (this.connection.destroyed || !socket || socket.destroyed)
      throw new Error('The connection broke before the final dot.');
    socket.setTimeout(this.timeouts.finalAnswerMs);
    this.dotReleased = true;
  }

  private envelopeState(): EnvelopeState {
    const { accepted = [], rejectedErrors = [] } = this.envelope;
    const { to } = this.handOver.envelope;
    for (const error of rejectedErrors)
      error.recipient = to.find((one) => wireAddress(one) === error.recipient) ?? error.recipient;
    return { to, accepted, rejected: rejectedErrors };
  }
}

async function signIn(connection: SMTPConnection, { auth }: SmtpServer): Promise<void> {
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  if (!auth) return;
  await new Promise<void>((resolve, reject) =>
    connection.login(credentials(auth), (error) => (error ? reject(error) : resolve())),
  );
}

async function askHandOver(handOver: HandOver): Promise<boolean> {
  try {
    return await handOver.beforeFinalDot();
  } catch {
    return false;
  }
}

function connect(server: SmtpServer, timeouts: SendTimeouts): SMTPConnection {
  return new SMTPConnection({
    host: server.connectTo ?? server.host,
    port: server.port,
    // A certificate is asked for by name; an address has none to send (RFC 6066, 3).
    ...(isIP(server.host) ? {} : { servername: server.host }),
    secure: server.tls === 'tls',
    requireTLS: server.tls === 'starttls' || (server.tls === 'opportunistic' && Boolean(server.auth)),
    ignoreTLS: server.tls === 'none',
    opportunisticTLS: server.tls === 'opportunistic' && !server.auth,
    ...(server.ehloName ? { name: server.ehloName } : {}),
    tls: {
      rejectUnauthorized: server.tlsRejectUnauthorized ?? true,
      minVersion: 'TLSv1.2',
      ...trustedAuthorities(server.ca),
    },
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.idleMs,
    logger: false,
  });
}

function credentials(auth: NonNullable<SmtpServer['auth']>): SMTPConnection.AuthenticationType {
  if (auth.kind === 'xoauth2') {
    return { user: auth.user, oauth2: new XOAuth2({ user: auth.user, accessToken: auth.accessToken }) };
  }
  return { user: auth.user, credentials: { user: auth.user, pass: auth.password }, method: auth.method ?? false };
}
