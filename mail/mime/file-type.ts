/** Media type of a file by its first bytes; the declared type is believed only where the content agrees. */

interface Signature {
  type: string;
  /** Hexadecimal bytes, `..` for any. */
  hex: string;
  offset?: number;
}

const SIGNATURES: Signature[] = [
  { type: 'image/png', hex: '89504e470d0a1a0a' },
  { type: 'image/jpeg', hex: 'ffd8ff' },
  { type: 'image/gif', hex: '47494638' },
  { type: 'image/bmp', hex: '424d........00000000' },
  { type: 'image/tiff', hex: '49492a00' },
  { type: 'image/tiff', hex: '4d4d002a' },
  { type: 'image/webp', hex: '52494646........57454250' },
  { type: 'image/vnd.adobe.photoshop', hex: '38425053' },
  { type: 'image/x-icon', hex: '00000100' },
  { type: 'image/heic', hex: '6674797068656963', offset: 4 },
  { type: 'image/avif', hex: '6674797061766966', offset: 4 },
  { type: 'video/quicktime', hex: '667479707174', offset: 4 },
  { type: 'video/mp4', hex: '66747970', offset: 4 },
  { type: 'video/x-matroska', hex: '1a45dfa3' },
  { type: 'video/x-msvideo', hex: '52494646........41564920' },
  { type: 'audio/wav', hex: '52494646........57415645' },
  { type: 'audio/mpeg', hex: '494433' },
  { type: 'audio/ogg', hex: '4f676753' },
  { type: 'audio/flac', hex: '664c6143' },
  { type: 'audio/amr', hex: '2321414d52' },
  { type: 'application/pdf', hex: '255044462d' },
  { type: 'application/zip', hex: '504b0304' },
  { type: 'application/zip', hex: '504b0506' },
  { type: 'application/x-rar-compressed', hex: '526172211a07' },
  { type: 'application/x-7z-compressed', hex: '377abcaf271c' },
  { type: 'application/gzip', hex: '1f8b08' },
  { type: 'application/x-bzip2', hex: '425a68' },
  { type: 'application/x-xz', hex: 'fd377a585a00' },
  { type: 'application/x-ole-storage', hex: 'd0cf11e0a1b11ae1' },
  { type: 'application/rtf', hex: '7b5c727466' },
  { type: 'application/postscript', hex: '25215053' },
  { type: 'application/ms-tnef', hex: '789f3e22' },
  { type: 'application/x-msdownload', hex: '4d5a' },
  { type: 'application/x-elf', hex: '7f454c46' },
  { type: 'application/x-sqlite3', hex: '53514c69746520666f726d6174203300' },
  { type: 'application/wasm', hex: '0061736d' },
];

// Inside a zip or an OLE file: what the declared type or the extension may narrow it to.
const CONTAINERS: Record<string, RegExp> = {
  'application/zip':
    /^application\/(?:vnd\.openxmlformats|vnd\.oasis|vnd\.ms-.*(?:12|macroenabled)|epub\+zip|java-archive|vnd\.android|vnd\.apple|x-iwork|.*\+zip|x-zip)/,
  'application/x-ole-storage': /^application\/(?:msword|vnd\.ms-|vnd\.visio|x-msi|msaccess|x-tika)/,
  'video/mp4': /^(?:video|audio)\/(?:mp4|x-m4a|x-m4v|3gpp|m4a|aac)/,
  'application/x-msdownload': /^application\/(?:x-msdos-program|x-dosexec|vnd\.microsoft\.portable-executable)/,
  'audio/ogg': /^(?:video|audio|application)\/ogg/,
};

const BY_EXTENSION: Record<string, string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  epub: 'application/epub+zip',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  msg: 'application/vnd.ms-outlook',
  csv: 'text/csv',
  txt: 'text/plain',
  log: 'text/plain',
  json: 'application/json',
  xml: 'application/xml',
  ics: 'text/calendar',
  vcf: 'text/vcard',
  eml: 'message/rfc822',
  md: 'text/markdown',
  p7s: 'application/pkcs7-signature',
  p7m: 'application/pkcs7-mime',
};

const PREFIX_BYTES = 512;
// Types whose files always begin with a known signature: a file without it is not what it says.
const PROVABLE = new Set(SIGNATURES.map((signature) => signature.type));

/** Media type of `content`; `declared` and the extension of `name` decide only where the bytes leave it open. */
export function fileType(content: Buffer, declared: string, name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const byName = BY_EXTENSION[extension];
  const found = bySignature(content);
  if (found) {
    const inside = CONTAINERS[found];
    if (inside?.test(declared)) return declared;
    if (inside && byName && inside.test(byName)) return byName;
    return found;
  }
  const markup = markupType(content);
  if (markup && !(markup === 'application/xml' && /xml/.test(declared))) return markup;
  if (PROVABLE.has(declared) && content.length > 0 && !/^(?:audio|video)\/|rtf|postscript/.test(declared)) {
    return isText(content) ? 'text/plain' : 'application/octet-stream';
  }
  if (declared === 'application/octet-stream' || declared === '') return byName ?? 'application/octet-stream';
  return declared;
}

function bySignature(content: Buffer): string | null {
  for (const { type, hex, offset = 0 } of SIGNATURES) {
    let fits = content.length >= offset + hex.length / 2;
    for (let i = 0; fits && i < hex.length; i += 2) {
      const byte = hex.slice(i, i + 2);
      fits = byte === '..' || content[offset + i / 2] === Number.parseInt(byte, 16);
    }
    if (fits) return type;
  }
  return null;
}

function markupType(content: Buffer): string | null {
  const head = content
    .toString('latin1', 0, PREFIX_BYTES)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  if (/^(?:<!doctype html|<html|<script|<body|<head|<iframe)/.test(head)) return 'text/html';
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?(?:<!doctype svg[^>]*>\s*)?<svg[\s>]/.test(head))
    return 'image/svg+xml';
  if (head.startsWith('<?xml')) return 'application/xml';
  if (head.startsWith('begin:vcalendar')) return 'text/calendar';
  if (head.startsWith('begin:vcard')) return 'text/vcard';
  return null;
}

function isText(content: Buffer): boolean {
  return !content
    .subarray(0, PREFIX_BYTES)
    .some((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b);
}
