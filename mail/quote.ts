/** Parts what was newly written from the mails quoted below it. For display only: the whole text is always kept. */
import { htmlToText } from './html/html-text';
import { htmlQuoteStart } from './quoting/quote-html';
import { textQuoteStart } from './quoting/quote-text';

/** Own line in outgoing mail above which an answer is to be written; beats every other sign. */
export const REPLY_SEPARATOR = '##- Please write your answer above this line -##';

/** What was newly written. */
export interface CutText {
  /** Never empty while the whole text is not. */
  newText: string;
  /** Offset in the whole text where the quoted tail begins, or null where nothing was cut from it. */
  quotedFrom: number | null;
}

const FORWARD =
  /^\s*\[?(?:(?:re|aw|sv|antw)\s*:\s*)*(?:fwd?|fw|wg|tr|rv|enc|i|vs|vl|vb|doorst|pd|fs|[iİ]lt|πρθ|továbbítás|пересл|chuyển tiếp|הועבר|إعادة توجيه|ส่งต่อ|转发|轉寄|転送|전달)\s*[:：]/i;

/** Whether a subject says that the mail is passed on, in the words of many languages. */
export const isForward = (subject: string): boolean => FORWARD.test(subject);

/** Cuts the quoted tail off a mail's text. A forwarded mail is the message itself and is not cut. */
export function cutQuote(mail: { subject: string; text: string; html: string | null }): CutText {
  const whole: CutText = { newText: mail.text.trim(), quotedFrom: null };
  if (isForward(mail.subject)) return whole;
  const separator = mail.text.indexOf(REPLY_SEPARATOR);
  const inText = separator >= 0 ? attributionBefore(mail.text, separator) : textQuoteStart(mail.text);
  if (inText !== null) {
    const newText = mail.text.slice(0, inText).trim();
    return newText === '' ? whole : { newText, quotedFrom: inText };
  }
  const inHtml = mail.html === null ? null : htmlQuoteStart(mail.html);
  if (inHtml === null || mail.html === null) return whole;
  const newText = htmlToText(mail.html.slice(0, inHtml)).trim();
  return newText === '' ? whole : { newText, quotedFrom: null };
}

/** The quote's introduction stands above our own separator and goes with it. */
function attributionBefore(text: string, separator: number): number {
  return textQuoteStart(text.slice(0, separator)) ?? lineStart(text, separator);
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at) + 1;
}
