import { parse } from 'tldts';

// Schemes that a mail client makes a link of, or that do harm in an href.
const scheme = /\b(https?|ftps?|sftp|file|mailto|tel|sms|javascript|vbscript|data|blob|callto|skype|tg|whatsapp):/giu;

// Two labels or more, joined by a full stop in any of the forms that a browser reads as one (UTS 46).
const dotted = /[\p{L}\p{N}\p{M}_-]+(?:[.\u3002\uff0e\uff61][\p{L}\p{N}\p{M}_-]+)+/gu;

/**
 * Breaks every link and address in a stranger's words so that no mail client makes them clickable: `https[:]//`,
 * `www[.]example[.]com`. Words with dots that are no host name ("v1.2", "J.R.") stay as they are.
 */
export function unlinked(text: string): string {
  return text
    .replace(dotted, (word) => (isHost(word) ? word.replace(/[.\u3002\uff0e\uff61]/gu, '[.]') : word))
    .replace(scheme, (_whole, name: string) => `${name}[:]`);
}

function isHost(word: string): boolean {
  const found = parse(word.replace(/[\u3002\uff0e\uff61]/gu, '.'), { validateHostname: false });
  return found.isIp === true || found.isIcann === true || found.isPrivate === true || /^www\./iu.test(word);
}
