/** Reads what mail servers report about our mail: bounces, delays, receipts (RFC 3464 and the many other shapes). */
import { fieldOf, originalAddress, readReportBlocks, typedAddress, type ReportBlock } from '../mime/report-fields';
import { readMessageIds } from '../mime/message-ids';
import { readBounceText, type BounceLetter } from './bounce-text';
import type { Address, Headers } from '../parsed-mail';
import { hasBounceSubject, isDaemonAddress } from './robot-signs';

/** What became of the mail to one recipient. */
export type DeliveryAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/** One recipient's block of a report. */
export interface ReportedRecipient {
  /** The address we sent to as far as the report tells; null where it names none. */
  address: string | null;
  /** Where it was forwarded to, when that differs. */
  finalAddress: string | null;
  action: DeliveryAction;
  /** Enhanced status code such as `5.1.1` (RFC 3463), or null. */
  status: string | null;
  /** The remote server's words. */
  diagnostic: string | null;
  remoteMta: string | null;
  /** Failed with 5.x.x: the address may be suppressed. Everything else is only a note. */
  permanent: boolean;
}

/** A delivery report, recipient by recipient. */
export interface DeliveryReport {
  /** Where it was read from: a delivery-status part, the words of the mail, or a header alone. */
  source: 'rfc3464' | 'text' | 'header';
  recipients: ReportedRecipient[];
  /** Message-ID of the mail reported on, with angle brackets. */
  originalMessageId: string | null;
  originalSubject: string | null;
  /** ENVID of our MAIL FROM command (RFC 3461). */
  envelopeId: string | null;
  /** Queue id of the reporting server. */
  queueId: string | null;
  reportingMta: string | null;
}

/** The parts of a mail that a report may be read from. */
export interface ReportParts {
  headers: Headers;
  from: Address[];
  subject: string;
  /** Media type of the whole mail and its `report-type`. */
  rootType: string;
  reportType: string | null;
  /** Bodies of `message/delivery-status` parts. */
  statuses: string[];
  /** Header of the returned mail, from message/rfc822 or text/rfc822-headers. */
  original: Headers | null;
  text: string;
}

/** The delivery report a mail is, or null. A person's mail about a bounce is none. */
export function readDsn(parts: ReportParts): DeliveryReport | null {
  if (parts.reportType === 'feedback-report') return null;
  const daemon = isFromDaemon(parts) || (hasNullReturnPath(parts.headers) && hasBounceSubject(parts.subject));
  // A receipt of reading is none, but a filter that rejects answers in the same form.
  if (parts.reportType === 'disposition-notification' && !daemon) return null;
  if (parts.statuses.length > 0 && (parts.rootType === 'multipart/report' || daemon)) return fromStatuses(parts);
  const failed = headerOf(parts.headers, 'x-failed-recipients');
  const returned =
    parts.original !== null &&
    hasBounceSubject(parts.subject) &&
    !/^(?:re|aw|fwd?|wg|sv|tr|rv)\s*:/i.test(parts.subject);
  if (!daemon && !failed && !returned && parts.rootType !== 'multipart/report') return null;
  const read = readBounceText(letterOf(parts));
  if (!failed && !read) return null;
  const recipients = failed ? withHeaderRecipients(failed, read?.recipients ?? []) : (read?.recipients ?? []);
  const source = read ? 'text' : 'header';
  return { ...originalOf(parts), source, recipients, envelopeId: null, queueId: null, reportingMta: null };
}

/** A server's own name. Postmasters are people too, and absence notes come without a return path: see the subject. */
function isFromDaemon({ from, subject }: ReportParts): boolean {
  return from.some(({ address, name }) => {
    if (/^postmaster@/i.test(address)) return hasBounceSubject(subject);
    return isDaemonAddress(address) || DAEMON_NAMES.test(name);
  });
}

function hasNullReturnPath(headers: Headers): boolean {
  return /^<?\s*>?$|^<?mailer-daemon\b/i.test(headers.get('return-path')?.[0]?.trim() ?? 'unknown');
}

const DAEMON_NAMES =
  /^(?:mail delivery (?:sub)?system|mailer[- ]daemon|postmaster|mail administrator|delivery (?:subsystem|notification))$/i;

function letterOf(parts: ReportParts): BounceLetter {
  const to = ['to', 'cc', 'delivered-to'].flatMap((name) => parts.headers.get(name) ?? []);
  const own = to.flatMap((value) => value.match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? []);
  return { subject: parts.subject, text: parts.text, known: [...own, ...parts.from.map(({ address }) => address)] };
}

function fromStatuses(parts: ReportParts): DeliveryReport {
  const blocks = parts.statuses.flatMap((status) => readReportBlocks(status));
  const about =
    blocks.find(
      (block) => block.has('reporting-mta') || block.has('arrival-date') || block.has('x-original-message-id'),
    ) ?? new Map<string, string[]>();
  const recipients = blocks.filter(isRecipientBlock).map(recipientOf);
  // Some servers send a status part that names nobody: their words may.
  const fallback = recipients.length > 0 ? null : readBounceText(letterOf(parts));
  const original = originalOf(parts);
  const named = readMessageIds(fieldOf(about, 'x-original-message-id') ?? '')[0] ?? null;
  return {
    ...original,
    // Gmail returns nothing of a mail that is late, and names it here only.
    originalMessageId: returnedId(parts) ?? named ?? original.originalMessageId,
    source: 'rfc3464',
    recipients: recipients.length > 0 ? recipients : (fallback?.recipients ?? []),
    envelopeId: fieldOf(about, 'original-envelope-id'),
    queueId: fieldOf(about, 'x-postfix-queue-id') ?? fieldOf(about, 'x-queue-id'),
    reportingMta: fieldOf(about, 'reporting-mta')?.replace(/^[\w-]+\s*;\s*/, '') ?? null,
  };
}

function isRecipientBlock(block: ReportBlock): boolean {
  return block.has('final-recipient') || block.has('original-recipient') || block.has('action');
}

function recipientOf(block: ReportBlock): ReportedRecipient {
  const original = originalAddress(fieldOf(block, 'original-recipient') ?? fieldOf(block, 'x-actual-recipient'));
  const final = typedAddress(fieldOf(block, 'final-recipient'));
  const diagnostic = fieldOf(block, 'diagnostic-code')?.replace(/^[\w-]+\s*;\s*/, '') ?? null;
  const status = statusOf(fieldOf(block, 'status'), diagnostic);
  const action = actionOf(fieldOf(block, 'action'), status);
  return {
    address: original ?? final,
    finalAddress: original && final && original.toLowerCase() !== final.toLowerCase() ? final : null,
    action,
    status,
    diagnostic,
    remoteMta: fieldOf(block, 'remote-mta')?.replace(/^[\w-]+\s*;\s*/, '') ?? null,
    permanent: action === 'failed' && (status?.startsWith('5.') ?? false),
  };
}

function statusOf(status: string | null, diagnostic: string | null): string | null {
  const code = /\b([245]\.\d{1,3}\.\d{1,3})\b/;
  const given = code.exec(status ?? '')?.[1] ?? null;
  const inWords = code.exec(diagnostic ?? '')?.[1] ?? null;
  // `5.0.0` says nothing; the server's words of the same class may.
  if (given && !(given.endsWith('.0.0') && inWords?.[0] === given[0])) return given;
  if (inWords) return inWords;
  const reply = /(?:^|[\s;:(])([45])\d\d[\s-]/.exec(diagnostic ?? '')?.[1];
  return given ?? (reply ? `${reply}.0.0` : null);
}

function actionOf(action: string | null, status: string | null): DeliveryAction {
  const word = /^[a-z]+/.exec((action ?? '').trim().toLowerCase())?.[0] ?? '';
  if (word === 'delayed' || word === 'delivered' || word === 'relayed' || word === 'expanded') return word;
  if (word === '' && status?.startsWith('4.')) return 'delayed';
  if (word === '' && status?.startsWith('2.')) return 'delivered';
  return 'failed';
}

function withHeaderRecipients(header: string, read: ReportedRecipient[]): ReportedRecipient[] {
  const named = header
    .split(/[\s,;]+/)
    .filter((word) => word.includes('@'))
    .map((word) => word.replace(/[<>]/g, ''));
  const byText = (address: string): ReportedRecipient | undefined =>
    read.find((recipient) => recipient.address?.toLowerCase() === address.toLowerCase()) ??
    (named.length === 1 ? read[0] : undefined);
  return named.map((address) => ({
    finalAddress: null,
    action: 'failed',
    status: null,
    diagnostic: null,
    remoteMta: null,
    permanent: false,
    ...byText(address),
    address,
  }));
}

function originalOf(parts: ReportParts): Pick<DeliveryReport, 'originalMessageId' | 'originalSubject'> {
  return {
    originalMessageId: originalMessageId(parts),
    originalSubject: (parts.original && headerOf(parts.original, 'subject')) || null,
  };
}

/** Message-ID of the mail a report is about: from the returned header, our own header fields, or the words. */
export function originalMessageId(parts: Pick<ReportParts, 'headers' | 'original' | 'text'>): string | null {
  const named =
    returnedId(parts) ||
    headerOf(parts.headers, 'x-original-message-id') ||
    headerOf(parts.headers, 'original-message-id');
  const inWords = /^[\s>|]*(?:x-original-)?message-id:\s*(<[^<>\s]{3,500}>)/im.exec(parts.text)?.[1];
  const answered = headerOf(parts.headers, 'in-reply-to') || headerOf(parts.headers, 'references');
  return readMessageIds(named || inWords || answered || '').at(-1) ?? null;
}

function returnedId({ original }: Pick<ReportParts, 'original'>): string | null {
  return readMessageIds((original && headerOf(original, 'message-id')) ?? '')[0] ?? null;
}

function headerOf(headers: Headers, name: string): string | null {
  return headers.get(name)?.[0] || null;
}
