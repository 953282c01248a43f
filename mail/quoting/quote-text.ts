/** Where the quoted tail of a plain text begins: introductions and header blocks of mail programs in many languages. */
import { isFromLine, labelled } from '../forwarding/header-labels';

// `On …, NAME wrote:` and its sisters. Each pattern is tried on one to four joined lines that end with a colon.
const INTRODUCTIONS: RegExp[] = [
  /^on\b.{4,300}\bwrote\s*:$/i,
  /^(?:am|vor|den)\b.{4,300}\bschrieb\b.{0,200}:$/i,
  /^le\b.{4,300}\ba\s+[ée]crit\s*:$/i,
  /^el\b.{4,300}\bescribi[óo]\s*:$/i,
  /^(?:il\b.{4,300})\bha scritto\s*:$/i,
  /^(?:em|a|no dia)\b.{4,300}\bescreveu\s*:$/i,
  /^(?:op|van)\b.{4,300}\b(?:schreef|het volgende geschreven).{0,200}:$/i,
  /^(?:den|på|on)\b.{4,300}\bskrev\b.{0,200}:$/i,
  /^(?:w dniu|dnia|pon\.|wt\.|śr\.|czw\.|pt\.|sob\.|niedz\.)[\s,].{4,300}(?:pisze|napisał\(a\)|napisała?)\s*:$/i,
  /^(?:dne|ve|po|út|st|čt|pá|so|ne)[\s,].{4,300}\bnapsal(?:\(a\)|a)?\s*:$/i,
  /^(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\s+\S{3,12}\s+\d{4}|(?:пн|вт|ср|чт|пт|сб|вс),).{0,200}(?:<|&lt;)?\S+@\S+(?:>|&gt;)?.{0,20}:$/i,
  /^(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}[/-]\d{1,2}[/-]\d{1,2}).{0,200}(?:[:：]|のメール[:：]?)$/,
  /^\d{4}년\s*\d{1,2}월\s*\d{1,2}일.{0,200}(?:작성|님이 작성).{0,20}[:：]$/,
  /^(?:בתאריך|ב-?).{4,300}כתב.{0,60}:$/,
  /^בתאריך.{4,300}מאת.{2,200}:$/,
  /^(?:στις|την)\s.{4,300}έγραψε\s*:$/i,
  /^на\s.{4,300}написа\s*:$/i,
  /^(?:dňa|po|ut|st|št|pi|so|ne)[\s,].{4,300}napísal[ai]?(?:\(a\))?\s*:$/i,
];

// Those that begin with a date or a name: wrapped only where the first line holds one, or a line of the customer's
// own words would be taken along.
const LOOSE_INTRODUCTIONS: RegExp[] = [
  /^.{4,300}\b(?:schrieb am|hat am)\b.{4,200}:$/i,
  /^.{4,300}\bskrev\s+.{2,200}:$/i,
  /^.{4,300}\b(?:kirjoitti|ezt írta|írta|a scris|yazdı|şunu yazdı|đã viết)\s*:?.{0,120}:$/i,
  /^.{4,300}(?:пишет|написал\(а\)|написала?|писал\(а\)|пише|написав)\s*:?$/i,
  /^.{4,300}(?:写道|寫道|来信|的邮件)\s*[:：]$/,
  /^.{0,200}(?:さんは書きました|さんが書きました|のメッセージ)\s*[:：]$/,
  /^.{4,300}كتب.{0,60}:$/,
  /^.{0,20}<?[\w.+-]+@[\w.-]+>?\s+(?:wrote|schrieb|escribi[óo]|a écrit|ha scritto)\s*:$/i,
];

// In any other language: a line with a time and an address, right above a quote.
const ANY_INTRODUCTION = /^(?=.{0,300}\d{1,2}[:.h]\d{2})(?=.{0,300}[^\s<>]@[^\s<>]).{10,300}[:：]$/i;

// Without a time or a date, right above a quote.
const BARE_INTRODUCTION = /^.{2,80}\s(?:wrote|writes|schrieb|schreibt|a écrit|écrit|escribi[óo]|ha scritto)\s*:$/i;

const SEPARATORS: RegExp[] = [
  /^[-_=*\s]{2,40}\s*(?:original(?: message| e-?mail| appointment)|urspr(?:ü|ue)ngliche (?:nachricht|mail)|message d'origine|message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|ursprungligt meddelande|opprinnelig melding|oprindelig meddelelse|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|eredeti üzenet|исходное сообщение|оригинальное сообщение|оригінальне повідомлення|пересылаемое сообщение|原始邮件|原始郵件|原邮件|元のメッセージ|オリジナルメッセージ|original messages?|원본 ?메시지|원본 메일)\s*[-_=*\s]{0,40}$/i,
  /^_{20,}$/,
  /^-{2,}\s*reply (?:message|above this line)\s*-{0,}$/i,
];

const MAX_LINES = 20000;

/** Offset where the quoted tail begins, or null where nothing is quoted or something follows a quote. */
export function textQuoteStart(text: string): number | null {
  const written = text.split('\n', MAX_LINES);
  const starts: number[] = [];
  let offset = 0;
  for (const line of written) {
    starts.push(offset);
    offset += line.length + 1;
  }
  // Marks of the direction of writing stand around names and addresses in Hebrew and Arabic.
  const lines = written.map((line) => line.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ''));
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i]?.trim() ?? '';
    if (line === '') continue;
    // Outlook's way: no quote marks, everything below the header block is old.
    if (isHeaderBlock(lines, i)) return starts[withSeparatorAbove(lines, i)] ?? null;
    if (SEPARATORS.some((pattern) => line.length < 200 && pattern.test(line)) && oldBelow(lines, i))
      return starts[i] ?? null;
    const length = introductionLength(lines, i);
    if (length > 0) return somethingFollows(lines, i + length) ? null : (starts[i] ?? null);
    if (line.startsWith('>')) return somethingFollows(lines, i) ? null : (starts[i] ?? null);
  }
  return null;
}

/** The words of one line are those by which a mail program introduces what stands below. */
export function isIntroduction(line: string): boolean {
  return (
    line.length <= 500 && [...INTRODUCTIONS, ...LOOSE_INTRODUCTIONS, ANY_INTRODUCTION].some((one) => one.test(line))
  );
}

/** Lines the introduction at `i` takes, 0 where there is none. Programs wrap it, so up to four lines are joined. */
function introductionLength(lines: string[], i: number): number {
  let joined = '';
  for (let n = 1; n <= 4; n += 1) {
    const line = (lines[i + n - 1] ?? '').trim().replace(/^>+\s*/, '');
    if (line === '' || joined.length > 500) return 0;
    joined = `${joined} ${line}`.trim();
    if (!/[:：]$|пишет$|のメール$/i.test(joined)) continue;
    const loose = n === 1 || /\d|@/.test(lines[i] ?? '') ? LOOSE_INTRODUCTIONS : [];
    if ([...INTRODUCTIONS, ...loose].some((pattern) => pattern.test(joined))) return quoteBelow(lines, i + n) ? n : 0;
    const bare = ANY_INTRODUCTION.test(joined) || BARE_INTRODUCTION.test(joined);
    if (n === 1 && bare && isQuoted(lines, i + n)) return n;
  }
  return 0;
}

function isQuoted(lines: string[], from: number): boolean {
  return (
    lines
      .slice(from, from + 3)
      .find((line) => line.trim() !== '')
      ?.trim()
      .startsWith('>') ?? false
  );
}

/** An introduction is one only where a quote follows it, or the end. */
function quoteBelow(lines: string[], from: number): boolean {
  const next = lines.slice(from, from + 4).find((line) => line.trim() !== '');
  return (
    next === undefined || next.trim().startsWith('>') || lines.slice(from).every((line) => !line.trim().startsWith('>'))
  );
}

/** Something that is not quoted stands below a quote: answers between the lines, or below it. */
function somethingFollows(lines: string[], from: number): boolean {
  const rest = lines.slice(from);
  if (!rest.some((line) => line.trim().startsWith('>'))) return false;
  let quoted = false;
  for (const line of rest) {
    const plain = line.trim();
    if (plain.startsWith('>')) quoted = true;
    else if (quoted && plain !== '') return !/^(?:--|__)/.test(plain);
  }
  return false;
}

function isHeaderBlock(lines: string[], i: number): boolean {
  const first = bareLine(lines[i]);
  // GMX and web.de begin with the date.
  const second =
    labelled(first)?.field === 'date' ? lines.slice(i + 1, i + 3).find((line) => line.trim() !== '') : null;
  if (!isFromLine(first) && !(second && isFromLine(bareLine(second)))) return false;
  const block = lines.slice(i + 1, i + 7).filter((line) => line.trim() !== '');
  return block.slice(0, 5).filter((line) => labelled(bareLine(line)) !== null).length >= 2;
}

/** Without quote marks and what stands for bold letters. */
const bareLine = (line = ''): string => line.replace(/^[>\s*]+/, '').trimEnd();

function oldBelow(lines: string[], i: number): boolean {
  return (
    !/^_{20,}$/.test(lines[i]?.trim() ?? '') ||
    lines.slice(i + 1, i + 4).some((_line, k) => isHeaderBlock(lines, i + 1 + k))
  );
}

function withSeparatorAbove(lines: string[], i: number): number {
  for (let k = i - 1; k >= Math.max(0, i - 2); k -= 1) {
    const line = lines[k]?.trim() ?? '';
    if (line === '') continue;
    return /^[-_*=]{5,}/.test(line) || SEPARATORS.some((pattern) => pattern.test(line)) ? k : i;
  }
  return i;
}
