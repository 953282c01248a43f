import type { Flow, Json } from '../flow';
import { contextOf, isObject, type LintContext, type References, type Rule } from './context';
import { expressionsOf } from './expressions/expressions-of';
import { stepsOf, type Finding, type Found } from './finding';
import { readJson, type JsonText, type Place } from './parse/read-json';
import { layers } from './rules';

/** The most bytes a flow may have: it travels in the input of every run. */
const MAX_BYTES = 64 * 1024;

/** Codes about the text itself, with their titles; all others are rules of `layers`. */
export const PARSE_CODES: Readonly<Record<string, string>> = {
  E101: 'Not JSON',
  E102: 'Duplicate key',
  E701: 'Over 64 KiB',
};

/** Codes of what only walking a flow, or running its tests, can show; `walkFindings` and `coverageOf` tell them. */
const OTHER_CODES: Readonly<Record<string, string>> = {
  W213: 'No course comes here',
  W801: 'Outcome that no test takes',
};

/** Faults after which the ways between nodes are not what was meant, so that what they lead to would only be echoes. */
const BREAKS_GRAPH = new Set(['E103', 'E104', 'E109', 'E110', 'E201', 'E203', 'E204']);

/** Faults that may hide what a condition was meant to look at, or where a variable is set. */
const HIDES_READS = new Set(['E105', 'E106', 'E301', 'E302', 'E303', 'E304', 'E305', 'E315', 'E703']);

/** Nor does a condition with a wrong value in it look at what was meant. */
function hidesReads({ code, found: { pointer } }: { code: string; found: Found }): boolean {
  return HIDES_READS.has(code) || ((code === 'E306' || code === 'E307') && /\/when(\/|$)/.test(pointer));
}

/** Every code of the linter with its title. */
export function lintCodes(): Map<string, string> {
  const rules: readonly Rule[] = Object.values(layers).flat();
  const own = rules.map(({ code, title }) => [code, title] as const);
  return new Map([...Object.entries(PARSE_CODES), ...own, ...Object.entries(OTHER_CODES)]);
}

/**
 * Everything that is wrong or doubtful in the text of a flow, in the order of the text. Never throws.
 * Without `references` nothing outside the flow is checked (a draft); with them, groups, templates and lists must exist.
 */
export function checkFlow(text: string, references: References = {}): Finding[] {
  // A character has at most three bytes for each of its units.
  const bytes = text.length * 3 > MAX_BYTES ? utf8Length(text) : 0;
  if (bytes > MAX_BYTES) {
    const message = `The flow has ${bytes} bytes; ${MAX_BYTES} is the most. Part it into several flows.`;
    return [place('E701', { pointer: '', message }, text, new Map())];
  }
  const { value, error, duplicates } = readJson(text, false);
  if (error || duplicates.length > 0) return parseFindings(text, readJson(text));
  const found = isObject(value)
    ? checkLayers(value, references)
    : [{ code: 'E110', found: { pointer: '', message: 'A flow is an object in braces { … }.' } }];
  // Most flows are right, and need no places.
  if (found.length === 0) return [];
  return placeFindings(text, found);
}

/** Gives findings their places in the text, in its order. */
export function placeFindings(text: string, found: readonly { code: string; found: Found }[]): Finding[] {
  const { places } = readJson(text);
  return found
    .map(({ code, found: each }) => place(code, each, text, places))
    .toSorted((a, b) => a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1));
}

/** The flow in a text, if its shape can be relied on (no E1xx), and all findings. */
export function parseFlow(text: string, references: References = {}): { flow: Flow | null; findings: Finding[] } {
  const findings = checkFlow(text, references);
  const sound = !findings.some(({ code }) => /^E(1|20[34]|208|701)/.test(code));
  // The schema has vouched for it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { flow: sound ? (JSON.parse(withoutMark(text)) as Flow) : null, findings };
}

/** The text without the byte order mark that some editors put before it; `JSON.parse` refuses one. */
export function withoutMark(text: string): string {
  return text.codePointAt(0) === 0xfeff ? text.slice(1) : text;
}

function checkLayers(root: Record<string, Json>, references: References): { code: string; found: Found }[] {
  const context = contextOf(root, references);
  const all: { code: string; found: Found }[] = [];
  const run = (rules: readonly Rule[]): void => {
    for (const { code, check } of rules) for (const found of check(context)) all.push({ code, found });
  };
  run(layers.shape);
  run(layers.targets);
  const wholeGraph = !all.some(({ code }) => BREAKS_GRAPH.has(code));
  if (wholeGraph) run(layers.graph);
  all.push(...expressionFindings(context));
  run(layers.references);
  if (wholeGraph && !all.some(hidesReads)) run(layers.data);
  return all.filter(({ code, found: { pointer } }) => {
    const by = ECHO_OF.get(code);
    return by === undefined || !all.some((other) => other.code === by && other.found.pointer === pointer);
  });
}

/** Who is answered in a loop is answered without a look as well; what goes round at once comes to no close. */
const ECHO_OF = new Map([
  ['W604', 'E605'],
  ['E207', 'E206'],
]);

/** Findings of expressions, without what only follows from an expression that is too big, or wrong in itself. */
function expressionFindings(context: LintContext): { code: string; found: Found }[] {
  const all: { code: string; found: Found }[] = [];
  for (const { code, check } of layers.expressions) for (const found of check(context)) all.push({ code, found });
  const within = (pointer: string, places: string[]): boolean =>
    places.some((place) => pointer === place || pointer.startsWith(`${place}/`));
  const big = all.filter(({ code }) => code === 'E703').map(({ found }) => found.pointer);
  const wrong = all.filter(({ code }) => code.startsWith('E')).map(({ found }) => found.pointer);
  const faulty = expressionsOf(context).filter(({ pointer }) => wrong.some((each) => within(each, [pointer])));
  const faultyPlaces = faulty.map(({ pointer }) => pointer);
  return all.filter(({ code, found }) => {
    if (code === 'W312') return !within(found.pointer, faultyPlaces);
    // What is of no use there is not kept either.
    if (code === 'E315')
      return !all.some((other) => other.code === 'E306' && within(other.found.pointer, [found.pointer]));
    return code === 'E703' || !within(found.pointer, big);
  });
}

function parseFindings(text: string, { error, duplicates, places }: JsonText): Finding[] {
  if (error) return [at('E101', { pointer: '', message: error.message }, text, error.offset, places)];
  return duplicates.map(({ pointer, first, again }) => {
    const name = stepsOf(pointer).at(-1) ?? '';
    const message = `"${name}" stands twice in the same braces; only the last would count. Remove or rename one.`;
    const finding = at('E102', { pointer, message }, text, again, places);
    return { ...finding, related: [{ pointer, ...position(text, first), message: 'stands here first' }] };
  });
}

function place(code: string, found: Found, text: string, places: Map<string, Place>): Finding {
  return at(code, found, text, offsetOf(found.pointer, places), places);
}

function at(code: string, found: Found, text: string, offset: number, places: Map<string, Place>): Finding {
  const { pointer, message, suggestion, related = [] } = found;
  return {
    code,
    severity: code.startsWith('W') ? 'warning' : 'error',
    pointer,
    ...position(text, offset),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
    related: related.map((each) => ({ ...each, ...position(text, offsetOf(each.pointer, places)) })),
  };
}

/** Where a pointer leads: to the name of a property, else to the value; to the nearest place around what is missing. */
function offsetOf(pointer: string, places: Map<string, Place>): number {
  for (let path = pointer; ; path = path.slice(0, path.lastIndexOf('/'))) {
    const found = places.get(path);
    if (found) return found.key ?? found.start;
    if (path === '' || !path.includes('/')) return 0;
  }
}

function position(text: string, offset: number): { line: number; column: number } {
  const before = withoutMark(text.slice(0, offset));
  const line = before.split('\n').length;
  return { line, column: before.length - before.lastIndexOf('\n') };
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
