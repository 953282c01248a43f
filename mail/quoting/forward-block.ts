import { escapeHtml } from '../html-document';
import { htmlToText } from '../html/html-text';
import { sanitizeAgentHtml } from '../sanitize';

/** A mail that is passed on to somebody outside. */
export interface ForwardedMail {
  from: { address: string; name: string } | null;
  to: readonly { address: string; name: string }[];
  subject: string;
  at: Date;
  html: string | null;
  text: string;
}

/** The mail as it stands below the words of whoever passes it on, with who wrote it, when and to whom. */
export function forwardBlock(mail: ForwardedMail, timeZone: string): { html: string; text: string } {
  const { from, to, subject, at, html, text } = mail;
  const named = ({ address, name }: { address: string; name: string }): string =>
    name ? `${name} <${address}>` : address;
  const date = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const lines = [
    '---------- Forwarded message ----------',
    `From: ${from ? named(from) : 'unknown'}`,
    `Date: ${date.format(at)}`,
    `Subject: ${subject}`,
    `To: ${to.map(named).join(', ')}`,
  ].map((line) => line.replace(/\s+/g, ' '));
  const body = html === null ? escapeHtml(text).replace(/\n/g, '<br>') : sanitizeAgentHtml(html).html;
  return {
    html: `<div>${lines.map(escapeHtml).join('<br>')}</div>\n<br>\n<div>${body}</div>`,
    text: `${lines.join('\n')}\n\n${html === null ? text : htmlToText(html)}`,
  };
}
