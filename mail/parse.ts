/** Reads a raw mail within limits. What cannot be taken apart is kept as a file: no mail is lost for its shape. */
import { createHash } from 'node:crypto';
import { readCalendar } from './mime/calendar';
import { collectAttachments } from './mime/collect-attachments';
import { readDsn, type ReportParts } from './reports/dsn';
import { UnparsableMail } from './errors';
import { readFeedbackReport } from './reports/feedback-report';
import { htmlToText, textToHtml } from './html/html-text';
import { languageOf } from './language';
import { readBody, type FoundBody } from './mime/body';
import { decodeText } from './mime/charset';
import { guessCharset } from './mime/guess-charset';
import { readHeaderBlock } from './mime/header-block';
import { readPartTree, type MimePart } from './mime/part-tree';
import { DEFAULT_LIMITS, type Attachment, type ParsedMail, type ParseLimits } from './parsed-mail';
import { cutQuote } from './quote';
import { decodedHeaders, readHeaders, type HeaderFacts } from './mime/read-headers';
import { sanitizeMailHtml } from './sanitize';

/**
 * Reads a mail. Throws `UnparsableMail` only where there is no byte, or no header field and no words either; everything
 * else gives a result, with `warnings` that tell what was odd. Takes its time on the thread it runs on: see `createParser`.
 */
export async function parseMail(raw: Buffer, limits: Partial<ParseLimits> = {}): Promise<ParsedMail> {
  return readMail(raw, { ...DEFAULT_LIMITS, ...limits });
}

function readMail(raw: Buffer, limits: ParseLimits): ParsedMail {
  if (raw.length === 0) throw new UnparsableMail('empty');
  const { root, warnings } = readWhole(raw, limits);
  const parts = flat(root);
  const hint = charsetHint(root, parts);
  const facts = readHeaders(root.fields, hint, limits.maxAddresses);
  const body = readBody(root, { htmlToText, textToHtml });
  const files = collectAttachments(body.files, body.html);
  const shown = withinLimits(body, files, limits);
  const cut = cutQuote({ subject: facts.subject, text: shown.text, html: shown.html });
  const reports = reportParts(root, files, facts, shown.text);
  const protection = protectionOf(root, parts, shown.text);
  return {
    ...facts,
    ...shown,
    ...cut,
    safeHtml: shown.html === null ? null : sanitizeMailHtml(shown.html, { maxLinks: limits.maxLinks }),
    language: languageOf(cut.newText),
    protection,
    dsn: readDsn(reports),
    feedback: readFeedbackReport(reports, textOf(files, 'message/feedback-report')[0] ?? null),
    calendar: calendarOf(files),
    warnings: [...facts.warnings, ...warnings, ...body.warnings, ...shown.warnings, ...PROTECTION[protection]],
    size: raw.length,
    bodyDigest: digestOf(body),
  };
}

/**
 * The parts of a mail. One that is words alone is all text, as mail programs show it, and as it comes by SMTP, where our
 * own `Received` line makes the header.
 */
function readWhole(raw: Buffer, limits: ParseLimits): ReturnType<typeof readPartTree> {
  const tree = readPartTree(withLineFeeds(raw), limits);
  if (tree.root.fields.length > 0) return tree;
  if (!isWords(raw)) throw new UnparsableMail('no-header');
  const { root, warnings } = readPartTree(Buffer.concat([Buffer.from('Received:\r\n\r\n'), raw]), limits);
  return { root, warnings: [...warnings, 'The mail has no header; all of it is shown as its text.'] };
}

/** Something to read, and nothing that no text has (NUL and other control characters). */
function isWords(raw: Buffer): boolean {
  const beginning = raw.toString('latin1', 0, 64 * 1024);
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return beginning.trim() !== '' && !/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(beginning);
}

/** Lines that end with a carriage return alone, as on old Macs, or with two, as scripts make that turn them twice. */
function withLineFeeds(raw: Buffer): Buffer {
  if (isDoubled(raw)) return Buffer.from(raw.toString('latin1').replace(/\r\r\n/g, '\r\n'), 'latin1');
  // Relays add lines of their own that end as they should; an empty line then stands between carriage returns only.
  if (!raw.includes(0x0d) || raw.includes('\r\n\r\n') || raw.includes('\n\n')) return raw;
  return raw.includes(0x0a) && !raw.includes('\r\r')
    ? raw
    : Buffer.from(raw.toString('latin1').replace(/\r(?!\n)/g, '\n'), 'latin1');
}

/** The first lines of the header all end with two carriage returns, but for those that servers wrote above. */
function isDoubled(raw: Buffer): boolean {
  if (!raw.includes('\r\r\n')) return false;
  const [, written = ''] =
    /^(?:(?:Received|Return-Path|Delivered-To):.*\r\n(?:[ \t].*\r\n)*)*([^]*)/i.exec(raw.toString('latin1', 0, 8192)) ??
    [];
  const ends = [...written.matchAll(/(\r*)\n/g)].slice(0, 3);
  return ends.length > 0 && ends.every(([, returns]) => returns === '\r\r');
}

type Shown = Pick<ParsedMail, 'text' | 'html' | 'attachments' | 'warnings'>;

/** What is too long to show is kept whole as a file. */
function withinLimits(body: FoundBody, files: Attachment[], limits: ParseLimits): Shown {
  const warnings: string[] = [];
  const attachments = [...files];
  const text = body.text ?? '';
  if (text.length > limits.maxTextChars) {
    attachments.push(generatedFile('full-text.txt', 'text/plain', text, files));
    warnings.push('The text is longer than the limit; the whole of it is attached as a file.');
  }
  const html = body.html;
  const tooLong = html !== null && html.length > limits.maxHtmlChars;
  if (tooLong) {
    attachments.push(generatedFile('full-message.html', 'text/html', html, files));
    warnings.push('The HTML is longer than the limit; it is attached as a file and its text is shown.');
  }
  return { text: text.slice(0, limits.maxTextChars), html: tooLong ? null : html, attachments, warnings };
}

function generatedFile(name: string, type: string, text: string, files: Attachment[]): Attachment {
  const content = Buffer.from(text);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const taken = files.some((file) => file.name.toLowerCase() === name);
  return {
    name: taken ? `whole-${name}` : name,
    type,
    declaredType: type,
    bytes: content.length,
    contentId: null,
    inline: false,
    content,
    sha256,
  };
}

const PROTECTION: Record<ParsedMail['protection'], string[]> = {
  none: [],
  signed: ['The mail is signed; the signature was not verified.'],
  encrypted: ['The mail is encrypted; it can only be read by opening the original.'],
};

/** The charset that raw bytes of the header are most likely in: that of the body, declared or guessed from all. */
function charsetHint(root: MimePart, parts: MimePart[]): string | null {
  const declared = parts.map((part) => part.params.get('charset')).find((charset) => charset !== undefined);
  if (declared) return declared;
  const raw = root.fields.map(({ value }) => value).filter((value) => /\P{ASCII}/u.test(value));
  if (raw.length === 0) return null;
  const text = parts.find((part) => part.type.startsWith('text/'));
  return guessCharset(
    Buffer.concat([Buffer.from(raw.join('\n'), 'latin1'), text?.body.subarray(0, 8192) ?? Buffer.alloc(0)]),
  );
}

function flat(root: MimePart): MimePart[] {
  return [root, ...root.parts.flatMap(flat)];
}

function reportParts(root: MimePart, files: Attachment[], facts: HeaderFacts, text: string): ReportParts {
  const returned = files.find((file) =>
    /^(?:message\/(?:rfc822|global|partial|rfc822-headers|global-headers)|text\/rfc822-headers)$/.test(
      file.declaredType,
    ),
  );
  return {
    headers: facts.headers,
    from: facts.from,
    subject: facts.subject,
    rootType: root.type,
    reportType: root.params.get('report-type')?.toLowerCase() ?? null,
    statuses: textOf(files, 'message/delivery-status', 'message/global-delivery-status'),
    original: returned ? decodedHeaders(readHeaderBlock(returned.content, 256 * 1024).fields, null) : null,
    text,
  };
}

function textOf(files: Attachment[], ...types: string[]): string[] {
  return files
    .filter((file) => types.includes(file.declaredType))
    .map((file) => decodeText(file.content.subarray(0, 1024 * 1024), null).text);
}

function calendarOf(files: Attachment[]): ParsedMail['calendar'] {
  const file =
    files.find(({ declaredType }) => declaredType === 'text/calendar') ??
    files.find(
      ({ type, declaredType, name }) =>
        type === 'text/calendar' || /ics|calendar/.test(declaredType) || /\.ics$/i.test(name),
    );
  return file ? readCalendar(decodeText(file.content.subarray(0, 1024 * 1024), null).text) : null;
}

function protectionOf(root: MimePart, parts: MimePart[], text: string): ParsedMail['protection'] {
  const sealed = parts.find((part) => /pkcs7-mime/.test(part.type));
  const smimeType = sealed?.params.get('smime-type')?.toLowerCase() ?? '';
  if (
    root.type === 'multipart/encrypted' ||
    (sealed && sealed.parts.length === 0 && smimeType !== 'signed-data' && smimeType !== 'certs-only')
  )
    return 'encrypted';
  if (/^-----BEGIN PGP MESSAGE-----$/m.test(text.slice(0, 5000))) return 'encrypted';
  const signed =
    sealed ||
    parts.some((part) => part.type === 'multipart/signed') ||
    /^-----BEGIN PGP SIGNED MESSAGE-----$/m.test(text.slice(0, 5000));
  return signed ? 'signed' : 'none';
}

/** Texts count by their lines without what relays change; all other parts byte by byte. */
function digestOf(body: FoundBody): string {
  const hash = createHash('sha256');
  for (const { type, content } of body.leaves) {
    const bytes = type.startsWith('text/')
      ? Buffer.from(content.toString('latin1').replace(/\r\n?/g, '\n').trimEnd(), 'latin1')
      : content;
    hash.update(`${type}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}
