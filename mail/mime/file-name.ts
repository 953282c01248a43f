/** Names of files that may be shown, stored and downloaded, whatever the sender wrote. */

const MAX_BYTES = 255;
const EXTENSIONS: Record<string, string> = {
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/json': 'json',
  'application/ms-tnef': 'dat',
  'application/pkcs7-signature': 'p7s',
  'application/x-pkcs7-signature': 'p7s',
  'application/pkcs7-mime': 'p7m',
  'application/x-pkcs7-mime': 'p7m',
  'application/pgp-signature': 'asc',
  'application/pgp-encrypted': 'asc',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'image/tiff': 'tif',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/csv': 'csv',
  'text/calendar': 'ics',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'text/rfc822-headers': 'txt',
  'message/delivery-status': 'txt',
  'message/feedback-report': 'txt',
  'message/disposition-notification': 'txt',
  'message/rfc822': 'eml',
  'message/global': 'eml',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'video/mp4': 'mp4',
};

/** File extension of a media type, without the dot; `bin` where none is known. */
export function extensionOf(type: string): string {
  return (Object.hasOwn(EXTENSIONS, type) && EXTENSIONS[type]) || 'bin';
}

/**
 * Base name without path, control and bidirectional characters and without what Windows refuses, at most 255 bytes;
 * empty where nothing is left. The extension survives the cutting.
 */
export function safeFileName(name: string): string {
  const base = name
    .normalize('NFC')
    .replace(/[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu, '')
    .replace(/[\ud800-\udfff]/g, (unit, at: number, all: string) => (isPaired(all, at) ? unit : ''))
    .split(/[/\\]/)
    .at(-1);
  const clean = (base ?? '')
    .replace(/[<>:"|?*]/g, '_')
    // What stands behind a hundred spaces, such as another extension, is seen by nobody.
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .replace(/^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i, '_$1');
  return shortened(clean);
}

function isPaired(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  const other = text.charCodeAt(unit < 0xdc00 ? at + 1 : at - 1);
  return unit < 0xdc00 ? other >= 0xdc00 && other <= 0xdfff : other >= 0xd800 && other < 0xdc00;
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 20 ? name.slice(dot) : '';
  const stem = Array.from(extension ? name.slice(0, dot) : name);
  const room = MAX_BYTES - Buffer.byteLength(extension);
  let bytes = 0;
  const kept = stem.slice(0, room).filter((char) => (bytes += Buffer.byteLength(char)) <= room);
  return kept.join('') + extension;
}

/** `name`, or `name (2)` and so on where `taken` (lower case) has it; the result is added to `taken`. */
export function uniqueFileName(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  let candidate = name;
  for (let n = 2; taken.has(candidate.toLowerCase()); n += 1)
    candidate = shortened(`${stem.slice(0, 200)} (${n})${extension}`);
  taken.add(candidate.toLowerCase());
  return candidate;
}
