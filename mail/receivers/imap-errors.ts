import { fieldOf } from '../error-field';

/**
 * What keeps a watcher from its folder. `sign-in` needs an admin, `tls` and `folder` most likely too; `network` and
 * `server` pass; `throttled` asks for patience.
 */
export type ImapTroubleKind = 'sign-in' | 'tls' | 'folder' | 'throttled' | 'network' | 'server';

/** A trouble with a sentence for the admin. */
export interface ImapTrouble {
  kind: ImapTroubleKind;
  sentence: string;
  /** How long the server asks us to stay away. */
  waitMs: number | null;
}

const tlsCodes = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO$|HOSTNAME_MISMATCH)/;
const networkCodes =
  /^(E[A-Z]*CONN[A-Z]*|ETIMEDOUT|ETIMEOUT|EPIPE|EHOST[A-Z]*|ENET[A-Z]*|ENOTFOUND|EAI_AGAIN|NoConnection|EConnectionClosed|CONNECT_TIMEOUT|GREETING_TIMEOUT|UPGRADE_TIMEOUT)$/;

/** Servers that are out of order or busy refuse the sign-in too; the password is not to blame then (RFC 5530). */
const passingCodes = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN']);

/** Reads an error of imapflow: who has to do something about it. */
export function readImapTrouble(error: unknown, account: { host: string; user: string; folder: string }): ImapTrouble {
  const { authenticationFailed, serverResponseCode, mailboxMissing, tlsFailed, code, throttleReset } = fields(error);
  const text = textOf(error);
  const trouble = (kind: ImapTroubleKind, sentence: string): ImapTrouble => ({ kind, sentence, waitMs: null });
  if (authenticationFailed && !passingCodes.has(serverResponseCode ?? '') && !/temporar|try again later/i.test(text)) {
    return trouble(
      'sign-in',
      `${account.host} refused the sign-in of ${account.user}: ${text}. Check user and password.`,
    );
  }
  if (mailboxMissing || serverResponseCode === 'NONEXISTENT' || code === 'NotFound') {
    return trouble('folder', `${account.user} has no folder "${account.folder}" on ${account.host}.`);
  }
  if (tlsFailed || (code !== null && tlsCodes.test(code))) {
    return trouble('tls', `No trusted encrypted connection to ${account.host}: ${text}.`);
  }
  if (code === 'ETHROTTLE') {
    return { ...trouble('throttled', `${account.host} asks us to slow down: ${text}.`), waitMs: throttleReset };
  }
  if (code !== null && networkCodes.test(code)) {
    return trouble('network', `${account.host} cannot be reached or closed the connection: ${text}.`);
  }
  return trouble('server', `${account.host} answered something unexpected: ${text}.`);
}

function textOf(error: unknown): string {
  const { response, responseText, reason, code } = fields(error);
  const message = fieldOf(error, 'message') ?? String(error);
  const text = response ?? responseText ?? reason ?? message;
  return (code && !text.includes(code) ? `${text} (${code})` : text)
    .replace(/\s+/g, ' ')
    .replace(/\.$/, '')
    .slice(0, 300);
}

interface ImapErrorFields {
  authenticationFailed: boolean;
  mailboxMissing: boolean;
  tlsFailed: boolean;
  serverResponseCode: string | null;
  code: string | null;
  response: string | null;
  responseText: string | null;
  reason: string | null;
  throttleReset: number | null;
}

function fields(error: unknown): ImapErrorFields {
  return {
    authenticationFailed: fieldOf(error, 'authenticationFailed', 'boolean') ?? false,
    mailboxMissing: fieldOf(error, 'mailboxMissing', 'boolean') ?? false,
    tlsFailed: fieldOf(error, 'tlsFailed', 'boolean') ?? false,
    serverResponseCode: fieldOf(error, 'serverResponseCode'),
    code: fieldOf(error, 'code'),
    response: fieldOf(error, 'response'),
    responseText: fieldOf(error, 'responseText'),
    reason: fieldOf(error, 'reason'),
    throttleReset: fieldOf(error, 'throttleReset', 'number'),
  };
}
