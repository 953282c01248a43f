import { RE2JS } from 're2js';
import type { Json } from '../../flow';
import type { LintContext } from '../context';
import { allOperations } from './expressions-of';

/** A pattern of `matches`, fixed or computed. */
export interface PatternPlace {
  pointer: string;
  node: string;
  pattern: Json;
}

/** Every pattern of the flow. */
export function* patternsOf(context: LintContext): Iterable<PatternPlace> {
  for (const { place, operation } of allOperations(context)) {
    const { operator, operands, places, pointer } = operation;
    const pattern = operands[1];
    if (operator === 'matches' && pattern !== undefined)
      yield { pointer: places[1] ?? pointer, node: place.node, pattern };
  }
}

/** Look-around and back-references: what RE2 leaves out so that every pattern is decided in linear time. */
export const LOOKS_AROUND = /\(\?(?:[=!]|<[=!])|\\[1-9]|\\k[<{']/;

/** Why RE2 refuses the pattern; null when it takes it. */
export function refusal(pattern: string): string | null {
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read';
  }
}
