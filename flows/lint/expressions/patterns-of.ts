import { RE2JS } from 're2js';
import type { Json } from '../../flow';
import { once, type LintContext } from '../context';
import { allOperations } from './expressions-of';

/** A pattern of `matches`, fixed or computed. */
export interface PatternPlace {
  pointer: string;
  node: string;
  pattern: Json;
}

/** Every pattern of the flow. */
export function patternsOf(context: LintContext): readonly PatternPlace[] {
  return once(context, collect);
}

function collect(context: LintContext): PatternPlace[] {
  const found: PatternPlace[] = [];
  for (const { place, operation } of allOperations(context)) {
    const { operator, operands, places, pointer } = operation;
    const pattern = operands[1];
    if (operator !== 'matches' || pattern === undefined) continue;
    found.push({ pointer: places[1] ?? pointer, node: place.node, pattern });
  }
  return found;
}

/** A fixed pattern that RE2 refuses, with the rule that says so, and why. */
interface RefusedPattern {
  pointer: string;
  node: string;
  code: 'E309' | 'E310' | 'E311';
  reason: string;
}

/** Every fixed pattern of the flow that RE2 refuses; each is looked at once for all rules. */
export function refusedPatterns(context: LintContext): readonly RefusedPattern[] {
  return once(context, classify);
}

function classify(context: LintContext): RefusedPattern[] {
  return patternsOf(context).flatMap(({ pointer, node, pattern }) => {
    const reason = typeof pattern === 'string' ? refusal(context, pattern) : null;
    if (typeof pattern !== 'string' || reason === null) return [];
    const code = looksAround(pattern) ? 'E310' : isReadElsewhere(pattern) ? 'E311' : 'E309';
    return [{ pointer, node, code, reason }];
  });
}

/** One after the other: what looks around or refers back, another escape, a class. */
const PARTS = /(\(\?(?:[=!]|<[=!]|P=)|\\[1-9]|\\[kg][<{'\d])|\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]/g;

/** True for look-around and back-references: what RE2 leaves out so that every pattern is decided in linear time. */
function looksAround(pattern: string): boolean {
  return [...pattern.matchAll(PARTS)].some(([, found]) => found !== undefined);
}

/** Why RE2 refuses the pattern; null when it takes it. Each pattern is compiled once for all rules. */
export function refusal(context: LintContext, pattern: string): string | null {
  const known = once(context, noRefusals);
  const before = known.get(pattern);
  if (before !== undefined) return before;
  const refused = compile(pattern);
  known.set(pattern, refused);
  return refused;
}

const noRefusals = (): Map<string, string | null> => new Map();

/** Patterns of these parts alone mean the same everywhere, and what JavaScript reads of them RE2 reads too (a test compares). */
const PLAIN = /^(?:[\w\s|.,:;@#%&/'"=<>~`!-]|\\[bBdDwWsS.|()/]|\((?!\?)|\(\?:|\)|[*+?](?![*+?]))*$/;

function compile(pattern: string): string | null {
  if (pattern.includes('\b')) return 'JSON reads "\\b" as a backspace; the edge of a word is written "\\\\b"';
  if (PLAIN.test(pattern) && isRegExp(pattern)) return null;
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read';
  }
}

/** What PCRE, Java and .NET know beside: possessive repetition, atomic groups, conditions, recursion, more escapes. */
const ELSEWHERE = /[*+?}]\+|\(\?>|\(\?\(|\(\?(?:R|&|P>|[+-]?\d)|\\[ZhHRXGK]/;

/** True for what other engines read: if RE2 refuses that, the syntax is the reason (E311), not a mistake. */
function isReadElsewhere(pattern: string): boolean {
  // A backspace is no syntax of anybody: it is a mistake in JSON.
  if (pattern.includes('\b')) return false;
  return isRegExp(pattern) || ELSEWHERE.test(pattern);
}

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source !== '';
  } catch {
    return false;
  }
}
