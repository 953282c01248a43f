/** Tells people what a mail is, line by line. */
import { forTerminal } from './for-terminal';
import type { MailFacts } from './mail-facts';

const TEXT_LINES = 30;

/** Lines that describe one inspected mail, an empty one at the end. */
export function describeMail(mail: MailFacts): string[] {
  const who = (list: MailFacts['from']): string =>
    list.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(', ');
  const lines = [
    mail.file,
    field(
      'Kind',
      `${mail.kind}${mail.automatic ? ', automatic' : ''}${mail.noAutoReply ? ', never answered automatically' : ''}${mail.spam ? ', marked as spam' : ''}`,
    ),
    ...mail.reasons.map((reason) => field('', reason)),
    field('From', who(mail.from) || '(nobody)'),
    ...(mail.replyTo.length > 0 ? [field('Answers to', who(mail.replyTo))] : []),
    field('To', who(mail.to) || '(nobody)'),
    ...(mail.cc.length > 0 ? [field('Cc', who(mail.cc))] : []),
    field('Subject', mail.subject || '(none)'),
    field('Date', mail.date ?? '(none)'),
    ...(mail.receivedAt ? [field('Received', mail.receivedAt)] : []),
    field('Message-ID', `${mail.messageId}${mail.messageIdDerived ? ' (made from the content)' : ''}`),
    ...mail.threadKeys.map((key, i) => field(i === 0 ? 'Thread keys' : '', threadKey(key))),
    field('Size', `${mail.size} bytes`),
    ...(mail.language ? [field('Language', mail.language)] : []),
    ...(mail.protection === 'none'
      ? []
      : [field('Protection', mail.protection === 'signed' ? 'signed, not verified' : 'encrypted, open the original')]),
    ...reportLines(mail),
    ...mail.attachments.map((file, i) =>
      field(
        i === 0 ? 'Files' : '',
        `${file.name}  ${file.type}  ${file.bytes} bytes${file.inline ? '  shown in the text' : ''}`,
      ),
    ),
    ...mail.warnings.map((warning, i) => field(i === 0 ? 'Warnings' : '', warning)),
    field('Text', ''),
  ];
  const text = forTerminal(mail.text, 'many').trimEnd().split('\n');
  const shown = text.slice(0, TEXT_LINES).map((line) => `    ${line}`);
  const more = text.length > TEXT_LINES ? [`    … ${text.length - TEXT_LINES} more lines`] : [];
  return [...lines, ...shown, ...more, ''];
}

function field(label: string, value: string): string {
  return `  ${label.padEnd(12)}${forTerminal(value)}`.trimEnd();
}

function threadKey(key: MailFacts['threadKeys'][number]): string {
  if ('messageId' in key) return `${key.messageId}  (${key.step})`;
  if ('number' in key) return `#${key.number}  (subject, binds participants only)`;
  return `${key.enquiryId}  (${key.step})`;
}

function reportLines(mail: MailFacts): string[] {
  const lines: string[] = [];
  for (const { address, action, status, diagnostic } of mail.dsn?.recipients ?? []) {
    lines.push(field('Delivery', [address ?? '(unnamed)', action, status, diagnostic].filter(Boolean).join('  ')));
  }
  const original = mail.dsn?.originalMessageId ?? mail.feedback?.originalMessageId;
  if (original) lines.push(field('About', original));
  if (mail.feedback)
    lines.push(field('Complaint', `${mail.feedback.feedbackType}  ${mail.feedback.recipients.join(', ')}`));
  if (mail.calendar)
    lines.push(
      field(
        'Invitation',
        [mail.calendar.method, mail.calendar.summary, mail.calendar.start, mail.calendar.organizer]
          .filter(Boolean)
          .join('  '),
      ),
    );
  return lines;
}
