import { fieldOf } from './error-field';

/**
 * What a failed step of a delivery asks for: `temporary` = the same mail again later, `permanent` = never again and the
 * agent is told, `broken-channel` = the mail is kept and the channel waits until an admin has repaired it.
 */
export type DeliveryFault = 'temporary' | 'permanent' | 'broken-channel';

/** The parts of a sending library's error that decide what to do; `command` is the SMTP command that was answered. */
export interface DeliveryError {
  message: string;
  code?: string | undefined;
  originalCode?: string | undefined;
  responseCode?: number | undefined;
  response?: string | undefined;
  command?: string | undefined;
}

/** Reads whatever was thrown while sending, with the fields nodemailer hangs on it. */
export function readDeliveryError(error: unknown): DeliveryError {
  return {
    message: fieldOf(error, 'message') ?? String(error),
    code: fieldOf(error, 'code') ?? undefined,
    originalCode: fieldOf(error, 'originalCode') ?? undefined,
    responseCode: fieldOf(error, 'responseCode', 'number') ?? undefined,
    response: fieldOf(error, 'response') ?? undefined,
    command: fieldOf(error, 'command') ?? undefined,
  };
}

/** Codes of nodemailer without an SMTP answer that stay true until somebody changes the channel's settings. */
const brokenChannelCodes = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS', 'EPROTOCOL', 'ECONFIG']);

/** Certificate and TLS errors of Node, which nodemailer reports as an ordinary ESOCKET with implicit TLS. */
const tlsTrouble = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO$|HOSTNAME_MISMATCH)/;

const networkTrouble = new Set(['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Decides by the server's code first, because nodemailer gives transient 4xx the same names as permanent errors.
 * `inSession` is true once the server has taken our sign-in; before it a 5xx is about the channel, not about the mail.
 */
export function classifyDeliveryError(error: DeliveryError, inSession: boolean): DeliveryFault {
  if (error.responseCode !== undefined && error.responseCode > 0)
    return classifyAnswer(error, error.responseCode, inSession);
  if (error.originalCode !== undefined && tlsTrouble.test(error.originalCode)) return 'broken-channel';
  // A handshake that the network cut off says nothing about certificate or settings.
  if (error.code === 'ETLS' && networkTrouble.has(error.originalCode ?? '')) return 'temporary';
  // A name that exists nowhere; a resolver that does not answer (EAI_AGAIN) says nothing of the name.
  if (error.originalCode === 'ENOTFOUND') return 'broken-channel';
  if (error.code !== undefined && brokenChannelCodes.has(error.code)) return 'broken-channel';
  // Refused by nodemailer itself: an address that cannot be sent, a mail larger than the server's SIZE.
  if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') return 'permanent';
  return 'temporary';
}

function classifyAnswer(error: DeliveryError, answer: number, inSession: boolean): DeliveryFault {
  if (answer < 500) return 'temporary';
  // 503 "bad sequence": the session was in the wrong state, the same mail can pass on a new one.
  if (answer === 503) return 'temporary';
  // Sign-in missing, refused, too weak, or TLS needed: the same for every mail of the channel.
  if (!inSession || [530, 534, 535, 538].includes(answer)) return 'broken-channel';
  // RFC 5321 4.5.3.1.10: 552 to a RCPT means "too many recipients", unless the text says that the mailbox is full.
  if (answer === 552 && error.command === 'RCPT TO' && !/\b5\.2\.\d/.test(error.response ?? '')) return 'temporary';
  return 'permanent';
}
