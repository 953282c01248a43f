/** Reading the bytes of an uploaded CSV file, from whatever program wrote it. */
import { parse } from 'csv-parse/sync';
import { wrongBody, type ApiError } from './api-error';

/** Greatest size of an uploaded list (bytes). */
export const MAX_CSV_BYTES = 5 * 2 ** 20;
const MOST_COLUMNS = 200;

/** A list as it was read; a column without a title is left out. */
export interface CsvList {
  columns: string[];
  rows: string[][];
}

const wrong = (what: string): ApiError => wrongBody('file', what);

const startsWith = (bytes: Uint8Array, ...marks: number[]): boolean =>
  marks.every((mark, index) => bytes[index] === mark);

/**
 * Reads bytes as UTF-8, as UTF-16 where its mark stands first ("Unicode text" of Excel), else as a spreadsheet of before
 * writes them (Windows-1252). Throws `wrong-body` for a workbook and for what is no text.
 */
export function csvText(bytes: Uint8Array): string {
  if (startsWith(bytes, 0x50, 0x4b, 3, 4) || startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) {
    throw wrong('is a workbook: save it as CSV in the program that made it, and upload that');
  }
  const text = decoded(bytes);
  if (text.includes('\0')) throw wrong('is no text: save it as CSV (UTF-8), and upload that');
  return text;
}

function decoded(bytes: Uint8Array): string {
  if (startsWith(bytes, 0xff, 0xfe)) return new TextDecoder('utf-16le').decode(bytes);
  if (startsWith(bytes, 0xfe, 0xff)) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * Reads a list; the first row names the columns, and "," ";" or tab parts them (a line `sep=;` before it says which). A
 * quote in the middle of a cell is a character like any other. Throws `wrong-body`.
 */
export function readCsv(text: string): CsvList {
  const { said, body } = withoutSeparatorLine(text.replace(/^\uFEFF/, ''));
  const delimiter = said ?? delimiterOf(body);
  const [titles = [], ...rows] = cellsOf(body, delimiter);
  if (titles.length === 0 || rows.length === 0) throw wrong('needs a row of titles and at least one row more');
  const named = titles.flatMap((title, at) => (title === '' ? [] : [{ title, at }]));
  if (named.length === 0) throw wrong('has no title in its first row');
  if (named.length > MOST_COLUMNS) throw wrong(`has ${named.length} columns; ${MOST_COLUMNS} may be`);
  const seen = new Set<string>();
  for (const { title } of named) {
    if (seen.has(title)) throw wrong(`has two columns "${title.slice(0, 60)}"`);
    seen.add(title);
  }
  const columns = named.map(({ title }) => title);
  if (columns.length === titles.length) return { columns, rows };
  return { columns, rows: rows.map((cells) => named.map(({ at }) => cells[at] ?? '')) };
}

/** Excel's own first line, which says what parts the cells. */
function withoutSeparatorLine(text: string): { said: string | null; body: string } {
  const line = /^"?sep=([,;\t])"?\r?\n/i.exec(text);
  return { said: line?.[1] ?? null, body: text.slice(line?.[0].length ?? 0) };
}

/** What parts the titles most often; what stands in quotes parts nothing. */
function delimiterOf(text: string): string {
  const counts = new Map([',', ';', '\t'].map((mark) => [mark, 0]));
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (quoted) continue;
    if (character === '\n' || character === '\r') break;
    const count = counts.get(character);
    if (count !== undefined) counts.set(character, count + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? ',';
}

function cellsOf(text: string, delimiter: string): string[][] {
  try {
    const read: string[][] = parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      ltrim: true,
    });
    // A space after the closing quote leaves the quotes where they were.
    return read.map((cells) =>
      cells.map((cell) =>
        cell
          .trim()
          .replace(/^"([^"]*)"$/s, '$1')
          .trim(),
      ),
    );
  } catch (error) {
    const { code, records } = (error ?? {}) as { code?: unknown; records?: unknown };
    if (code === 'CSV_QUOTE_NOT_CLOSED' && typeof records === 'number') {
      throw wrong(`has a quote in row ${records + 1} that nothing closes; rows after it cannot be told apart`);
    }
    throw wrong(`is no CSV: ${error instanceof Error ? error.message : 'it cannot be read'}`);
  }
}
