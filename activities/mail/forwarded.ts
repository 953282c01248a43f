import type { Message, NamedAddress } from '../../store/messages';

/** A forwarded mail as people know it: who wrote it, when, to whom, and then the mail itself, with its files. */
export function forwardedText(original: Message, number: number): { subject: string; html: string; text: string } {
  const head = headOf(original);
  const note = `We pass on a mail that belongs to our enquiry ${number}. Answers to this mail reach us.`;
  const text = [
    note,
    '',
    '---------- Forwarded message ----------',
    ...head.map(([name, value]) => `${name}: ${value}`),
    '',
    original.text,
  ].join('\n');
  const lines = head.map(([name, value]) => `<b>${name}:</b> ${escaped(value)}`).join('<br>\n');
  const body = original.html ?? `<div style="white-space: pre-wrap">${escaped(original.text)}</div>`;
  const html = `<p>${escaped(note)}</p>\n<hr>\n<p>${lines}</p>\n${body}`;
  return { subject: subjectOf(original.subject), html, text };
}

function headOf({ from, date, at, subject, to, cc }: Message): [string, string][] {
  return [
    ['From', shown(from ? [from] : [])],
    ['Date', (date ?? at).toUTCString()],
    ['Subject', subject],
    ['To', shown(to)],
    ...(cc.length > 0 ? [['Cc', shown(cc)] satisfies [string, string]] : []),
  ];
}

function shown(addresses: NamedAddress[]): string {
  return addresses.map(({ address, name }) => (name === '' ? address : `${name} <${address}>`)).join(', ');
}

function subjectOf(subject: string): string {
  return /^\s*(fwd?|wg)\s*:/i.test(subject) ? subject : `Fwd: ${subject}`;
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
