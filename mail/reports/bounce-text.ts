/** Reads bounces that only people were meant to read: qmail, Exim, old Exchange, Google's and Yahoo's letters. */
import type { ReportedRecipient } from './dsn';
import { hasBounceSubject, isDaemonAddress } from './robot-signs';

const MAX_CHARS = 64 * 1024;
// Nor the wide signs that stand around an address in Chinese and Japanese.
const WIDE = '，。、：；（）【】「」“”《》';
const ADDRESS = String.raw`[^\s<>()[\]:;,"'${WIDE}]{1,64}@[^\s<>()[\]:;,"'${WIDE}]{2,255}`;

// Phrases that open or explain a bounce. Two different kinds of evidence are asked for: words and an address.
const PHRASES =
  /(?:(?:could|can) ?n[o']t be delivered|was (?:un|not )able to (?:be )?deliver|unable to deliver|un(?:delivered|deliverable)|did not reach (?:some|the|all)|delivery (?:to the following|has failed|failed|status notification)|failed permanently|permanent (?:fatal )?errors?|returned to (?:the )?sender|qmail-send program|mail delivery (?:software|system|subsystem)|message that you sent|address(?:es)? failed|rejected (?:your|the) message|recipient(?:'s)? (?:address rejected|unknown|not found)|user (?:unknown|not found|doesn't exist)|no such (?:user|recipient|mailbox)|mailbox (?:is )?(?:unavailable|full|not found|disabled|over quota)|does not exist|hasn't been delivered|has been (?:returned|postponed|aborted)|could not deliver|not (?:yet )?been delivered|konnte nicht zugestellt|nicht zugestellt werden|n'a pas (?:pu )?(?:être|ete) (?:remis|distribu)|no se (?:ha podido|pudo) entregar|non è stato possibile|не (?:был[ао]? )?доставлен|配信できませんでした|送信できませんでした|届けることができません|無法(?:投遞|傳遞)|无法(?:投递|送达)|退信|전송되지 ?(?:못|않)|발송 ?실패)/i;
const DELAY =
  /(?:warning message only|do not need to resend|will (?:keep|continue) trying|retr(?:y|ied)|delayed|still (?:being|trying)|not yet been delivered|temporar(?:y|ily) (?:failure|problem|deferred))/i;

/** Where letters name the recipient, most certain first. */
const RECIPIENTS: RegExp[] = [
  new RegExp(String.raw`^[ \t]*(?:final|original)-recipient:\s*(?:rfc822;\s*)?<?(${ADDRESS})>?`, 'gim'),
  new RegExp(String.raw`^[ \t]*<(${ADDRESS})>(?::|[ \t]*\.{3}|[ \t]*$|[ \t]+\()`, 'gim'),
  new RegExp(
    String.raw`(?:following (?:address|recipient)|recipient\(?s?\)?|address\(?es\)?|addresses follow|fatal errors|failed|aborted|delivered to|sent to|message to)[^\n]{0,80}[:\-|]*[ \t]*\n[\s*\-]{0,20}<?(${ADDRESS})>?`,
    'gim',
  ),
  new RegExp(
    String.raw`^[ \t]*(?:recipient|address|e-?mail|failed recipient|intended recipient|undeliverable address|error-for|an|à|para|кому|宛先|收件人|받는 ?사람)[ \t]*[:：][ \t]*(?:\[?smtp:)?<?(${ADDRESS})>?`,
    'gim',
  ),
  new RegExp(
    String.raw`(?:message|mail|delivery|letter|deliver your message|originally addressed|addressed) (?:to|for)\s+['"<]?(${ADDRESS})>?`,
    'gim',
  ),
  new RegExp(String.raw`rcpt to:\s*<(${ADDRESS})>`, 'gim'),
  new RegExp(String.raw`^[ \t]{2,}<?(${ADDRESS})>?[ \t]*$`, 'gim'),
  new RegExp(
    String.raw`<(${ADDRESS})>[^\n]{0,80}(?:unknown|rejected|not (?:exist|found)|disabled|full|unavailable)`,
    'gim',
  ),
];

/** A mail that may be a bounce. */
export interface BounceLetter {
  subject: string;
  text: string;
  /** Whom it was sent to and by: never the recipients that failed. */
  known: string[];
}

/** The recipients a bounce's words name, or null where the words are not those of a bounce. */
export function readBounceText(mail: BounceLetter): { recipients: ReportedRecipient[] } | null {
  const own = ownWords(mail.text.slice(0, MAX_CHARS));
  const subject = hasBounceSubject(mail.subject);
  const phrase = PHRASES.test(own);
  if (!subject && !phrase) return null;
  const addresses = recipientsIn(own, mail);
  if (addresses.length === 0 && !(subject && phrase)) return null;
  const delayed = isDelay(own, mail.subject);
  const named = addresses.length > 0 ? addresses : [{ address: null, at: 0 }];
  return {
    recipients: named.map(({ address, at }, i) => {
      const words = own.slice(at, named[i + 1]?.at ?? at + 2000);
      const status = statusIn(words) ?? (named.length === 1 ? statusIn(own) : null);
      const action = status?.startsWith('4.') || (delayed && !status) ? 'delayed' : 'failed';
      return {
        address,
        finalAddress: null,
        action,
        status,
        diagnostic: diagnosticIn(words),
        remoteMta: null,
        permanent: action === 'failed' && (status?.startsWith('5.') ?? false),
      };
    }),
  };
}

/** Letters of a delay tell what comes if it goes on: "you'll be notified if the delivery fails permanently". */
function isDelay(own: string, subject: string): boolean {
  if (/\bdelay(?:ed)?\b/i.test(subject)) return true;
  return DELAY.test(own) && !/permanent|giv(?:ing|en) up|fatal/i.test(own.replace(/\bif\b[^.\n]*/gi, ''));
}

const COPY_BEGINS =
  /^[ \t|]*(?:[-=*_~]{2,60}[ \t]*)?(?:(?:below|this|here|following|attached) (?:line )?(?:is|are) (?:a|the) (?:copy|first)|a copy of the original|original message (?:follows|header|below|details)|-?original message\b|(?:start of )?returned (?:message|mail)|your message (?:reads|follows)|(?:the )?message (?:header|body|text|log)s? follow|(?:unsent|undelivered|failed|bounced) message|copy of (?:the |your )?message|the (?:headers?|body|header and top).{0,40}(?:message|follows)|(?:the )?first \d+ lines of|forwarded message|transcript of the original|below this line|--- ?копия|исходное сообщение|received: from)/im;

/** The server's own words: what it returns of the mail is left out, or its addresses would be taken for recipients. */
function ownWords(text: string): string {
  const copy = text.search(COPY_BEGINS);
  return copy > 0 ? text.slice(0, copy) : text;
}

interface Named {
  address: string;
  at: number;
}

function recipientsIn(text: string, mail: BounceLetter): Named[] {
  for (const pattern of RECIPIENTS) {
    const found = distinct(text.matchAll(pattern));
    if (found.length > 0) return found;
  }
  // No known shape: whoever is named and is neither the writer nor the reader of the letter.
  const known = new Set(mail.known.map((address) => address.toLowerCase()));
  const anybody = distinct(
    `${text}\n${mail.subject}`.matchAll(new RegExp(`(?<![^\\s<>()[\\]:;,"'=${WIDE}])(${ADDRESS})`, 'g')),
  );
  return anybody.filter(({ address }) => !known.has(address.toLowerCase()) && !isDaemonAddress(address)).slice(0, 5);
}

function distinct(matches: Iterable<RegExpExecArray>): Named[] {
  const found = new Map<string, Named>();
  for (const match of matches) {
    const address = (match[1] ?? '').replace(/[.>]+$/, '').replace(/\.{2,}.*$/, '');
    const key = address.toLowerCase();
    if (address.includes('@') && !found.has(key) && found.size < 100) found.set(key, { address, at: match.index });
  }
  return [...found.values()];
}

function statusIn(words: string): string | null {
  const enhanced = /(?:^|[^\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(words)?.[1];
  if (enhanced) return enhanced;
  const reply = /(?:^|[\s:;("'])([45])\d\d[\s-](?!\d)/m.exec(words)?.[1];
  return reply ? `${reply}.0.0` : null;
}

function diagnosticIn(words: string): string | null {
  const line = words.split('\n').find((text) => /(?:^|[\s:("'])[45](?:\d\d[\s-]|\.\d{1,3}\.\d{1,3})/.test(text));
  return line ? line.trim().slice(0, 500) : null;
}
