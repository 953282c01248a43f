/** Tells people from machines: the kind of a mail, and whether a robot may ever answer it. */
import { addressKey, domainOf } from './addresses';
import type { ParsedMail } from './parsed-mail';
import {
  hasAutomaticSubject,
  hasBounceSubject,
  isDaemonAddress,
  isNeverAnsweredAddress,
  isNoReplyAddress,
} from './reports/robot-signs';

/** Who or what wrote a mail. `report` is what mail systems report beside bounces: complaints, receipts, statistics. */
export type MailKind = 'person' | 'automatic' | 'list' | 'bounce' | 'report';

/** The envelope a mail came in; both empty where it was fetched from a mailbox. */
export interface MailEnvelope {
  /** MAIL FROM: an empty string is the null sender, null is unknown. */
  from: string | null;
  /** RCPT TO. */
  to: string[];
}

/** What a mail is, and why, as sentences for people. */
export interface Classification {
  kind: MailKind;
  /** No person sat behind it: shown and routed, but it starts no clock and reopens nothing. */
  automatic: boolean;
  /** No automatic answer may go to it; always true where `automatic` is. */
  noAutoReply: boolean;
  /** `X-Spam-Flag` and its sisters call it spam; a hint only. */
  spam: boolean;
  reasons: string[];
}

/** What the channel knows that decides. */
export interface ClassifyOptions {
  /** Addresses, or `@domain`, whose mail counts as a person's (contact forms). */
  peopleSenders: string[];
  /** Our own addresses: mail from them is never answered automatically. */
  ownAddresses?: string[];
}

/** Classifies a mail by its header and envelope. */
export function classify(mail: ParsedMail, envelope: MailEnvelope, options: ClassifyOptions): Classification {
  const reasons: string[] = [];
  const spam = isMarkedSpam(mail, reasons);
  const asKind = (kind: MailKind, automatic: boolean): Classification => {
    const suppressed = [
      isSuppressed(mail, reasons),
      isFromUs(mail, options, reasons),
      isUnanswerable(mail, envelope, reasons),
    ].some(Boolean);
    return { kind, automatic, noAutoReply: automatic || spam || suppressed, spam, reasons };
  };
  const report = reportReason(mail);
  if (report) {
    reasons.push(report.reason);
    return asKind(report.kind, true);
  }
  const people = mail.from.find((from) => isNamed(from.address, options.peopleSenders));
  if (people) {
    reasons.push(`The channel counts ${people.address} as a person.`);
    const answered = mail.replyTo[0]?.address;
    const robot =
      answered !== undefined && isNeverAnsweredAddress(answered) && !isNamed(answered, options.peopleSenders);
    return {
      kind: 'person',
      automatic: false,
      noAutoReply: spam || robot || isFromUs(mail, options, reasons),
      spam,
      reasons,
    };
  }
  const robot = robotReasons(mail, envelope);
  const list = listReasons(mail);
  reasons.push(...robot, ...list);
  if (robot.length > 0) return asKind('automatic', true);
  if (list.length > 0) return asKind('list', true);
  return asKind('person', false);
}

function reportReason(mail: ParsedMail): { kind: MailKind; reason: string } | null {
  if (mail.feedback) return { kind: 'report', reason: `It is a feedback report (${mail.feedback.feedbackType}).` };
  if (mail.dsn) {
    const receipt =
      mail.dsn.recipients.length > 0 &&
      mail.dsn.recipients.every(({ action }) => action !== 'failed' && action !== 'delayed');
    if (receipt) return { kind: 'report', reason: 'It is a receipt of a mail server: delivered, relayed or expanded.' };
    return {
      kind: 'bounce',
      reason:
        mail.dsn.source === 'rfc3464'
          ? 'It is a delivery status notification.'
          : 'It reads like a bounce and was sent by a mail server.',
    };
  }
  const type = header(mail, 'content-type');
  if (/^multipart\/report/i.test(type)) {
    if (/disposition-notification/i.test(type)) return { kind: 'report', reason: 'It is a read receipt.' };
    if (/delivery-status/i.test(type))
      return { kind: 'bounce', reason: 'It is a delivery report without a part that can be read.' };
    return { kind: 'report', reason: 'It is a report of a mail system.' };
  }
  if (/^report[- ]domain:.*submitter:/i.test(mail.subject))
    return { kind: 'report', reason: 'It is an aggregate DMARC report.' };
  const daemon = mail.from.some((from) => isDaemonAddress(from.address));
  if (daemon && hasBounceSubject(mail.subject))
    return { kind: 'bounce', reason: 'A mail server sent it, with the subject of a bounce.' };
  return null;
}

/** Signs that a machine wrote it (RFC 3834 and what is in use). */
function robotReasons(mail: ParsedMail, envelope: MailEnvelope): string[] {
  const reasons: string[] = [];
  const submitted = header(mail, 'auto-submitted').toLowerCase();
  if (submitted !== '' && !/^no\b/.test(submitted)) reasons.push(`Auto-Submitted says "${submitted.slice(0, 60)}".`);
  const precedence = /^(?:bulk|junk|auto[_-]?reply)/i.exec(header(mail, 'precedence'))?.[0];
  if (precedence) reasons.push(`Precedence says "${precedence}".`);
  for (const name of [
    'x-autoreply',
    'x-autorespond',
    'x-autoresponder',
    'x-auto-reply-from',
    'x-mail-autoreply',
    'x-autogenerated',
    'x-fc-machinegenerated',
    'x-loop',
    'x-ringpost-loop',
  ]) {
    if (mail.headers.has(name) && !/^(?:no|false|0)$/i.test(header(mail, name).trim()))
      reasons.push(`It carries ${name}.`);
  }
  if (isNullSender(mail, envelope)) reasons.push('Its envelope sender is empty, as that of automatic mail.');
  const from = mail.from[0]?.address ?? '';
  if (isDaemonAddress(from)) reasons.push(`${from} is the address of a mail server.`);
  else if (isNoReplyAddress(from)) reasons.push(`${from} asks not to be answered.`);
  if (hasAutomaticSubject(mail.subject) && hasSecondSign(mail))
    reasons.push('Its subject is that of an automatic answer.');
  return reasons;
}

/** A subject alone proves nothing: people write "out of office" too. */
function hasSecondSign(mail: ParsedMail): boolean {
  if (mail.headers.has('x-ms-exchange-generated-message-source') || mail.headers.has('x-auto-response-suppress'))
    return true;
  const answers = mail.inReplyTo.length > 0 || mail.references.length > 0;
  return answers && !mail.headers.has('user-agent') && !mail.headers.has('x-mailer');
}

function listReasons(mail: ParsedMail): string[] {
  const reasons: string[] = [];
  for (const name of [
    'list-id',
    'list-post',
    'list-unsubscribe',
    'x-mailing-list',
    'mailing-list',
    'x-mailman-version',
  ]) {
    if (header(mail, name) !== '') reasons.push(`It carries ${name}, as mailing lists and newsletters do.`);
  }
  if (/^list\b/i.test(header(mail, 'precedence'))) reasons.push('Precedence says "list".');
  return reasons;
}

function isNullSender(mail: ParsedMail, envelope: MailEnvelope): boolean {
  if (envelope.from !== null) return envelope.from.replace(/[<>\s]/g, '') === '';
  return mail.headers.get('return-path')?.some((value) => /^<\s*>$/.test(value.trim())) ?? false;
}

/** X-Auto-Response-Suppress is an order to us, no sign of a machine: ordinary Outlook mail carries it. */
function isSuppressed(mail: ParsedMail, reasons: string[]): boolean {
  const words = header(mail, 'x-auto-response-suppress')
    .toLowerCase()
    .split(/[\s,;]+/);
  const hit = words.some((word) => word === 'all' || word === 'oof' || word === 'autoreply');
  if (hit) reasons.push('X-Auto-Response-Suppress forbids automatic answers.');
  return hit;
}

function isFromUs(mail: ParsedMail, options: ClassifyOptions, reasons: string[]): boolean {
  const own = new Set((options.ownAddresses ?? []).map(addressKey));
  const hit = [...mail.from, ...mail.replyTo].some(({ address }) => own.has(addressKey(address)));
  if (hit) reasons.push('It comes from, or answers go to, one of our own addresses.');
  return hit;
}

function isUnanswerable(mail: ParsedMail, envelope: MailEnvelope, reasons: string[]): boolean {
  const to = mail.replyTo[0] ?? mail.from[0];
  if (!to || !to.address.includes('@')) {
    reasons.push('It names no address that could be answered.');
    return true;
  }
  if (mail.from.length > 1) reasons.push('It names several senders.');
  const never = [to.address, envelope.from ?? ''].find((address) => address !== '' && isNeverAnsweredAddress(address));
  if (never) reasons.push(`${never} is never answered automatically.`);
  return never !== undefined || mail.from.length > 1;
}

function isMarkedSpam(mail: ParsedMail, reasons: string[]): boolean {
  const level = Number(
    header(mail, 'x-ms-exchange-organization-scl') ||
      /\bSCL:(\d)/.exec(header(mail, 'x-forefront-antispam-report'))?.[1] ||
      -1,
  );
  const hit =
    /^yes/i.test(header(mail, 'x-spam-flag')) ||
    /^yes/i.test(header(mail, 'x-spam-status')) ||
    /^fail/i.test(header(mail, 'x-ses-spam-verdict')) ||
    level >= 5;
  if (hit) reasons.push('A spam filter on the way marked it.');
  return hit;
}

function isNamed(address: string, names: string[]): boolean {
  const key = addressKey(address);
  return names.some((name) =>
    name.startsWith('@') ? `@${domainOf(key)}` === name.toLowerCase() : addressKey(name) === key,
  );
}

function header(mail: ParsedMail, name: string): string {
  return mail.headers.get(name)?.[0]?.trim() ?? '';
}
