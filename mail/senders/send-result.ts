import { classifyDeliveryError, type DeliveryError } from '../delivery-errors';

/** How far an attempt came; `handed-over` = the caller has recorded the hand-over, so the final dot may be out. */
export type SendPhase = 'connect' | 'mail' | 'rcpt' | 'data' | 'handed-over';

/**
 * What came of an attempt. `sent`: at least one recipient was accepted (look at the others). `retry`: nobody has it, try
 * again those deferred or untried. `failed`: refused for good. `uncertain`: handed over, never answered; must not be
 * repeated by itself. `dropped`: given up before the final dot because the caller said so; nobody has it.
 */
export type SendOutcome = 'sent' | 'retry' | 'failed' | 'uncertain' | 'dropped';

/** One recipient's fate with the server's own words; only `deferred` and `untried` may be in a later attempt. */
export interface RecipientResult {
  address: string;
  state: 'accepted' | 'refused' | 'deferred' | 'uncertain' | 'untried';
  code: number | null;
  answer: string | null;
}

/** What one attempt to send a mail came to; an attempt never throws. */
export interface SendResult {
  outcome: SendOutcome;
  phase: SendPhase;
  /** The server's last answer word for word; null when there was none. */
  answer: string | null;
  code: number | null;
  recipients: RecipientResult[];
  /** True when no mail of the channel can pass until an admin repairs sign-in or TLS. */
  channelBroken: boolean;
  /** One sentence for people. */
  reason: string;
  /** The Message-ID that the provider says it gave the mail in place of ours. */
  serverMessageId: string | null;
}

/** What a sender needs for one attempt, whatever its kind. */
export interface HandOver {
  envelope: { from: string; to: readonly string[] };
  raw: Buffer;
  /**
   * Asked once, when all but the final dot is out: record the hand-over and answer true, or answer false (a later
   * attempt took over) and the connection is dropped. A rejection counts as false.
   */
  beforeFinalDot: () => Promise<boolean>;
  /** Before the hand-over it drops the attempt; after it the answer is still waited for, a little. */
  signal?: AbortSignal;
  timeouts?: Partial<SendTimeouts>;
}

/** Limits of one attempt in milliseconds. */
export interface SendTimeouts {
  connectMs: number;
  greetingMs: number;
  /** Silence during the session. */
  idleMs: number;
  /** Silence after the final dot; RFC 5321 4.5.3.2.6 asks for ten minutes. */
  finalAnswerMs: number;
  /** How long the answer is waited for after `signal`. */
  afterAbortMs: number;
}

/** What the envelope of a session came to, in the form nodemailer keeps it. */
export interface EnvelopeState {
  to: readonly string[];
  accepted: readonly string[];
  rejected: readonly (DeliveryError & { recipient?: string | undefined })[];
}

/** The result of an attempt that ended with an answer to the whole mail. */
export function sentResult(envelope: EnvelopeState, answer: string, serverMessageId: string | null): SendResult {
  const recipients = foldRecipients(envelope, () => ({ state: 'accepted', code: codeOf(answer), answer }));
  const missing = recipients.filter((one) => one.state !== 'accepted').length;
  const reason =
    missing === 0
      ? 'The server took the mail.'
      : `The server took the mail, but not for ${missing} of ${recipients.length} recipients.`;
  return { ...base('handed-over', recipients), answer, code: codeOf(answer), reason, serverMessageId };
}

/**
 * The result of an attempt that ended with an error. `dotReleased` is false as long as the final dot cannot have left:
 * then nobody has the mail, whatever happened.
 */
export function errorResult(
  error: DeliveryError,
  state: { phase: SendPhase; dotReleased: boolean; envelope: EnvelopeState },
): SendResult {
  const fault = classifyDeliveryError(error, state.phase !== 'connect');
  const answered = error.responseCode !== undefined && error.responseCode >= 400;
  const silent = state.dotReleased && !answered;
  const others: RecipientResult['state'] = silent
    ? 'uncertain'
    : fault === 'permanent'
      ? 'refused'
      : answered && fault === 'temporary'
        ? 'deferred'
        : 'untried';
  const code = error.responseCode ?? null;
  const answer = error.response ?? null;
  const recipients = foldRecipients(state.envelope, () => ({ state: others, code, answer }));
  return {
    ...base(state.phase, recipients),
    answer,
    code,
    channelBroken: fault === 'broken-channel' && !silent,
    reason: silent
      ? `We handed the mail over, but the line broke before it was confirmed: ${error.message}`
      : fault === 'broken-channel'
        ? channelFault(error)
        : `The mail was not taken: ${error.message}`,
  };
}

/** Why the whole channel cannot send, for its admin; the server's own words are kept. */
function channelFault(error: DeliveryError): string {
  const said = error.response ?? error.message;
  if (error.code === 'EDNS') {
    return `The name of the outgoing server is not known (${said}). Check the host in the settings of the channel.`;
  }
  const answered = error.responseCode !== undefined;
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH' || error.code === 'EOAUTH2' || error.responseCode === 530) {
    return `The outgoing server does not accept our sign-in (${said}). Check user and password of the channel.`;
  }
  return answered
    ? `The outgoing server does not let us send (${said}). Ask its operator, or check the settings of the channel.`
    : `No safe connection to the outgoing server came about (${said}). Check its host, port, TLS and certificate.`;
}

/**
 * Tells whether the server refused the envelope sender, and with it a sender that carries a token or is empty: some let
 * only the account's own address pass (Microsoft says so after the whole mail, others to MAIL FROM). Nobody has the mail.
 */
export function refusesSender({ outcome, phase, code, answer }: SendResult): boolean {
  if (outcome !== 'failed' || code === null) return false;
  const ofMicrosoft = /\b5\.7\.60\b|\b5\.2\.252\b|\bSendAsDenied\b/.test(answer ?? '');
  return ofMicrosoft || (phase === 'mail' && [501, 550, 551, 553, 554].includes(code));
}

/** The result of an attempt that was given up before its final dot. */
export function droppedResult(phase: SendPhase, envelope: EnvelopeState, reason: string): SendResult {
  const recipients = foldRecipients(envelope, () => ({ state: 'untried', code: null, answer: null }));
  return { ...base(phase, recipients), outcome: 'dropped', reason };
}

function base(phase: SendPhase, recipients: RecipientResult[]): SendResult {
  return {
    outcome: outcomeOf(recipients),
    phase,
    answer: null,
    code: null,
    recipients,
    channelBroken: false,
    reason: '',
    serverMessageId: null,
  };
}

function outcomeOf(recipients: readonly RecipientResult[]): SendOutcome {
  const has = (state: RecipientResult['state']): boolean => recipients.some((one) => one.state === state);
  if (has('accepted')) return 'sent';
  if (has('uncertain')) return 'uncertain';
  return has('deferred') || has('untried') ? 'retry' : 'failed';
}

function foldRecipients(envelope: EnvelopeState, other: () => Omit<RecipientResult, 'address'>): RecipientResult[] {
  const refusals = new Map(envelope.rejected.map((error) => [error.recipient, error]));
  return envelope.to.map((address) => {
    const refusal = refusals.get(address);
    if (refusal === undefined) return { address, ...other() };
    const state = classifyDeliveryError(refusal, true) === 'permanent' ? 'refused' : 'deferred';
    return { address, state, code: refusal.responseCode ?? null, answer: refusal.response ?? null };
  });
}

function codeOf(answer: string): number | null {
  const code = Number(answer.slice(0, 3));
  return Number.isInteger(code) && code >= 200 ? code : null;
}
