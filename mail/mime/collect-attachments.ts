/** Gives the files of a mail safe names, true types and digests. */
import { createHash } from 'node:crypto';
import { decodeText } from './charset';
import { extensionOf, safeFileName, uniqueFileName } from './file-name';
import { fileType } from './file-type';
import { GENERATED_ID, type FoundFile } from './body';
import { firstValue, readHeaderBlock } from './header-block';
import { decodeWords } from './words';
import type { Attachment } from '../parsed-mail';

/** Attachments in the order of the mail; `html` tells which of them it shows by their Content-ID. */
export function collectAttachments(files: FoundFile[], html: string | null): Attachment[] {
  const taken = new Set<string>();
  const shown = shownIds(html);
  return files.map(({ part, content }, i) => {
    const given = safeFileName(part.fileName ?? '');
    const type = typeOf(part.type, content, given);
    const name = uniqueFileName(given || fallbackName(part.type, type, content, part.contentId, i + 1), taken);
    const inline = part.contentId !== null && shown.has(part.contentId.toLowerCase());
    return {
      name,
      type,
      declaredType: part.type,
      bytes: content.length,
      contentId: part.contentId?.startsWith(GENERATED_ID) && !inline ? null : part.contentId,
      inline,
      content,
      sha256: createHash('sha256').update(content).digest('hex'),
    };
  });
}

/** Parts that are mail themselves, or about mail, are what they say. */
function typeOf(declared: string, content: Buffer, name: string): string {
  if (/^(?:message|multipart)\/|rfc822-headers|pkcs7|pgp/.test(declared)) return declared;
  return fileType(content, declared, name);
}

function fallbackName(
  declared: string,
  type: string,
  content: Buffer,
  contentId: string | null,
  number: number,
): string {
  const extension = extensionOf(declared) === 'bin' ? extensionOf(type) : extensionOf(declared);
  if (extension === 'eml') return `${subjectOf(content) || `message-${number}`}.eml`;
  if (declared === 'message/delivery-status') return 'delivery-status.txt';
  if (declared === 'message/feedback-report') return 'feedback-report.txt';
  if (declared === 'message/disposition-notification') return 'read-receipt.txt';
  if (declared.endsWith('rfc822-headers')) return 'message-headers.txt';
  if (extension === 'ics') return 'invite.ics';
  if (type.endsWith('ms-tnef')) return 'winmail.dat';
  if (extension === 'p7s' || extension === 'p7m') return `smime.${extension}`;
  if (extension === 'asc') return 'signature.asc';
  const stem = safeFileName((contentId?.split('@')[0] ?? '').replace(/[^\w.-]/g, ''));
  if (stem && !stem.startsWith(GENERATED_ID))
    return stem.toLowerCase().endsWith(`.${extension}`) ? stem : `${stem}.${extension}`;
  return `attachment-${number}.${extension}`;
}

function subjectOf(content: Buffer): string {
  const { fields } = readHeaderBlock(content, 64 * 1024);
  return safeFileName(decodeWords(firstValue(fields, 'subject') ?? '').replace(/[/\\]/g, '-')).slice(0, 120);
}

function shownIds(html: string | null): Set<string> {
  const ids = new Set<string>();
  for (const match of (html ?? '').matchAll(/\bcid:([^'"\s<>)]{1,256})/gi)) {
    const id = match[1] ?? '';
    ids.add(id.toLowerCase());
    ids.add(percentDecoded(id).toLowerCase());
  }
  return ids;
}

function percentDecoded(text: string): string {
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decodeText(Buffer.from(bytes, 'latin1'), 'utf-8').text;
}
