/** Reads bounces that only people were meant to read: qmail, Exim, old Exchange, Google's and Yahoo's letters. */
import type { ReportedRecipient } from './dsn';
import { hasBounceSubject } from './robot-signs';

const MAX_CHARS = 64 * 1024;
const ADDRESS = String.raw`[^\s<>()[\]:;,"']{1,64}@[^\s<>()[\]:;,"']{2,255}`;

// Phrases that open or explain a bounce. Two different kinds of evidence are asked for: words and an address.
const PHRASES =
  /(?:(?:could|can) ?n[o']t be delivered|was (?:un|not )able to (?:be )?deliver|unable to deliver|un(?:delivered|deliverable)|did not reach (?:some|the|all)|delivery (?:to the following|has failed|failed|status notification)|failed permanently|permanent (?:fatal )?errors?|returned to (?:the )?sender|qmail-send program|mail delivery (?:software|system|subsystem)|message that you sent|address(?:es)? failed|rejected (?:your|the) message|recipient(?:'s)? (?:address rejected|unknown|not found)|user (?:unknown|not found|doesn't exist)|no such (?:user|recipient|mailbox)|mailbox (?:is )?(?:unavailable|full|not found|disabled|over quota)|does not exist|hasn't been delivered|not (?:yet )?been delivered|konnte nicht zugestellt|nicht zugestellt werden|n'a pas (?:pu )?(?:être|ete) (?:remis|distribu)|no se (?:ha podido|pudo) entregar|non è stato possibile|не (?:был[ао]? )?доставлен|配信できませんでした|送信できませんでした|届けることができません|無法(?:投遞|傳遞)|无法(?:投递|送达)|退信)/i;
const DELAY =
  /(?:warning message only|do not need to resend|will (?:keep|continue) trying|retr(?:y|ied)|delayed|still (?:being|trying)|not yet been delivered|temporar(?:y|ily) (?:failure|problem|deferred))/i;

/** Where letters name the recipient, most certain first. */
const RECIPIENTS: RegExp[] = [
  new RegExp(String.raw`^[ \t]*(?:final|original)-recipient:\s*(?:rfc822;)?\s*<?(${ADDRESS})>?`, 'gim'),
  new RegExp(String.raw`^[ \t]*<(${ADDRESS})>(?::|[ \t]*\.{3}|[ \t]*$|[ \t]+\()`, 'gim'),
  new RegExp(
    String.raw`(?:following (?:address|recipient)|recipient\(?s?\)?|address\(?es\)?|failed|delivered to|sent to)[^\n]{0,80}:[ \t]*\n\s{0,20}<?(${ADDRESS})>?`,
    'gim',
  ),
  new RegExp(
    String.raw`^[ \t]*(?:to|recipient|address|e-?mail|failed recipient|an|à|para|кому|宛先|收件人)[ \t]*[:：][ \t]*(?:\[?smtp:)?<?(${ADDRESS})>?`,
    'gim',
  ),
  new RegExp(String.raw`(?:message|mail|delivery|letter) (?:to|for)\s+<?(${ADDRESS})>?`, 'gim'),
  new RegExp(String.raw`rcpt to:\s*<(${ADDRESS})>`, 'gim'),
  new RegExp(String.raw`^[ \t]{2,}<?(${ADDRESS})>?[ \t]*$`, 'gim'),
  new RegExp(
    String.raw`<(${ADDRESS})>[^\n]{0,80}(?:unknown|rejected|not (?:exist|found)|disabled|full|unavailable)`,
    'gim',
  ),
];

/** The recipients a bounce's words name, or null where the words are not those of a bounce. */
export function readBounceText(mail: { subject: string; text: string }): { recipients: ReportedRecipient[] } | null {
  const own = ownWords(mail.text.slice(0, MAX_CHARS));
  const subject = hasBounceSubject(mail.subject);
  const phrase = PHRASES.test(own);
  if (!subject && !phrase) return null;
  const addresses = recipientsIn(own);
  if (addresses.length === 0 && !(subject && phrase)) return null;
  const delayed = DELAY.test(own) && !/permanent|giving up|failed permanently|fatal/i.test(own);
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

/** The server's own words: what it returns of the mail is left out, or its addresses would be taken for recipients. */
function ownWords(text: string): string {
  const copy = text.search(
    /^[ \t]*(?:-{2,60}|={3,60}|\*{3,60})?[ \t]*(?:(?:below|this|here|following) is a copy of (?:the|your) (?:message|mail)|(?:original message|returned message|message header follows?|unsent message|copy of message|the (?:headers|body) of the message|forwarded message|undelivered message|transcript of the original)|received: from)/im,
  );
  return copy > 0 ? text.slice(0, copy) : text;
}

function recipientsIn(text: string): { address: string; at: number }[] {
  for (const pattern of RECIPIENTS) {
    const found = new Map<string, { address: string; at: number }>();
    for (const match of text.matchAll(pattern)) {
      const address = (match[1] ?? '').replace(/[.>]+$/, '');
      if (!found.has(address.toLowerCase()) && found.size < 100)
        found.set(address.toLowerCase(), { address, at: match.index });
    }
    if (found.size > 0) return [...found.values()];
  }
  return [];
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
