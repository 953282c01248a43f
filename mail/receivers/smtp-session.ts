import type { SMTPServerSession } from 'smtp-server';
import type { SmtpLimits } from './smtp-limits';
import type { TlsPair } from './self-signed';

/** An answer to the sending server: SMTP code, and text that begins with its enhanced code (RFC 3463). */
export interface SmtpAnswer {
  code: number;
  text: string;
}

/** Who is connected, as far as it is known. */
export interface SmtpSession {
  id: string;
  remoteAddress: string;
  /** Name by reverse look-up; null when not looked up or not found. */
  remoteHost: string | null;
  /** What the client calls itself. */
  helo: string;
  secure: boolean;
  /** TLS protocol and cipher; null on an open line. */
  tls: string | null;
}

/** A mail as it came, before the answer. */
export interface ReceivedMail {
  /** The bytes as received, dots unstuffed, without our own line. */
  raw: Buffer;
  /** SHA-256 of `raw` in hex: the mail's part of a ledger id. */
  sha256: string;
  /** Our `Received` line with line end, to be stored before `raw`. */
  received: string;
  receivedAt: Date;
  envelope: { from: string; to: string[] };
  session: SmtpSession;
  /** The mail has a line feed without carriage return. */
  bareLineFeed: boolean;
}

/** A refusal as the client hears it. */
export interface SmtpRefusal extends SmtpAnswer {
  remoteAddress: string;
}

/** What is known of a mail that was refused after DATA, or for the size it announced. */
export interface RefusedContent {
  helo: string;
  /** `to` is empty where it was refused before anybody was named. */
  envelope: { from: string; to: string[] };
  /** Its beginning, as far as we kept it. */
  head: Buffer;
  /** All that came, or was announced. */
  bytes: number;
}

/** What a listener needs from the rest; whatever it throws is answered `451`, a full disk `452`. */
export interface SmtpReceiverPorts {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Our name in greeting and `Received`. */
  name: string;
  limits?: Partial<SmtpLimits>;
  /** Certificate for STARTTLS; absent: one is made; null: STARTTLS is not offered. */
  tls?: TlsPair | null;
  /** Asks the DNS for the name of each client; off by default, it can cost a second and a half. */
  reverseLookup?: boolean;
  /** What to do with a mail with bare line feeds: taken and marked (default), or refused. */
  bareLineFeed?: 'accept' | 'refuse';
  /** Sources without the limits per source; loopback unless given. */
  isExempt?: (address: string) => boolean;
  checkRecipient(address: string, session: SmtpSession): Promise<{ accept: true } | SmtpAnswer>;
  /** Resolves when responsibility is taken (2xx) or refused; the client waits for it. */
  onMessage(mail: ReceivedMail): Promise<SmtpAnswer>;
  /** Hears of every refusal, for counters by day and source; `content` when the mail itself had been sent, or its size announced. */
  onRefusal?(refusal: SmtpRefusal, content?: RefusedContent): void;
  log(sentence: string): void;
}

/** What the handlers of one listener share. */
export interface ListenerState {
  ports: SmtpReceiverPorts;
  limits: SmtpLimits;
  bytesInFlight: number;
  /** Sessions whose mail is being received or settled. */
  busy: Set<string>;
  draining: boolean;
}

/** An error that smtp-server turns into this answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly responseCode: number;

  constructor(answer: SmtpAnswer) {
    super(answer.text);
    this.responseCode = answer.code;
  }
}

/** Makes the error for a refusal and tells the counters of it. */
export function refuse(
  state: ListenerState,
  session: SMTPServerSession,
  { code, text }: SmtpAnswer,
  content?: RefusedContent,
): Refusal {
  state.ports.onRefusal?.({ remoteAddress: session.remoteAddress, code, text }, content);
  return new Refusal({ code, text });
}

/** Reads what we keep of smtp-server's session. */
export function sessionOf(session: SMTPServerSession): SmtpSession {
  const { tlsOptions } = session;
  // smtp-server gives the address in brackets where it knows no name, and false before HELO.
  const host = session.clientHostname;
  return {
    id: session.id,
    remoteAddress: session.remoteAddress,
    remoteHost: host && !host.startsWith('[') ? host : null,
    helo: session.hostNameAppearsAs || '',
    secure: session.secure,
    tls: tlsOptions ? `${tlsOptions.version} ${tlsOptions.name}` : null,
  };
}
