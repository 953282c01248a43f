import { escapeHtml } from '../html-document';
import { quoteIntroduction } from './introductions';

/** A mail as it is quoted below an answer: who wrote it, when, and its words without what it quoted itself. */
export interface QuotedMail {
  /** Name, else address. */
  author: string;
  at: Date;
  text: string;
}

/** A quote in both bodies of a mail. */
export interface Quote {
  html: string;
  text: string;
}

const MAX_CHARS = 100_000;
const BORDER = 'margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex';

/**
 * The quote of a thread, newest mail first and each older one inside of the newer, as mail programs nest them, so that
 * our own cut (email.md R3) and theirs find its beginning. Words only: no recipients, no files, nothing that is fetched.
 * What comes beyond 100,000 characters is left out. Null where there is nothing to quote. `language` is that of the mail
 * which is answered, empty where nobody knows.
 */
export function outgoingQuote(newestFirst: readonly QuotedMail[], timezone: string, language = ''): Quote | null {
  let room = MAX_CHARS;
  const fitting = newestFirst.filter(({ text }) => text.trim() !== '' && (room -= text.length) >= 0);
  return fitting.toReversed().reduce<Quote | null>((older, mail) => around(mail, older, { timezone, language }), null);
}

function around(
  mail: QuotedMail,
  older: Quote | null,
  { timezone, language }: { timezone: string; language: string },
): Quote {
  const introduction = quoteIntroduction({ who: oneLine(mail.author), at: mail.at }, timezone, language);
  const words = mail.text.trim();
  const text = older ? `${words}\n\n${older.text}` : words;
  const inside = escapeHtml(words).replace(/\n/g, '<br>');
  return {
    text: `${introduction}\n${text
      .replace(/^/gm, '> ')
      .replace(/^> (?=>)/gm, '>')
      .replace(/^> $/gm, '>')}`,
    html: `<div>${escapeHtml(introduction)}</div>\n<blockquote type="cite" style="${BORDER}">${inside}${older ? `<br><br>${older.html}` : ''}</blockquote>`,
  };
}

const oneLine = (name: string): string =>
  name
    .replace(/[\s:<>]+/g, ' ')
    .trim()
    .slice(0, 150);
