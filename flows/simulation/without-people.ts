import { RE2JS } from 're2js';
import { facts as known } from '../facts';
import { pathsRead, type Value } from '../expression';
import type { Expression, Flow } from '../flow';
import { isPersonal } from '../personal';
import { expressionsOf } from './facts-read';

/** What is left of a text where nothing the flow asks for stands in it. */
const NOTHING_LEFT = 'Replaced.';
/** A pattern that takes more than this of a text keeps too much of what a person wrote. */
const LONGEST_KEPT = 40;

/**
 * Replaces what is personal by what the flow looks for in it: of a subject or text only the words it asks for are left,
 * addresses and names become made-up ones. Gives the facts and the paths that were changed.
 */
export function withoutPeople(
  flow: Flow,
  nodes: ReadonlySet<string>,
  facts: Record<string, Value>,
): { facts: Record<string, Value>; replaced: string[] } {
  const replaced: string[] = [];
  const entries = Object.entries(facts).map(([path, value]): [string, Value] => {
    if (known[path]?.personal !== true) return [path, value];
    const asked = askedOf(flow, nodes, path);
    const fresh = Array.isArray(value)
      ? value.map((each, index) => madeUp(path, String(each), asked, index + 1))
      : madeUp(path, String(value), asked, 1);
    if (JSON.stringify(fresh) !== JSON.stringify(value)) replaced.push(path);
    return [path, fresh];
  });
  return { facts: Object.fromEntries(entries), replaced };
}

/** Texts, numbers and patterns that the conditions of these nodes hold a value against. */
export interface Asked {
  texts: string[];
  numbers: number[];
  patterns: string[];
}

/** What these nodes ask of a path, and of the personal variables that are made of it. */
export function askedOf(
  flow: Flow,
  nodes: ReadonlySet<string>,
  path: string,
  asked: Asked = { texts: [], numbers: [], patterns: [] },
  seen = new Set<string>(),
): Asked {
  seen.add(path);
  for (const name of nodes) {
    const node = flow.nodes[name];
    for (const expression of node ? expressionsOf(node) : []) collect(expression, path, asked);
    for (const [variable, value] of node?.type === 'set' ? Object.entries(node.values) : []) {
      const made = `vars.${variable}`;
      if (isPersonal(flow, variable) && !seen.has(made) && pathsRead(value).includes(path)) {
        askedOf(flow, nodes, made, asked, seen);
      }
    }
  }
  return asked;
}

function collect(expression: Expression, path: string, asked: Asked): void {
  if (typeof expression !== 'object' || expression === null || Array.isArray(expression)) return;
  for (const [operator, values] of Object.entries(expression)) {
    if (!Array.isArray(values) || operator === 'var') continue;
    const reads = values.some((each) => typeof each !== 'string' && pathsRead(each).includes(path));
    const literals = values.flatMap((each) => (Array.isArray(each) ? each : [each])).filter(isText);
    if (reads) (operator === 'matches' ? asked.patterns : asked.texts).push(...literals);
    if (reads) asked.numbers.push(...values.filter((each) => typeof each === 'number'));
    for (const each of values) collect(each, path, asked);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A text in the place of a personal one: only what is asked of it is left. */
export function madeUp(path: string, value: string, asked: Asked, number: number): string {
  if (value === '') return '';
  const same = asked.texts.find((each) => each.toLowerCase() === value.toLowerCase());
  if (same !== undefined) return same;
  const kept = keptOf(value, asked);
  const isAddress = path.startsWith('vars.') ? value.includes('@') : /address$|email$|\.to$|\.cc$/.test(path);
  if (isAddress) return addressWith(kept, number);
  if (path === 'message.attachments.names') {
    const ending = /\.[a-z0-9]{1,5}$/i.exec(value)?.[0] ?? '';
    return kept.endsWith(ending) && kept !== '' ? kept : `${kept === '' ? `file-${number}` : kept}${ending}`;
  }
  if (kept !== '') return kept;
  return path.endsWith('name') ? `Person ${number}` : NOTHING_LEFT;
}

/** The pieces of a text that the flow asks for, as they stand in it, with "…" for what was between. */
function keptOf(value: string, { texts, patterns }: Asked): string {
  const lower = value.toLowerCase();
  const spans = [
    ...texts.flatMap((each) => spanOf(lower.indexOf(each.toLowerCase()), each.length)),
    ...texts.flatMap((each) => spanOf(lower.lastIndexOf(each.toLowerCase()), each.length)),
    ...patterns.flatMap((each) => matchOf(each, value)),
  ].toSorted((a, b) => a.from - b.from || b.to - a.to);
  const pieces: string[] = [];
  let end = 0;
  for (const { from, to } of spans) {
    if (to <= end) continue;
    if (from > end) pieces.push('…');
    pieces.push(value.slice(Math.max(from, end), to));
    end = to;
  }
  if (pieces.length === 0) return '';
  return [...pieces, ...(end < value.length ? ['…'] : [])].join(' ').replaceAll(' … …', ' …');
}

function spanOf(from: number, length: number): { from: number; to: number }[] {
  return from < 0 ? [] : [{ from, to: from + length }];
}

function matchOf(pattern: string, value: string): { from: number; to: number }[] {
  const matcher = compiled(pattern)?.matcher(value);
  if (!matcher?.find()) return [];
  const [from, to] = [matcher.start(), matcher.end()];
  return to - from > LONGEST_KEPT ? [] : [{ from, to }];
}

/** As conditions compile them (flows/expression.ts); null for one that the checker would refuse. */
function compiled(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE);
  } catch {
    return null;
  }
}

function addressWith(kept: string, number: number): string {
  const bare = kept.replaceAll('…', '').replaceAll(' ', '');
  const made = `person-${number}`;
  if (bare === '') return `${made}@example.org`;
  const at = bare.indexOf('@');
  if (at >= 0) return at === 0 ? `${made}${bare}` : bare;
  return bare.includes('.') ? `${made}@${bare}` : `${bare}-${number}@example.org`;
}
